//! `cargo xtask soak`: whether a server under mixed load keeps its memory.

mod curve;
mod load;
mod sample;

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use self::curve::Curve;
use self::load::Load;
use self::sample::Sample;
use crate::command;
use crate::server::Server;
use crate::workspace::Workspace;

/// The page that has the curve.
const PAGE: &str = "docs/soak.md";
/// How often the server is looked at.
const PERIOD: Duration = Duration::from_secs(2);

/// Let many clients use a server for long, and watch its memory
///
/// The release build of tests/soak-server gets a little of all that clients do: pages, compressed
/// and not, sessions that begin, are written to and end, uploads, static files in whole and in
/// parts, streams, errors; and clients that leave in the midst of a request or of an answer. Every
/// few seconds its memory and its open files are read from /proc, so this runs on Linux alone.
///
/// It fails if an answer is wrong, or if the memory grows: the last quarter of the time against the
/// second, as in the first the sessions are filled.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// How long
    #[arg(long, default_value_t = 60)]
    minutes: u64,
    /// How many clients at once
    #[arg(long, default_value_t = 32)]
    clients: usize,
    /// Write the curve to docs/soak.md
    #[arg(long)]
    save: bool,
}

pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("the memory of a process is read from /proc, which Linux alone has");
    }
    command::run(&mut workspace.cargo([
        "build",
        "--release",
        "--locked",
        "--package=soak-server",
    ]))?;
    let files = workspace.target().join("soak");
    fs::create_dir_all(&files).with_context(|| format!("{}", files.display()))?;
    fs::write(files.join("large.bin"), vec![7; load::LARGE])?;
    fs::write(files.join("style.css"), "p { color: teal }\n".repeat(200))?;

    let mut command = Command::new(workspace.target().join("release/soak-server"));
    command.env("FILES", &files);
    let server = Server::start(command)?;
    let time = Duration::from_secs(60 * arguments.minutes.max(1));
    let began = Instant::now();
    let load = Load::start(server.address(), arguments.clients, began + time);
    let mut curve = Curve::default();
    while began.elapsed() < time && !load.has_failed() {
        std::thread::sleep(PERIOD.min(time.saturating_sub(began.elapsed())));
        let sample = Sample::of(&server, began.elapsed(), load.requests())?;
        if curve.push(sample) {
            eprintln!("{sample}");
        }
    }
    let done = load.end()?;
    eprintln!("{done}");
    println!("{}", curve.table());
    if arguments.save {
        curve.save(&workspace.path(PAGE), arguments.minutes)?;
    }
    server.stop()?;
    curve.check()
}
