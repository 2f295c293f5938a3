//! `cargo xtask docs`: the book.

use anyhow::{Result, bail};

use crate::workspace::Workspace;

/// Build the book
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Build nothing: fail where the book or the README is out of step with the code
    #[arg(long)]
    pub(crate) check: bool,
}

pub(crate) fn run(_workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let task = if arguments.check { "checked" } else { "built" };
    bail!("the book can't be {task} yet");
}
