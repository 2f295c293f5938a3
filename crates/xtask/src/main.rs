//! `cargo xtask`: what a developer of tornado-web runs, and what CI runs.
//!
//! One file or folder per subcommand. `cargo xtask --help` lists them.

#![expect(
    clippy::print_stdout,
    reason = "a command line tool speaks on its standard output"
)]

mod arrows;
mod autobahn;
mod bench;
mod command;
mod docs;
mod fuzz;
mod mutants;
mod python;
mod server;
mod soak;
mod test;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// The developer's one command.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    Test(test::Arguments),
    Python(python::Arguments),
    Docs(docs::Arguments),
    Arrows(arrows::Arguments),
    Autobahn(autobahn::Arguments),
    Bench(bench::Arguments),
    Fuzz(fuzz::Arguments),
    Mutants(mutants::Arguments),
    Soak(soak::Arguments),
}

fn run(task: Task) -> Result<()> {
    let workspace = Workspace::find()?;
    match task {
        Task::Test(arguments) => test::run(&workspace, &arguments),
        Task::Python(arguments) => python::run(&workspace, &arguments),
        Task::Arrows(arguments) => arrows::run(&workspace, &arguments),
        Task::Autobahn(autobahn::Arguments {}) => autobahn::run(&workspace),
        Task::Docs(arguments) => docs::run(&workspace, &arguments),
        Task::Bench(arguments) => bench::run(&workspace, &arguments),
        Task::Fuzz(arguments) => fuzz::run(&workspace, &arguments),
        Task::Mutants(arguments) => mutants::run(&workspace, &arguments),
        Task::Soak(arguments) => soak::run(&workspace, &arguments),
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\ncargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
