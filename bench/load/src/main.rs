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

use std::io::{Read, Write};
use std::net::SocketAddr;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::clients::Clients;

#[derive(Debug, Deserialize)]
struct Plan {
    address: SocketAddr,
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
}

fn say(word: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{word}")?;
    out.flush()?;
    Ok(())
}

/// Waits for a line: the one who measures looks at the server meanwhile.
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
    // One line for each time; the end of the input is the end.
    while heard()? {
        let seen = clients.go_on(plan.seconds)?;
        say(&serde_json::to_string(&seen)?)?;
    }
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
