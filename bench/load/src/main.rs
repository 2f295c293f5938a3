//! Clients that keep a server busy, from one thread that waits for all sockets at
//! once. What they do comes as JSON on the standard input, what was seen goes as
//! JSON to the standard output.
//!
//! Each connection sends the first request once, such as a handshake, and reads its
//! answer. Then it sends the request over and over, the next when the answer to the
//! one before is there. In a room only the first connection sends, and the next
//! request goes out when all have got the answer.

mod answer;
mod clients;

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use nix::time::ClockId;
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::clients::Clients;

#[derive(Debug, Deserialize)]
struct Plan {
    address: SocketAddr,
    /// The server's process.
    server: i32,
    connections: usize,
    /// What each connection sends once.
    first: Option<Vec<u8>>,
    /// What is sent over and over.
    request: Option<Vec<u8>>,
    /// How long an answer to it is; told by `Content-Length` where this is missing.
    answer: Option<usize>,
    /// Whether each answer goes to all.
    room: bool,
    /// How long they go on before they count, and while they do.
    warm_up_seconds: f64,
    seconds: f64,
}

/// All that is told. Times are in microseconds.
#[derive(Debug, Default, Serialize)]
struct Seen {
    answers: u64,
    seconds: f64,
    p50: u64,
    p99: u64,
    /// Seconds of the processor that the server has used, itself and the kernel for it.
    processor: f64,
}

fn say(word: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{word}")?;
    out.flush()?;
    Ok(())
}

/// Waits for a line.
fn heard() -> Result<bool> {
    let mut line = String::new();
    Ok(std::io::stdin().read_line(&mut line)? > 0)
}

fn main() -> Result<()> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let plan: Plan = serde_json::from_str(&line)?;
    let mut clients = Clients::connect(&plan)?;
    if plan.request.is_some() {
        clients.go_on(plan.warm_up_seconds)?;
    }
    say("ready")?;
    let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(plan.server))?;
    let processor = || clock.now().map(Duration::from);
    // One line for each time; the end of the input is the end.
    while heard()? {
        let before = processor()?;
        let mut seen = clients.go_on(plan.seconds)?;
        seen.processor = (processor()? - before).as_secs_f64();
        say(&serde_json::to_string(&seen)?)?;
    }
    Ok(())
}
