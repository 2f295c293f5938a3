//! Tornado's own tests, unmodified, with tornado-web as the server.

use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::python;
use crate::workspace::Workspace;

const SERVER: &str = "tornado-suite-server";

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let python = python::interpreter(workspace)?;
    command::run(&mut workspace.cargo(["build", "--locked", "--package", SERVER]))?;
    let server = workspace.target().join("debug").join(SERVER);
    command::run(
        Command::new(python)
            .args(["-m", "tornado_suite"])
            .arg(format!("'{}' {{app}} {{port}}", server.display()))
            .current_dir(workspace.path("tests")),
    )
}
