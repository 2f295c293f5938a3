//! A server under valgrind, and the requests that it answers.

use std::fs;
use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::Sub;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use test_support::RawResponse;

use super::visitor::{Repeated, Visitor};
use super::workloads::Workload;
use crate::command;
use crate::server::Server;

/// Requests of the two runs: enough that the few which differ, the first of a
/// connection for one, do not count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Requests {
    pub(super) few: u64,
    pub(super) many: u64,
}

impl Requests {
    pub(super) const USUAL: Requests = Requests {
        few: 480,
        many: 3680,
    };
}

/// Connections, which are used in turn.
const CONNECTIONS: u64 = 16;
/// Parts of the names of functions that hash. Valgrind's processor has no
/// instructions for that, so they cost several times there what they cost elsewhere.
const HASHING: [&str; 3] = ["sha1", "sha256", "sha2::"];

/// Instructions in user space.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Count {
    pub(super) all: u64,
    /// Those of them that hash.
    pub(super) hashing: u64,
}

pub(super) fn valgrind_is_there() -> Result<()> {
    command::output(Command::new("valgrind").arg("--version"))
        .context("instructions are counted by valgrind. On Debian: `apt-get install valgrind`")?;
    Ok(())
}

/// What one request costs the server. `command` starts it, with these words in front.
pub(super) fn per_request(
    file: &Path,
    workload: &Workload,
    requests: Requests,
    command: impl Fn(&[&str]) -> Result<Command>,
) -> Result<Count> {
    let counted = |requests| {
        of_program(file, &command, |command| {
            let server = Server::start(command)?;
            let repeated = (workload.prepare)(&mut Visitor::new(server.address()))?;
            repeat(server.address(), &repeated, requests)?;
            server.end()
        })
        .with_context(|| format!("workload {}", workload.name))
    };
    let Requests { few, many } = requests;
    Ok((counted(many)? - counted(few)?).each(many - few))
}

/// What a program costs from start to end. `file` is written meanwhile.
pub(super) fn of_program(
    file: &Path,
    command: impl Fn(&[&str]) -> Result<Command>,
    run: impl FnOnce(Command) -> Result<()>,
) -> Result<Count> {
    let mut command = command(&[
        "valgrind",
        "--tool=cachegrind",
        "--cache-sim=no",
        &format!("--cachegrind-out-file={}", file.display()),
    ])?;
    // Threads that look for work to steal would be counted too, and are many or few
    // by chance.
    command.env("TOKIO_WORKER_THREADS", "1");
    run(command)?;
    let counts = fs::read(file).with_context(|| format!("{}", file.display()))?;
    Count::read(&String::from_utf8_lossy(&counts)).context("valgrind has given no count")
}

impl Count {
    /// Of a file of cachegrind: the lines of each function, then the sum.
    fn read(counts: &str) -> Option<Count> {
        let (mut hashes, mut hashing) = (false, 0);
        for line in counts.lines() {
            if let Some(name) = line.strip_prefix("fn=") {
                let name = name.to_ascii_lowercase();
                hashes = HASHING.iter().any(|part| name.contains(part));
            } else if let Some(all) = line.strip_prefix("summary:") {
                let all = all.trim().parse().ok()?;
                return Some(Count { all, hashing });
            } else if hashes && line.starts_with(|first: char| first.is_ascii_digit()) {
                let (_, count) = line.split_once(' ')?;
                hashing += count.parse::<u64>().ok()?;
            }
        }
        None
    }

    /// The cost of one, given the cost of a number of them.
    pub(super) fn each(self, times: u64) -> Count {
        Count {
            all: self.all / times,
            hashing: self.hashing / times,
        }
    }
}

impl Sub for Count {
    type Output = Count;

    fn sub(self, less: Count) -> Count {
        Count {
            all: self.all.saturating_sub(less.all),
            hashing: self.hashing.saturating_sub(less.hashing),
        }
    }
}

fn repeat(address: SocketAddr, repeated: &Repeated, requests: u64) -> Result<()> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let mut connection = BufReader::new(stream);
        if let Some(first) = &repeated.first {
            connection.get_mut().write_all(&first.0)?;
            RawResponse::read(&mut connection);
        }
        connections.push(connection);
    }
    let mut answer = vec![0; repeated.answer.unwrap_or_default()];
    for _ in 0..requests / CONNECTIONS {
        for connection in &mut connections {
            connection.get_mut().write_all(&repeated.request.0)?;
        }
        for connection in &mut connections {
            if repeated.answer.is_some() {
                connection.read_exact(&mut answer)?;
                continue;
            }
            let response = RawResponse::read(connection);
            if response.status() != 200 || !response.complete {
                bail!("the answer became {}", response.status_line);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hashes_is_counted_apart() {
        let file = "desc: x\nevents: Ir\nfl=a.c\nfn=main\n0 100\n1 5\nfn=sha1::compress\n0 40\n\
            fi=b.c\n3 2\nfn=_Sha256Block\n0 8\nfn=free\n0 10\nsummary: 165\n";
        let count = Count::read(file).unwrap();
        assert_eq!((count.all, count.hashing), (165, 50));
        assert_eq!((count - count.each(5)).each(2).all, 66);
        assert_eq!(Count::read("fn=sha1\n"), None);
    }
}
