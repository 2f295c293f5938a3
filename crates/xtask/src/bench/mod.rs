//! `cargo xtask bench`: what a request costs, in instructions, and what
//! sessions keep under load.

mod baseline;
mod count;
mod hammer;
mod visitor;
mod workloads;

use anyhow::{Result, bail};

use self::baseline::Baseline;
use self::workloads::WORKLOADS;
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
/// locks, caches or other programs. Valgrind's processor has no SHA instructions, so a signature
/// costs several times as much there as on one that has them. So compare a workload with itself,
/// and measure requests per second with a load generator.
///
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
}

pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    if let Some(Other::Hammer(arguments)) = &arguments.other {
        return hammer::run(workspace, arguments);
    }
    if arguments.list {
        for workload in WORKLOADS {
            println!("{:14} {}", workload.name, workload.about);
        }
        return Ok(());
    }
    let unknown = |name: &&String| WORKLOADS.iter().all(|workload| workload.name != **name);
    if let Some(name) = arguments.workload.iter().find(unknown) {
        bail!("there is no workload `{name}`; `cargo xtask bench --list` lists them");
    }

    count::valgrind_is_there()?;
    command::run(&mut workspace.cargo([
        "build",
        "--release",
        "--locked",
        "--package=bench-server",
    ]))?;
    let server = workspace.target().join("release/bench-server");

    let mut baseline = Baseline::read(workspace)?;
    let mut slower = Vec::new();
    println!(
        "{:14} {:>12} {:>12} {:>8}",
        "", "instructions", "baseline", "change"
    );
    for workload in WORKLOADS {
        let chosen = arguments.workload.is_empty()
            || arguments.workload.iter().any(|name| name == workload.name);
        if !chosen {
            continue;
        }
        let counted = count::per_request(&server, workload)?;
        match baseline.of(workload.name) {
            Some(before) => {
                let change = 100.0 * (counted as f64 / before as f64 - 1.0);
                println!(
                    "{:14} {counted:12} {before:12} {change:+7.1}%",
                    workload.name
                );
                if change > baseline.tolerance_percent {
                    slower.push(workload.name);
                }
            }
            None => println!("{:14} {counted:12} {:>12}", workload.name, "-"),
        }
        baseline.set(workload.name, counted);
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
