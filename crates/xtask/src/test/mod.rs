//! `cargo xtask test`: the gate. CI runs it, and nothing else.

mod examples;
mod features;
mod steps;
mod tornado_diff;
mod tornado_suite;

use std::time::Instant;

use anyhow::{Context, Result, bail};

use self::steps::STEPS;
use crate::workspace::Workspace;

/// Run all checks and tests, as CI does, the fast ones first
///
/// It stops at the first step that fails.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Run this step alone; may be given more than once
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// List the steps
    #[arg(long)]
    list: bool,
}

/// One step of the gate.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Workspace) -> Result<()>,
}

pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    if arguments.list {
        for step in STEPS {
            println!("{:13} {}", step.name, step.about);
        }
        return Ok(());
    }
    let chosen = choose(&arguments.only)?;
    let start = Instant::now();
    let mut times = Vec::new();
    for step in chosen {
        eprintln!("\n==> {}: {}", step.name, step.about);
        let began = Instant::now();
        (step.run)(workspace).with_context(|| {
            format!(
                "step `{0}` failed; run it alone with `cargo xtask test --only {0}`",
                step.name
            )
        })?;
        times.push((step.name, began.elapsed()));
    }
    eprintln!();
    for (name, time) in &times {
        eprintln!("{name:13} {:7.1} s", time.as_secs_f64());
    }
    eprintln!("{:13} {:7.1} s", "all", start.elapsed().as_secs_f64());
    Ok(())
}

/// The steps that were asked for, in their own order; all where none was.
fn choose(names: &[String]) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = names
        .iter()
        .find(|name| STEPS.iter().all(|step| step.name != name.as_str()))
    {
        bail!("there is no step `{unknown}`; `cargo xtask test --list` lists them");
    }
    Ok(STEPS
        .iter()
        .filter(|step| names.is_empty() || names.iter().any(|name| name == step.name))
        .collect())
}
