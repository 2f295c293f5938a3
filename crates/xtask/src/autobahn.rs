//! `cargo xtask autobahn`: all cases of the Autobahn test suite.

use anyhow::Result;

use crate::command;
use crate::python;
use crate::workspace::Workspace;

/// Run all 517 cases of the Autobahn test suite, which takes a quarter of an hour
///
/// `cargo xtask test` runs those without compression, and two of each family with it. The others
/// compress as many messages as those two, of other sizes and with other windows: they are for the
/// night.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let python = python::interpreter(workspace)?;
    let mut cargo = workspace.cargo([
        "test",
        "--package=tornado-websocket",
        "--all-features",
        "--locked",
        "--test=it",
        "--",
        "--exact",
        "autobahn::all_cases",
        "--ignored",
    ]);
    command::run(cargo.env(python::VARIABLE, python))
}
