//! `cargo xtask fuzz`: searches for bytes that violate a property.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command;
use crate::workspace::Workspace;

/// The instrumentation that tells libFuzzer which code an input has reached and
/// what it was compared with. The options are LLVM's own, so a stable compiler
/// accepts them.
const INSTRUMENTATION: &str = "--cfg fuzzing \
    -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Let a fuzzer search for bytes from the wire that violate a property
///
/// The targets are in tests/fuzz. libFuzzer starts from their seeds and from earlier findings, in
/// target/fuzz/TARGET/corpus. It stops at the first input that violates a property, and leaves that
/// input in target/fuzz/TARGET. Once the bug is fixed, move the input to tests/fuzz/seeds/TARGET,
/// where `cargo xtask test` tries it from then on.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// The targets, by name; by default all, one after another
    target: Vec<String>,
    /// List the targets
    #[arg(long)]
    list: bool,
    /// How many seconds to search, for each target
    #[arg(long, default_value_t = 60)]
    seconds: u64,
}

pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let targets = targets(workspace)?;
    if arguments.list {
        for target in targets {
            println!("{target}");
        }
        return Ok(());
    }
    if let Some(name) = arguments.target.iter().find(|name| !targets.contains(name)) {
        bail!("there is no target `{name}`; `cargo xtask fuzz --list` lists them");
    }

    let fuzzer = build(workspace)?;
    for target in targets {
        if !arguments.target.is_empty() && !arguments.target.contains(&target) {
            continue;
        }
        let folder = workspace.target().join("fuzz").join(&target);
        let corpus = folder.join("corpus");
        fs::create_dir_all(&corpus)
            .with_context(|| format!("{} can't be made", corpus.display()))?;
        eprintln!("\n==> {target}");
        let mut command = Command::new(&fuzzer);
        command
            .env("FUZZ_TARGET", &target)
            .arg(format!("-max_total_time={}", arguments.seconds))
            // A single input that takes this many seconds, or MiB, is a finding.
            .args(["-timeout=10", "-rss_limit_mb=2048"])
            .args(["-print_final_stats=1", "-verbosity=1"])
            .arg(format!("-artifact_prefix={}/", folder.display()))
            .arg(&corpus)
            .arg(workspace.path("tests/fuzz/seeds").join(&target));
        command::run(&mut command).with_context(|| {
            format!(
                "target `{target}`: the input is in {}; \
                 `FUZZ_TARGET={target} cargo run -p fuzz -- FILE` tries it again",
                folder.display()
            )
        })?;
    }
    Ok(())
}

/// Their names, which are those of the seed folders.
fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.path("tests/fuzz/seeds");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("{}", folder.display()))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn build(workspace: &Workspace) -> Result<std::path::PathBuf> {
    command::output(Command::new("c++").arg("--version"))
        .context("libFuzzer is written in C++. On Debian: `apt-get install g++`")?;
    // With an explicit target, programs that run during the build are not
    // instrumented, and other builds keep their artifacts.
    let triple = host(workspace)?;
    let mut command = workspace.cargo([
        "build",
        "--locked",
        "--package=fuzz",
        "--profile=fuzz",
        "--target",
        &triple,
    ]);
    command::run(command.env("RUSTFLAGS", INSTRUMENTATION))?;
    Ok(workspace.target().join(triple).join("fuzz/fuzz"))
}

/// The triple of this machine, such as `x86_64-unknown-linux-gnu`.
fn host(workspace: &Workspace) -> Result<String> {
    let mut rustc = Command::new("rustc");
    let said = command::output(rustc.arg("-vV").current_dir(workspace.root()))?;
    said.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .context("rustc does not say for which machine it compiles")
}
