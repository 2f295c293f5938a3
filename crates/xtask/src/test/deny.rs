//! The step `deny`: cargo-deny checks the project's dependencies.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::workspace::Workspace;

/// The version of cargo-deny to use.
const VERSION: &str = "0.20.2";
/// The checks that need only files that every build has fetched.
const HERE: [&str; 3] = ["bans", "licenses", "sources"];

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let program = cargo_deny(workspace)?;
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command
            .args(["--workspace", "--all-features", "--locked"])
            .args(arguments)
            .current_dir(workspace.root());
        command
    };
    command::run(deny(&["check"]).args(HERE))?;
    // The list of vulnerable versions must be fetched.
    if let Err(error) = command::output(&mut deny(&["fetch", "db"])) {
        eprintln!(
            "\nNOT CHECKED: advisories, that is, known holes, crates that nobody keeps, and yanked \
             versions. Their list can't be fetched, so run this where there is a network:\n{error}\n"
        );
        return Ok(());
    }
    command::run(&mut deny(&["check", "--disable-fetch", "advisories"]))
}

/// The required version of cargo-deny, which is built if it is missing.
fn cargo_deny(workspace: &Workspace) -> Result<PathBuf> {
    let root = workspace.target().join("tools");
    let program = root
        .join("bin")
        .join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    let version = Command::new(&program).arg("--version").output();
    let wanted = format!("cargo-deny {VERSION}\n");
    if version.is_ok_and(|version| version.stdout == wanted.as_bytes()) {
        return Ok(program);
    }
    eprintln!("installing cargo-deny {VERSION} into {}", root.display());
    let mut install = workspace.cargo(["install", "cargo-deny", "--version", VERSION, "--locked"]);
    install
        .args(["--debug", "--force"])
        .arg("--root")
        .arg(&root);
    command::run(&mut install)?;
    Ok(program)
}
