//! `cargo xtask test`: the gate. CI runs it, and nothing else.

mod deny;
mod examples;
mod features;
mod needs;
mod steps;
mod times;
mod tornado_diff;
mod tornado_suite;

use anyhow::{Context, Result, bail};

use self::needs::Need;
use self::steps::STEPS;
use self::times::Times;
use crate::workspace::Workspace;

/// Run all checks and tests, as CI does, the fast ones first
///
/// First it checks for what the steps need besides Rust: Python 3.11 or newer with venv, Redis and
/// PostgreSQL, of which the tests start their own servers. The system's package manager installs
/// what is missing if root runs this, if the variable CI is set, or with --install. Otherwise it
/// prints the line that installs it, and stops. It knows Debian, Ubuntu, Fedora, Arch, Alpine and,
/// with Homebrew, macOS.
///
/// It stops at the first step that fails, and prints how long each one took.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Run only this step; may be repeated
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Install what is missing, with sudo if necessary
    #[arg(long)]
    install: bool,
    /// List the steps
    #[arg(long)]
    list: bool,
}

/// One step of the gate.
struct Step {
    name: &'static str,
    about: &'static str,
    needs: &'static [Need],
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
    let mut times = Times::default();
    times.of("set-up", || {
        needs::provide(workspace, &chosen, arguments.install)
    })?;
    let result = chosen.iter().try_for_each(|step| {
        eprintln!("\n==> {}: {}", step.name, step.about);
        times
            .of(step.name, || (step.run)(workspace))
            .with_context(|| {
                format!(
                    "step `{0}` failed; run it alone with `cargo xtask test --only {0}`",
                    step.name
                )
            })
    });
    eprint!("\n{times}");
    result
}

/// The requested steps, in their own order; all by default.
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
