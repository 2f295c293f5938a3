//! The clients: `bench/load`, in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::super::visitor::Repeated;
use super::list::Program;
use crate::server::Server;
use crate::workspace::Workspace;

pub(super) const PROGRAM: Program = Program::Other("bench-load");

/// All that the program has to know.
#[derive(Debug, Serialize)]
pub(super) struct Plan {
    address: SocketAddr,
    /// The server's process, whose time is looked at.
    server: u32,
    connections: usize,
    first: Option<Vec<u8>>,
    request: Vec<u8>,
    answer: Option<usize>,
    /// Whether each answer goes to all.
    room: bool,
    /// With none, each connection asks once.
    warm_up_seconds: f64,
    seconds: f64,
}

/// What it has seen. Times are in microseconds.
#[derive(Debug, Deserialize)]
pub(super) struct Seen {
    pub(super) answers: f64,
    pub(super) seconds: f64,
    pub(super) p50: f64,
    pub(super) p99: f64,
    /// Seconds of the processor that the server has used.
    pub(super) processor: f64,
}

/// Clients that are connected. They leave when this is dropped.
#[derive(Debug)]
pub(super) struct Load {
    child: Child,
    /// `None` at the end.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Plan {
    pub(super) fn new(server: &Server, connections: usize, repeated: Repeated) -> Plan {
        Plan {
            address: server.address(),
            server: server.pid(),
            connections,
            first: repeated.first.map(|first| first.0),
            request: repeated.request.0,
            answer: repeated.answer,
            room: false,
            warm_up_seconds: 0.0,
            seconds: 0.0,
        }
    }

    pub(super) fn room(mut self, room: bool) -> Plan {
        self.room = room;
        self
    }

    pub(super) fn seconds(mut self, warm_up: f64, seconds: f64) -> Plan {
        self.warm_up_seconds = warm_up;
        self.seconds = seconds;
        self
    }
}

impl Load {
    /// Connects all of them, and returns when they are warm.
    pub(super) fn start(workspace: &Workspace, before: &[&str], plan: &Plan) -> Result<Load> {
        let mut child = PROGRAM
            .command(workspace, before)?
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the clients can't be started")?;
        let input = child.stdin.take();
        let output = child.stdout.take().context("it was piped")?;
        let mut load = Load {
            child,
            input,
            output: BufReader::new(output),
        };
        load.say(&serde_json::to_string(plan)?)?;
        if load.hear()? != "ready" {
            bail!("the clients did not get what they asked for");
        }
        Ok(load)
    }

    /// Lets them ask for the time of the plan.
    pub(super) fn go_on(&mut self) -> Result<Seen> {
        self.say("")?;
        let seen = self.hear()?;
        serde_json::from_str(&seen).context("the clients did not get what they asked for")
    }

    fn say(&mut self, line: &str) -> Result<()> {
        let input = self.input.as_mut().context("it was piped")?;
        writeln!(input, "{line}").context("the clients have ended")
    }

    fn hear(&mut self) -> Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.input = None;
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
