//! `cargo xtask bench`: what a request costs, in instructions; the same for other
//! servers; and what sessions keep under load.

mod baseline;
mod count;
mod hammer;
mod peers;
mod visitor;
mod workloads;

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use self::baseline::Baseline;
use self::count::{Count, Requests};
use self::workloads::{FILES, LARGE, WORKLOADS};
use crate::command;
use crate::workspace::Workspace;

/// Count the instructions that a request costs, and compare them with the committed baseline
///
/// The release build of tests/bench-server runs under valgrind and answers a fixed number of
/// requests on keep-alive connections, then a larger one. The difference of the two counts, divided
/// by the difference of the two numbers, is the cost of one request: the cost of starting cancels
/// out.
///
/// Only the server's instructions in user space are counted, so the numbers hardly vary between
/// runs and machines, and a change of one percent is visible. The kernel is not counted, although
/// it takes more of the time of a small request than all of this, and neither is waiting: for
/// locks, caches or other programs. Valgrind's processor has no SHA instructions, so hashing, which is
/// counted and also shown separately, costs several times as much there as on one that has them.
///
/// `cargo xtask bench peers` compares the processor time with that of other servers.
/// `cargo xtask bench hammer` measures something else: whether sessions keep their promises when
/// many requests write to them concurrently.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    other: Option<Other>,
    /// The workloads to run, by name; all by default
    workload: Vec<String>,
    /// List the workloads
    #[arg(long)]
    list: bool,
    /// Write the counts to the baseline, tests/bench-server/baseline.json
    #[arg(long)]
    save: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Other {
    Hammer(hammer::Arguments),
    Peers(peers::Arguments),
}

pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    match &arguments.other {
        Some(Other::Hammer(arguments)) => return hammer::run(workspace, arguments),
        Some(Other::Peers(arguments)) => return peers::run(workspace, arguments),
        None => {}
    }
    let workloads = WORKLOADS.iter().filter(|w| w.kind.is_counted());
    if arguments.list {
        for workload in workloads {
            println!("{:14} {}", workload.name, workload.about);
        }
        return Ok(());
    }
    let unknown = |name: &&String| workloads.clone().all(|workload| workload.name != **name);
    if let Some(name) = arguments.workload.iter().find(unknown) {
        bail!("there is no workload `{name}`; `cargo xtask bench --list` lists them");
    }

    count::valgrind_is_there()?;
    build_server(workspace)?;
    large_file(workspace)?;

    let mut baseline = Baseline::read(workspace)?;
    let mut slower = Vec::new();
    println!(
        "{:14} {:>12} {:>12} {:>8} {:>12}",
        "", "instructions", "baseline", "change", "for hashing"
    );
    for workload in workloads {
        let chosen = arguments.workload.is_empty()
            || arguments.workload.iter().any(|name| name == workload.name);
        if !chosen {
            continue;
        }
        let file = workspace.target().join("cachegrind.out");
        let Count { all, hashing } =
            count::per_request(&file, workload, Requests::USUAL, |before| {
                let mut command = server(workspace, before);
                // The baseline is without the line of the log.
                command.env("LOGGING", "none");
                command.envs(workload.environment.iter().copied());
                Ok(command)
            })?;
        match baseline.of(workload.name) {
            Some(before) => {
                let change = 100.0 * (all as f64 / before as f64 - 1.0);
                println!(
                    "{:14} {all:12} {before:12} {change:+7.1}% {hashing:12}",
                    workload.name
                );
                if change > baseline.tolerance_percent {
                    slower.push(workload.name);
                }
            }
            None => println!(
                "{:14} {all:12} {:>12} {:>8} {hashing:12}",
                workload.name, "-", "-"
            ),
        }
        baseline.set(workload.name, all);
    }
    if arguments.save {
        return baseline.write(workspace);
    }
    if !slower.is_empty() {
        bail!(
            "more than {} % above the baseline: {}. If that is the price of something better, \
             run `cargo xtask bench --save` and commit the new baseline",
            baseline.tolerance_percent,
            slower.join(", ")
        );
    }
    Ok(())
}

fn build_server(workspace: &Workspace) -> Result<()> {
    command::run(&mut workspace.cargo(["build", "--release", "--locked", "--package=bench-server"]))
}

/// The server, to be run at the root, with these words in front.
fn server(workspace: &Workspace, before: &[&str]) -> Command {
    command::behind(
        before,
        workspace.target().join("release/bench-server"),
        workspace.root(),
    )
}

/// Makes the static file that is too large to be committed.
fn large_file(workspace: &Workspace) -> Result<()> {
    let path = workspace.path(FILES).join(LARGE.0);
    // Not again: a run at the same time may be reading it.
    if fs::metadata(&path).is_ok_and(|file| file.len() == LARGE.1 as u64) {
        return Ok(());
    }
    fs::write(&path, vec![b'x'; LARGE.1]).with_context(|| format!("{}", path.display()))
}
