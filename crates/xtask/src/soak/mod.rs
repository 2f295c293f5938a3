//! `cargo xtask soak`: whether a server's memory stays constant under mixed
//! load.

mod curve;
mod load;
mod sample;
mod websocket;

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

/// The page with the curve.
const PAGE: &str = "docs/soak.md";
/// How often the server is sampled.
const PERIOD: Duration = Duration::from_secs(2);

/// Let many clients use a server for a long time, and watch its memory
///
/// The release build of tests/soak-server gets a bit of everything that clients do: pages,
/// compressed or not, and from templates, sessions that begin, are written to and end, WebSockets,
/// uploads, static files and ranges of them, streams, errors, and clients that leave in the middle
/// of a request or a response. Every few seconds its memory and its open files are read from /proc,
/// so this runs only on Linux.
///
/// It fails if a response is wrong, or if the memory grows: it compares the last quarter of the
/// time with the second, since sessions fill up in the first.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// How many minutes to run
    #[arg(long, default_value_t = 60)]
    minutes: u64,
    /// How many concurrent clients
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
        let Arguments {
            minutes, clients, ..
        } = arguments;
        let command = format!("cargo xtask soak --minutes {minutes} --clients {clients}");
        curve.save(&workspace.path(PAGE), &command)?;
    }
    server.stop()?;
    curve.check()
}
