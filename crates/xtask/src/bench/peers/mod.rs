//! `cargo xtask bench peers`: a comparison with other servers.

mod alone;
mod list;
mod load;
mod machine;
mod noise;
mod page;
mod results;
mod rounds;
mod templates;

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};

use self::list::{PEERS, Peer, Program};
use self::results::{Results, Run};
use self::rounds::Times;
use super::count;
use super::workloads::{Kind, WORKLOADS, Workload};
use crate::workspace::Workspace;

/// Compare tornado-web with hyper, axum, actix-web, poem, Tornado and other engines
///
/// It builds the peers, a separate workspace in the folder bench, and lets them answer the same
/// requests: in turns, round after round, with the server on one processor and everything else on
/// the others. The result is the processor time of the server per request; the rate is shown as
/// well. Each run records how much of the server's processor went to other programs, how much the
/// host of a virtual machine took, and the load average; a run with more than 8 % of either is
/// repeated, and marked.
///
/// In addition to the workloads of `cargo xtask bench` there are sessions in SQLite, PostgreSQL and
/// Redis, whose servers it starts, and
///
///     room          a message to 9,500 WebSockets
///     idle          memory of idle connections; idle-echo: of idle WebSockets
///     start         startup time and file size of the smallest application
///     build         its build time, clean and after a change
///     templates     the same pages by several engines, in instructions
///     instructions  of each workload and peer; hashing is shown separately
///
/// The results are kept in target/bench/results.json, and printed. --save writes them to the page
/// docs/bench.md. This needs Linux: /proc, taskset, prlimit, and valgrind.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// What to measure, by name; everything by default
    name: Vec<String>,
    /// Only these peers
    #[arg(long = "peer", value_name = "PEER", value_delimiter = ',')]
    peers: Vec<String>,
    /// Write the results of this run and earlier ones to docs/bench.md
    #[arg(long)]
    save: bool,
    /// One short round, to check that it works
    #[arg(long)]
    quick: bool,
    /// Use the programs from an earlier build
    #[arg(long)]
    no_build: bool,
    /// How many rounds
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The seconds of load for each server in a round
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
}

/// What can be measured.
#[derive(Clone, Copy)]
enum What {
    Load(&'static Workload),
    Idle(&'static str, Kind),
    Start,
    Build,
    Templates,
    Instructions,
}

pub(super) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("the time and the memory of a process are read from /proc, which Linux alone has");
    }
    let peers = choose(&arguments.peers)?;
    let all = all();
    if let Some(name) = (arguments.name.iter()).find(|name| all.iter().all(|w| w.name() != **name))
    {
        let names: Vec<_> = all.iter().map(What::name).collect();
        bail!(
            "there is nothing called `{name}`; there are {}",
            names.join(", ")
        );
    }
    let chosen = |what: &&What| {
        arguments.name.is_empty() || arguments.name.iter().any(|name| name == what.name())
    };
    let times = Times {
        rounds: if arguments.quick { 1 } else { arguments.rounds },
        seconds: if arguments.quick {
            1.0
        } else {
            arguments.seconds
        },
        retries: usize::from(!arguments.quick),
    };
    super::large_file(workspace)?;
    let mut results = Results::read(workspace)?;
    results.machine = machine::describe(workspace)?;
    let mut built = BTreeSet::new();
    for what in all.iter().filter(chosen) {
        let peers: Vec<_> = peers
            .iter()
            .copied()
            .filter(|peer| what.is_of(peer))
            .collect();
        for program in what.programs(&peers) {
            if !arguments.no_build && built.insert(program) {
                program.build(workspace)?;
            }
        }
        let runs = what.measure(workspace, &peers, times)?;
        results.replace(workspace, what.name(), runs)?;
        println!("{}", page::table(&results, what));
    }
    if arguments.save {
        page::save(workspace, &results, &all)?;
    }
    Ok(())
}

/// Everything, in the order of the page.
fn all() -> Vec<What> {
    let loads = WORKLOADS.iter().filter(|w| w.kind != Kind::RequestId);
    loads
        .map(What::Load)
        .chain([
            What::Idle("idle", Kind::Text),
            What::Idle("idle-echo", Kind::Echo),
            What::Start,
            What::Build,
            What::Templates,
            What::Instructions,
        ])
        .collect()
}

fn choose(names: &[String]) -> Result<Vec<&'static Peer>> {
    if let Some(name) = names
        .iter()
        .find(|name| PEERS.iter().all(|peer| peer.name != name.as_str()))
    {
        let names: Vec<_> = PEERS.iter().map(|peer| peer.name).collect();
        bail!("there is no peer `{name}`; there are {}", names.join(", "));
    }
    let chosen = |peer: &&Peer| names.is_empty() || names.iter().any(|name| name == peer.name);
    Ok(PEERS.iter().filter(chosen).collect())
}

