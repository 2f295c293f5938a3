//! The server, and what the system reports about it.

use std::fmt;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command;

pub(super) struct Server {
    child: Child,
    address: SocketAddr,
}

/// A sample of its state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    /// Time since the start.
    pub(super) at: Duration,
    /// Requests answered so far.
    pub(super) requests: u64,
    /// Resident memory, in KiB.
    pub(super) memory: u64,
    /// Open files and sockets.
    pub(super) open: usize,
}

impl Server {
    pub(super) fn start(program: &Path, files: &Path) -> Result<Server> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .context("there is no free port")?
            .port();
        let child = Command::new(program)
            .env("PORT", port.to_string())
            .env("FILES", files)
            .stdin(Stdio::null())
            // The errors that the load provokes.
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} can't be started", program.display()))?;
        let server = Server {
            child,
            address: (Ipv4Addr::LOCALHOST, port).into(),
        };
        let began = Instant::now();
        while TcpStream::connect(server.address).is_err() {
            if began.elapsed() > Duration::from_secs(20) {
                bail!("the server does not listen");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn look(&self, at: Duration, requests: u64) -> Result<Sample> {
        let folder = format!("/proc/{}", self.child.id());
        let status = fs::read_to_string(format!("{folder}/status"))
            .context("the server has ended in the midst of it")?;
        let memory = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|value| value.trim().trim_end_matches(" kB").parse().ok())
            .context("the system does not say how much memory the server has")?;
        let open = fs::read_dir(format!("{folder}/fd"))?.count();
        Ok(Sample {
            at,
            requests,
            memory,
            open,
        })
    }

    /// Stops it as a service manager would.
    pub(super) fn stop(mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        command::run(Command::new("kill").args(["-TERM", &pid]))?;
        let status = self.child.wait()?;
        if !status.success() {
            bail!("the server ended with {status}");
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // If it has been stopped, there is nothing left to kill.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (minutes, seconds) = (self.at.as_secs() / 60, self.at.as_secs() % 60);
        let memory = self.memory as f64 / 1024.0;
        let Sample { requests, open, .. } = self;
        write!(
            f,
            "{minutes:3}:{seconds:02} {requests:12} requests {memory:8.1} MiB {open:5} open"
        )
    }
}
