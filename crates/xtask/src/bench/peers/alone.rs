//! What is measured of one peer after the other: memory, the start, builds.

use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use test_support::RawResponse;

use super::super::visitor::Visitor;
use super::super::workloads::Workload;
use super::list::{Peer, Program, target};
use super::load::{Load, Plan};
use super::noise::Pins;
use super::results::{Run, median};
use crate::command;
use crate::server::{Server, processor_of_children};
use crate::workspace::Workspace;

/// Connections that do nothing.
const IDLE: usize = 2000;

/// Memory of connections that have asked once and then do nothing.
pub(super) fn idle(
    workspace: &Workspace,
    of: &str,
    workload: &Workload,
    peer: &Peer,
) -> Result<Vec<Run>> {
    let pins = Pins::new()?;
    let mut command = peer.command(workspace, &pins.server())?;
    command.envs(workload.environment.iter().copied());
    let server = Server::start(command)?;
    let repeated = (workload.prepare)(&mut Visitor::new(server.address()))?;
    let before = server.memory()?;
    let plan = Plan::new(&server, IDLE, repeated);
    let load = Load::start(workspace, &pins.clients(), &plan)?;
    let after = server.memory()?;
    drop(load);
    let values = [
        ("each", after.saturating_sub(before) as f64 / IDLE as f64),
        ("before", before as f64 / 1024.0),
        ("after", after as f64 / 1024.0),
    ];
    Ok(vec![Run::new(of, peer.name, 0, &values)])
}

/// From the start of the process to the first answer, and the size of its file.
pub(super) fn start(workspace: &Workspace, peer: &Peer, times: usize) -> Result<Vec<Run>> {
    let hello = hello(peer)?;
    let mut milliseconds = Vec::new();
    for _ in 0..times {
        let command = hello.command(workspace, &[])?;
        let began = Instant::now();
        let server = Server::start_until(command, Duration::from_micros(200), answers)?;
        milliseconds.push(began.elapsed().as_secs_f64() * 1000.0);
        drop(server);
    }
    let least = milliseconds.iter().copied().fold(f64::INFINITY, f64::min);
    let middle = median(milliseconds).context("it was not started once")?;
    let mut values = vec![("middle", middle), ("least", least)];
    if let Some(binary) = hello.binary(workspace) {
        let stripped = target(workspace).join("stripped");
        command::run(Command::new("strip").arg("-o").arg(&stripped).arg(&binary))?;
        let size = |path| Ok::<_, anyhow::Error>(fs::metadata(path)?.len() as f64 / 1e6);
        values.push(("size", size(&binary)?));
        values.push(("stripped", size(&stripped)?));
    }
    Ok(vec![Run::new("start", peer.name, 0, &values)])
}

fn answers(address: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect(address) else {
        return false;
    };
    let request = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    stream.write_all(request).is_ok()
        && RawResponse::read(&mut BufReader::new(stream)).status() == 200
}

/// How long cargo takes for the smallest application: with nothing built, and when a
/// line of it has changed. It was built before, elsewhere, so that what has to come
/// over a network is not measured.
pub(super) fn build(workspace: &Workspace, peer: &Peer) -> Result<Vec<Run>> {
    let hello = hello(peer)?;
    let Some(main) = hello.main(workspace) else {
        return Ok(Vec::new());
    };
    let folder = target(workspace).join("hello");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
    }
    let build = || {
        let mut cargo = hello.cargo(workspace, "build").context("it is Rust")?;
        cargo.env("CARGO_TARGET_DIR", &folder).arg("--quiet");
        let (began, before) = (Instant::now(), processor_of_children()?);
        command::run(&mut cargo)?;
        let processor = processor_of_children()? - before;
        Ok::<_, anyhow::Error>((began.elapsed().as_secs_f64(), processor))
    };
    let (clean, processor) = build()?;
    // A new time is a change for cargo.
    File::options()
        .append(true)
        .open(&main)
        .and_then(|file| file.set_modified(std::time::SystemTime::now()))
        .with_context(|| format!("{}", main.display()))?;
    let (again, _) = build()?;
    fs::remove_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
    let values = [("clean", clean), ("processor", processor), ("again", again)];
    Ok(vec![Run::new("build", peer.name, 0, &values)])
}

fn hello(peer: &Peer) -> Result<Program> {
    peer.hello.context("it has no smallest application")
}