impl What {
    fn name(&self) -> &'static str {
        match self {
            What::Load(workload) => workload.name,
            What::Idle(name, _) => name,
            What::Start => "start",
            What::Build => "build",
            What::Templates => "templates",
            What::Instructions => "instructions",
        }
    }

    fn about(&self) -> &'static str {
        match self {
            What::Load(workload) => workload.about,
            What::Idle(_, Kind::Echo) => "2,000 WebSockets that have had one echo",
            What::Idle(..) => "2,000 connections that have had one answer",
            What::Start => "the smallest application, from its start to its first answer",
            What::Build => "the smallest application, in the profile for development",
            What::Templates => {
                "instructions for a table of 1,000 rows, a small page with a base, and the compilation of that page"
            }
            What::Instructions => {
                "instructions of a request in user space; in brackets those that hash"
            }
        }
    }

    fn is_of(&self, peer: &Peer) -> bool {
        match self {
            What::Load(workload) => peer.kinds.contains(&workload.kind),
            What::Idle(_, kind) => peer.kinds.contains(kind) && !peer.name.contains("no log"),
            What::Start | What::Build => peer.hello.is_some(),
            What::Templates => false,
            What::Instructions => true,
        }
    }

    /// The programs that it needs.
    fn programs(&self, peers: &[&Peer]) -> Vec<Program> {
        let servers = peers.iter().map(|peer| peer.server);
        match self {
            What::Load(_) | What::Idle(..) => servers.chain([load::PROGRAM]).collect(),
            What::Instructions => servers.collect(),
            What::Start | What::Build => peers.iter().filter_map(|peer| peer.hello).collect(),
            What::Templates => vec![templates::PROGRAM],
        }
    }

    fn measure(&self, workspace: &Workspace, peers: &[&Peer], times: Times) -> Result<Vec<Run>> {
        let each = |measure: &dyn Fn(&Peer) -> Result<Vec<Run>>| {
            let mut runs = Vec::new();
            for peer in peers {
                eprintln!("{:15} {}", self.name(), peer.name);
                runs.extend(measure(peer).context(peer.name)?);
            }
            Ok(runs)
        };
        match self {
            What::Load(workload) => rounds::run(workspace, workload, peers, times),
            What::Idle(name, kind) => {
                let workload = WORKLOADS.iter().find(|workload| workload.kind == *kind);
                let workload = workload.context("it is in the list")?;
                each(&|peer| alone::idle(workspace, name, workload, peer))
            }
            What::Start => each(&|peer| alone::start(workspace, peer, 2 * times.rounds + 1)),
            What::Build => each(&|peer| alone::build(workspace, peer)),
            What::Templates => templates::run(workspace),
            What::Instructions => {
                count::valgrind_is_there()?;
                each(&|peer| instructions(workspace, peer))
            }
        }
    }
}

/// Of each workload that needs no server of a database.
fn instructions(workspace: &Workspace, peer: &Peer) -> Result<Vec<Run>> {
    let file = list::target(workspace).join("cachegrind.out");
    let mut values = Vec::new();
    let counted = |w: &&Workload| w.kind.is_counted() && peer.kinds.contains(&w.kind);
    for workload in WORKLOADS.iter().filter(counted) {
        let count = count::per_request(&file, workload, peer.requests(), |before| {
            let mut command = peer.command(workspace, before)?;
            command.envs(workload.environment.iter().copied());
            Ok(command)
        })?;
        eprintln!("{:15} {:12} {:12}", workload.name, count.all, count.hashing);
        values.push((workload.name.to_owned(), count.all as f64));
        values.push((page::hashing(workload.name), count.hashing as f64));
    }
    let values: Vec<_> = values.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    Ok(vec![Run::new("instructions", peer.name, 0, &values)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_of_one_thing_and_each_is_measured_beside_somebody() {
        let all = all();
        let names: BTreeSet<_> = all.iter().map(What::name).collect();
        assert_eq!(names.len(), all.len());
        for what in all.iter().filter(|what| !matches!(what, What::Templates)) {
            let peers: Vec<_> = PEERS.iter().filter(|peer| what.is_of(peer)).collect();
            assert!(peers.len() > 1, "{} has no other", what.name());
            assert!(!what.programs(&peers).is_empty());
        }
        assert!(choose(&["axum".to_owned()]).is_ok_and(|chosen| chosen.len() == 1));
        assert!(choose(&["none".to_owned()]).is_err());
    }

    #[test]
    fn the_source_of_each_smallest_application_is_found() {
        let workspace = Workspace::find().unwrap();
        let hello = PEERS.iter().filter_map(|peer| peer.hello);
        let found: Vec<_> = hello.filter_map(|hello| hello.main(&workspace)).collect();
        assert!(
            found.len() > 1 && found.iter().all(|main| main.exists()),
            "{found:?}"
        );
    }
}
