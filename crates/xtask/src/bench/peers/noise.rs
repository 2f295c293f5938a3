//! What else the machine does, and how it is kept away.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;

/// The share of a processor that others may have taken in a run that counts.
pub(super) const LIMIT: f64 = 0.08;

/// Who runs where: the server on the first processor, everything else on the others.
#[derive(Debug)]
pub(super) struct Pins {
    server: Vec<String>,
    others: String,
    all: String,
}

/// What the server's processor has done so far.
#[derive(Debug)]
pub(super) struct Noise {
    /// Seconds for all programs, and for the kernel on their behalf.
    busy: f64,
    /// Seconds that the host of this machine has taken.
    stolen: f64,
}

impl Pins {
    pub(super) fn new() -> Result<Pins> {
        let processors = std::thread::available_parallelism()?.get();
        let last = processors - 1;
        // With one alone, all have it.
        let others = if last == 0 {
            "0".to_owned()
        } else {
            format!("1-{last}")
        };
        Ok(Pins {
            // The room has a connection for each of its clients.
            server: ["taskset", "-c", "0", "prlimit", "--nofile=20000"]
                .map(str::to_owned)
                .to_vec(),
            others,
            all: format!("0-{last}"),
        })
    }

    /// What runs a server.
    pub(super) fn server(&self) -> Vec<&str> {
        self.server.iter().map(String::as_str).collect()
    }

    /// What runs clients.
    pub(super) fn clients(&self) -> [&str; 5] {
        ["taskset", "-c", &self.others, "prlimit", "--nofile=20000"]
    }

    /// Moves this program, and what it starts from now on, out of the server's way.
    pub(super) fn step_aside(&self) -> Result<()> {
        affinity(&self.others)
    }

    pub(super) fn step_back(&self) -> Result<()> {
        affinity(&self.all)
    }
}

fn affinity(processors: &str) -> Result<()> {
    let pid = std::process::id().to_string();
    command::output(Command::new("taskset").args(["-p", "-c", processors, &pid]))?;
    Ok(())
}

impl Noise {
    pub(super) fn now() -> Result<Noise> {
        let stat = fs::read_to_string("/proc/stat").context("/proc/stat can't be read")?;
        let times: Vec<f64> = stat
            .lines()
            .find_map(|line| line.strip_prefix("cpu0 "))
            .unwrap_or_default()
            .split_whitespace()
            .map(|time| Ok(time.parse::<f64>()? / 100.0))
            .collect::<Result<_>>()?;
        let at = |index: usize| times.get(index).copied().unwrap_or(0.0);
        // User, nice, system. Interrupts are mostly those of the network, for us.
        Ok(Noise {
            busy: at(0) + at(1) + at(2),
            stolen: at(7),
        })
    }

    /// The shares of the time since `before` that went to programs other than the
    /// server, which used `server` seconds, and to the host.
    pub(super) fn since(&self, before: &Noise, server: f64, seconds: f64) -> (f64, f64) {
        let foreign = self.busy - before.busy - server;
        let stolen = self.stolen - before.stolen;
        (foreign.max(0.0) / seconds, stolen / seconds)
    }
}

/// How many programs wanted a processor in the last minute.
pub(super) fn load_average() -> Result<f64> {
    let text = fs::read_to_string("/proc/loadavg").context("/proc/loadavg can't be read")?;
    let first = text.split(' ').next().unwrap_or_default();
    Ok(first.parse()?)
}
