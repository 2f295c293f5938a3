//! The machine, and the versions of what was measured.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::python;
use crate::workspace::Workspace;

/// The crates whose versions the page names.
const CRATES: [&str; 13] = [
    "actix-session",
    "actix-web",
    "askama",
    "axum",
    "axum-extra",
    "hyper",
    "minijinja",
    "poem",
    "tera",
    "tokio",
    "tokio-websockets",
    "tower-sessions",
    "yawc",
];

/// Names and values for the page.
pub(super) fn describe(workspace: &Workspace) -> Result<BTreeMap<String, String>> {
    let said = |program: &str, arguments: &[&str]| -> Result<String> {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(workspace.root());
        Ok(command::output(&mut command)?.trim().to_owned())
    };
    let processors = std::thread::available_parallelism()?;
    let processor = fs::read_to_string("/proc/cpuinfo")?;
    let line = |key: &str| {
        let line = processor.lines().find(|line| line.starts_with(key));
        line.and_then(|line| line.split_once(": "))
            .map_or("", |(_, value)| value)
    };
    let sha = if line("flags").split(' ').any(|flag| flag == "sha_ni") {
        "with"
    } else {
        "without"
    };
    let python = python::interpreter(workspace)?.display().to_string();
    let tornado =
        "import sys, tornado; print(tornado.version, 'on Python', sys.version.split()[0])";
    Ok([
        ("date", said("date", &["-u", "+%Y-%m-%d"])?),
        (
            "tornado-web",
            said("git", &["describe", "--always", "--dirty"])?,
        ),
        (
            "processor",
            format!(
                "{} of {}, {sha} instructions for SHA",
                processors,
                line("model name")
            ),
        ),
        ("kernel", said("uname", &["-sr"])?),
        ("compiler", said("rustc", &["--version"])?),
        ("Tornado", said(&python, &["-c", tornado])?),
        ("crates", crates(workspace)?),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into())
}

/// Names and versions, from the lock file of the peers.
fn crates(workspace: &Workspace) -> Result<String> {
    let lock = fs::read_to_string(workspace.path("bench/Cargo.lock"))?;
    let mut lines = lock.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let quoted = |line: &str, key: &str| {
            let value = line.strip_prefix(key)?.strip_prefix(" = \"")?;
            value.strip_suffix('"').map(str::to_owned)
        };
        let Some(name) = quoted(line, "name") else {
            continue;
        };
        let version = lines.next().and_then(|line| quoted(line, "version"));
        if let Some(version) = version.filter(|_| CRATES.contains(&name.as_str())) {
            found.push(format!("{name} {version}"));
        }
    }
    Ok(found.join(", "))
}
