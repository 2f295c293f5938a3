//! What the server looks like.

use std::fmt;
use std::time::Duration;

use anyhow::Result;

use crate::server::Server;

/// What it looked like at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    /// Since the start.
    pub(super) at: Duration,
    /// Answered until then.
    pub(super) requests: u64,
    /// Memory that it has in RAM, in KiB.
    pub(super) memory: u64,
    /// Files and sockets that it has open.
    pub(super) open: usize,
}

impl Sample {
    pub(super) fn of(server: &Server, at: Duration, requests: u64) -> Result<Sample> {
        Ok(Sample {
            at,
            requests,
            memory: server.memory()?,
            open: server.open_files()?,
        })
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
