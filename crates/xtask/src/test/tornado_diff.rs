//! The same raw requests to Tornado and to tornado-web.

use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::python;
use crate::workspace::Workspace;

const SERVER: &str = "tornado-diff-server";

/// Runs with the fixed random cases, and with new ones.
pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let python = python::interpreter(workspace)?;
    command::run(&mut workspace.cargo(["build", "--locked", "--package", SERVER]))?;
    let server = workspace.target().join("debug").join(SERVER);
    command::run(
        Command::new(python)
            .args([
                "-m",
                "tornado_suite.diff",
                "--seed",
                "1",
                "--seed",
                "random",
            ])
            .arg("--server")
            .arg(format!("'{}' --port {{port}}", server.display()))
            .current_dir(workspace.path("tests")),
    )
}
