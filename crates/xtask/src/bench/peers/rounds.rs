//! A workload under load: all peers in turn, round after round, so that what is
//! compared was measured in the same minute.

use std::fs;

use anyhow::{Context, Result};
use test_support::{PostgresServer, RedisServer};

use super::super::visitor::Visitor;
use super::super::workloads::{Kind, Store, Workload};
use super::list::Peer;
use super::load::{Load, Plan};
use super::noise::{self, Noise, Pins};
use super::results::Run;
use crate::server::Server;
use crate::workspace::Workspace;

/// How long, and how often.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) rounds: usize,
    pub(super) seconds: f64,
    /// How often more a run is made that was not quiet.
    pub(super) retries: usize,
}

/// The servers of databases, and what each peer has in them.
enum Stores {
    None,
    Sqlite,
    Postgres(PostgresServer),
    Redis(RedisServer),
}

/// A peer that answers.
struct Running<'a> {
    peer: &'a Peer,
    server: Server,
    load: Load,
}

pub(super) fn run(
    workspace: &Workspace,
    workload: &Workload,
    peers: &[&Peer],
    times: Times,
) -> Result<Vec<Run>> {
    let pins = Pins::new()?;
    pins.step_aside()?;
    let runs = in_turn(workspace, workload, peers, times, &pins);
    pins.step_back()?;
    runs
}

fn in_turn(
    workspace: &Workspace,
    workload: &Workload,
    peers: &[&Peer],
    times: Times,
    pins: &Pins,
) -> Result<Vec<Run>> {
    let stores = Stores::start(workload.kind);
    let mut running = Vec::new();
    for peer in peers {
        let started = start(workspace, workload, peer, times, pins, &stores);
        running.push(started.with_context(|| peer.name)?);
    }
    let mut runs = Vec::new();
    for round in 0..times.rounds {
        for each in &mut running {
            let run = each.measure_quietly(workload.name, round, times)?;
            eprintln!("{}", line(&run));
            runs.push(run);
        }
    }
    for each in running {
        drop(each.load);
        // Not all of them end with success.
        drop(each.server);
    }
    Ok(runs)
}

fn start<'a>(
    workspace: &Workspace,
    workload: &Workload,
    peer: &'a Peer,
    times: Times,
    pins: &Pins,
    stores: &Stores,
) -> Result<Running<'a>> {
    let mut command = peer.command(workspace, &pins.server())?;
    command.envs(workload.environment.iter().copied());
    if let Some(url) = stores.url(workspace, peer)? {
        command.env("STORE", url);
    }
    let server = Server::start(command)?;
    let repeated = (workload.prepare)(&mut Visitor::new(server.address()))?;
    let plan = Plan::new(&server, workload.connections, repeated)
        .room(workload.kind == Kind::Room)
        .seconds(times.seconds / 2.0, times.seconds);
    let load = Load::start(workspace, &pins.clients(), &plan)?;
    Ok(Running { peer, server, load })
}

impl Running<'_> {
    /// Again where others were at work, so often.
    fn measure_quietly(&mut self, of: &str, round: usize, times: Times) -> Result<Run> {
        let mut run = self.measure(of, round)?;
        for _ in 0..times.retries {
            if run.is_quiet() {
                break;
            }
            run = self.measure(of, round)?;
        }
        Ok(run)
    }

    fn measure(&mut self, of: &str, round: usize) -> Result<Run> {
        let noise = Noise::now()?;
        let seen = self.load.go_on().with_context(|| self.peer.name)?;
        let (foreign, stolen) = Noise::now()?.since(&noise, seen.processor, seen.seconds);
        let values = [
            ("processor", seen.processor * 1e6 / seen.answers),
            ("rate", seen.answers / seen.seconds),
            ("p50", seen.p50 / 1000.0),
            ("p99", seen.p99 / 1000.0),
            ("foreign", foreign),
            ("stolen", stolen),
            ("load", noise::load_average()?),
        ];
        Ok(Run::new(of, self.peer.name, round, &values))
    }
}

impl Stores {
    fn start(kind: Kind) -> Stores {
        match kind {
            Kind::Session(Store::Sqlite) => Stores::Sqlite,
            Kind::Session(Store::Postgres) => Stores::Postgres(PostgresServer::start()),
            Kind::Session(Store::Redis) => Stores::Redis(RedisServer::start()),
            _ => Stores::None,
        }
    }

    /// What is the peer's own.
    fn url(&self, workspace: &Workspace, peer: &Peer) -> Result<Option<String>> {
        Ok(match self {
            Stores::None => None,
            Stores::Sqlite => {
                let path = super::list::target(workspace).join(format!("{}.db", peer.name));
                // An empty file is a database.
                fs::write(&path, "").with_context(|| format!("{}", path.display()))?;
                Some(format!("sqlite:{}", path.display()))
            }
            Stores::Postgres(server) => Some(server.new_database()),
            Stores::Redis(server) => Some(server.url()),
        })
    }
}

/// What is told meanwhile.
fn line(run: &Run) -> String {
    let value = |name| run.value(name).unwrap_or(f64::NAN);
    format!(
        "{:15} {} {:20} {:8.1} us {:9.0} /s  p50 {:8.2} p99 {:8.2} ms  others {:3.0} % stolen {:3.0} % load {:.1}{}",
        run.of,
        run.round,
        run.peer,
        value("processor"),
        value("rate"),
        value("p50"),
        value("p99"),
        100.0 * value("foreign"),
        100.0 * value("stolen"),
        value("load"),
        if run.is_quiet() { "" } else { "  NOISY" }
    )
}
