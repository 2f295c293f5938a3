//! A server that is measured, and what the system knows of it.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command;

/// How long it may take to start: under valgrind that is long.
const START: Duration = Duration::from_secs(120);
/// The ticks per second in which the system counts processor time. Linux promises
/// this number to programs.
const TICKS: f64 = 100.0;

/// It is killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts it with `PORT` in its environment, and waits until it listens. What it
    /// logs is lost.
    pub(crate) fn start(command: Command) -> Result<Server> {
        let listens = |address| TcpStream::connect(address).is_ok();
        Server::start_until(command, Duration::from_millis(20), listens)
    }

    /// The same until something else is so, which is looked for again and again after
    /// a pause.
    pub(crate) fn start_until(
        mut command: Command,
        pause: Duration,
        ready: impl Fn(SocketAddr) -> bool,
    ) -> Result<Server> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .context("there is no free port")?
            .port();
        command
            .env("PORT", port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command
            .spawn()
            .with_context(|| format!("{command:?} can't be started"))?;
        let mut server = Server {
            child,
            address: (Ipv4Addr::LOCALHOST, port).into(),
        };
        let began = Instant::now();
        while !ready(server.address) {
            if let Some(status) = server.child.try_wait()? {
                bail!("the server has ended with {status} in place of listening");
            }
            if began.elapsed() > START {
                bail!("the server does not listen");
            }
            std::thread::sleep(pause);
        }
        Ok(server)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Memory that it has in RAM, in KiB.
    pub(crate) fn memory(&self) -> Result<u64> {
        let status = fs::read_to_string(self.folder() + "/status")
            .context("the server has ended in the midst of it")?;
        status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|value| value.trim().trim_end_matches(" kB").parse().ok())
            .context("the system does not say how much memory the server has")
    }

    /// Files and sockets that it has open.
    pub(crate) fn open_files(&self) -> Result<usize> {
        Ok(fs::read_dir(self.folder() + "/fd")?.count())
    }

    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a service manager would. It must end with success.
    pub(crate) fn stop(mut self) -> Result<()> {
        let status = self.terminate()?;
        if !status.success() {
            bail!("the server ended with {status}");
        }
        Ok(())
    }

    /// The same, where it may also end by the signal.
    pub(crate) fn end(mut self) -> Result<()> {
        self.terminate().map(drop)
    }

    fn terminate(&mut self) -> Result<ExitStatus> {
        let pid = self.child.id().to_string();
        command::run(Command::new("kill").args(["-TERM", &pid]))?;
        Ok(self.child.wait()?)
    }

    fn folder(&self) -> String {
        format!("/proc/{}", self.child.id())
    }
}

/// Seconds that programs which were started here, and have ended, have used of the
/// processor.
pub(crate) fn processor_of_children() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat").context("/proc can't be read")?;
    // The name of the program, in parentheses, may have spaces.
    let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
    let fields = fields.split_whitespace().skip(13).take(2);
    let ticks = fields.map(|field| Ok(field.parse::<f64>()?));
    Ok(ticks.sum::<Result<f64>>()? / TICKS)
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where it has been stopped there is nothing left to kill.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
