//! `cargo xtask mutants`: whether the tests notice mistakes in the code.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command;
use crate::python;
use crate::workspace::Workspace;

/// The page that explains the survivors.
const PAGE: &str = "docs/mutants.md";
/// The files to change by default.
const FILES: [&str; 2] = [
    "crates/tornado-cookies/src/**",
    "crates/tornado-session/src/**",
];

/// Make mistakes in the code, one at a time, and check whether a test fails
///
/// cargo-mutants makes the mistakes, in a copy of the workspace: it turns `<` into `<=`, makes a
/// function return nothing, and so on. A mutant that passes all tests is a survivor, which is an
/// error unless docs/mutants.md explains it. It is also an error if the page explains a mutant that
/// a test has caught. Each mutant is built and tested, which takes seconds at best: name the file
/// that you are working on.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// The files to change, relative to the root of the workspace; by default those of
    /// tornado-cookies and tornado-session
    file: Vec<String>,
    /// List the mutants
    #[arg(long)]
    list: bool,
    /// Leave out those that were caught last time
    #[arg(long)]
    again: bool,
}

pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    command::output(Command::new("cargo-mutants").args(["mutants", "--version"]))
        .context("install it with `cargo install --locked cargo-mutants`")?;
    let mut command = workspace.cargo(["mutants", "--no-shuffle", "--caught", "--output"]);
    command.arg(workspace.target());
    for file in &arguments.file {
        if !workspace.path(file).is_file() {
            bail!("there is no file {file}");
        }
        command.args(["--file", file]);
    }
    if arguments.file.is_empty() {
        command.args(FILES.iter().flat_map(|files| ["--file", files]));
    }
    if arguments.list {
        return command::run(command.arg("--list"));
    }
    if arguments.again {
        command.arg("--iterate");
    }
    command.env(python::VARIABLE, python::interpreter(workspace)?);
    // An input on which a property fails in a mutant is not worth recording.
    command.env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "1");

    let status = command
        .status()
        .context("`cargo mutants` can't be started")?;
    // 2 means survivors, 3 means tests that did not finish, which are as good
    // as failures.
    if !matches!(status.code(), Some(0 | 2 | 3)) {
        bail!("`cargo mutants` failed: {status}");
    }
    compare(workspace)
}

/// Checks that the survivors are those of the page.
fn compare(workspace: &Workspace) -> Result<()> {
    let read = |path: std::path::PathBuf| {
        fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))
    };
    let explained = explained(&read(workspace.path(PAGE))?);
    let outcome = |file| read(workspace.target().join("mutants.out").join(file));
    let survivors = mutants(&outcome("missed.txt")?);
    let caught = mutants(&outcome("caught.txt")?);

    let mut problems = Vec::new();
    for mutant in survivors.difference(&explained) {
        problems.push(format!(
            "no test catches it, and {PAGE} has no reason: {mutant}"
        ));
    }
    // A name may stand for several mutants of a function.
    for mutant in caught.intersection(&explained) {
        if !survivors.contains(mutant) {
            problems.push(format!(
                "a test catches it, so {PAGE} needs it no longer: {mutant}"
            ));
        }
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    println!("{} survivors, all explained", survivors.len());
    Ok(())
}

/// From cargo-mutants' lists: `FILE: MUTATION`, without the line and column,
/// which every change to the file moves.
fn mutants(list: &str) -> BTreeSet<String> {
    list.lines()
        .filter_map(|line| {
            let (place, mutation) = line.split_once(": ")?;
            let file = place.split(':').next()?;
            Some(format!("{file}: {mutation}"))
        })
        .collect()
}

/// From the page: a heading names the file, followed by lines with mutations in
/// code and their reason, `` - `MUTATION`, `MUTATION`: REASON ``.
fn explained(page: &str) -> BTreeSet<String> {
    let mut file = "";
    let mut mutants = BTreeSet::new();
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix('#') {
            file = heading.trim_start_matches('#').trim().trim_matches('`');
        } else if let Some((mutations, _)) = line
            .strip_prefix("- `")
            .and_then(|line| line.split_once("`: "))
        {
            // Between two of them is text that is not code.
            for mutation in mutations.split('`').step_by(2) {
                mutants.insert(format!("{file}: {mutation}"));
            }
        }
    }
    mutants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_survivor_of_the_page_is_known_by_its_file_and_not_by_its_line() {
        let page = "# Mutants\n\n- a list\n\n### `src/a.rs`\n\n\
                    - `replace > with >= in f`: at 0, both give 0.\n";
        let list = "src/a.rs:14:68: replace > with >= in f\nsrc/b.rs:1:2: replace f -> u8 with 0\n";
        let (explained, found) = (explained(page), mutants(list));
        assert_eq!(explained.len(), 1);
        assert_eq!(
            found.difference(&explained).collect::<Vec<_>>(),
            ["src/b.rs: replace f -> u8 with 0"]
        );
    }

    #[test]
    fn several_survivors_can_have_one_reason() {
        let page = "### `src/a.rs`\n\n- `replace - with +`, and `replace - with /`: as `f` says.\n";
        assert_eq!(
            explained(page).into_iter().collect::<Vec<_>>(),
            ["src/a.rs: replace - with +", "src/a.rs: replace - with /"]
        );
    }
}
