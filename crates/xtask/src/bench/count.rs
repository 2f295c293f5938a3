//! A server under valgrind, and the requests that it answers.

use std::io::{BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use test_support::RawResponse;

use super::visitor::{Request, Visitor};
use super::workloads::Workload;
use crate::command;

/// The number of requests in the two runs: enough that the few different ones,
/// such as the first of a connection, do not matter.
const FEW: u64 = 480;
const MANY: u64 = 3680;
/// Connections, which take turns.
const CONNECTIONS: u64 = 16;
/// How long valgrind may take to start the server.
const START: Duration = Duration::from_secs(60);

pub(super) fn valgrind_is_there() -> Result<()> {
    command::output(Command::new("valgrind").arg("--version"))
        .context("instructions are counted by valgrind. On Debian: `apt-get install valgrind`")?;
    Ok(())
}

/// Instructions in user space that one request costs the server.
pub(super) fn per_request(server: &Path, workload: &Workload) -> Result<u64> {
    let counted = |requests| {
        run(server, workload, requests).with_context(|| format!("workload {}", workload.name))
    };
    let (few, many) = (counted(FEW)?, counted(MANY)?);
    Ok(many.saturating_sub(few) / (MANY - FEW))
}

/// Instructions of a whole run that answers this many requests.
fn run(server: &Path, workload: &Workload, requests: u64) -> Result<u64> {
    let server = Server::start(server, workload)?;
    let request = (workload.prepare)(&mut Visitor::new(server.address))?;
    repeat(server.address, &request, requests)?;
    server.stop()
}

struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(path: &Path, workload: &Workload) -> Result<Server> {
        // The server logs nothing, so it can't report which port it got.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .context("there is no free port")?
            .port();
        let mut command = Command::new("valgrind");
        command
            .args(["--tool=cachegrind", "--cache-sim=no"])
            .arg("--cachegrind-out-file=/dev/null")
            .arg(path)
            .env("PORT", port.to_string())
            // Threads that look for work to steal would be counted too, in random
            // numbers.
            .env("TOKIO_WORKER_THREADS", "1")
            .envs(workload.environment.iter().copied())
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        let child = command.spawn().context("valgrind can't be started")?;
        let mut server = Server {
            child,
            address: (Ipv4Addr::LOCALHOST, port).into(),
        };
        let began = Instant::now();
        while TcpStream::connect(server.address).is_err() {
            if server.child.try_wait()?.is_some() || began.elapsed() > START {
                server.child.kill().ok();
                bail!("the server does not listen: {}", server.said());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Stops it as a service manager would, and reads valgrind's count.
    fn stop(mut self) -> Result<u64> {
        let pid = self.child.id().to_string();
        command::run(Command::new("kill").args(["-TERM", &pid]))?;
        let said = self.said();
        let status = self.child.wait()?;
        if !status.success() {
            bail!("the server ended with {status}: {said}");
        }
        // Such as `==123== I refs:        65,432,109`.
        said.lines()
            .find_map(|line| line.split_once(" refs:"))
            .and_then(|(_, count)| count.trim().replace(',', "").parse().ok())
            .with_context(|| format!("valgrind has given no count: {said}"))
    }

    /// All of its error output.
    fn said(&mut self) -> String {
        let mut text = Vec::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            // The caller notices if something could not be read.
            stderr.read_to_end(&mut text).ok();
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // If it has been stopped, there is nothing left to kill.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn repeat(address: SocketAddr, request: &Request, requests: u64) -> Result<()> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        connections.push(BufReader::new(stream));
    }
    for _ in 0..requests / CONNECTIONS {
        for connection in &mut connections {
            connection.get_mut().write_all(&request.0)?;
        }
        for connection in &mut connections {
            let response = RawResponse::read(connection);
            if response.status() != 200 || !response.complete {
                bail!("the answer became {}", response.status_line);
            }
        }
    }
    Ok(())
}
