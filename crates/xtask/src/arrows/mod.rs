//! `cargo xtask arrows`: who may know whom inside a crate.
//!
//! A room is a file or a folder directly under `src`. An arrow leads from the
//! room whose code names something to the room that defines it, whatever
//! re-export is in between. The allowed arrows are listed in
//! `docs/architecture.md`.

mod graph;
mod list;
mod modules;
mod scan;

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};

use self::list::List;
use self::modules::{Arrow, Modules};
use crate::workspace::Workspace;

/// The page with the lists.
const PAGE: &str = "docs/architecture.md";

/// Check that no part of a crate uses what it may not
///
/// What each room, a file or a folder directly under `src`, may name of others
/// is in docs/architecture.md, under "Who may know whom". An arrow that is not
/// on the list is an error that names its line; so is a circle of rooms or of
/// files, and an entry of the list that nothing uses any more.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Print the existing arrows, in the form of the list
    #[arg(long)]
    print: bool,
}

impl Arguments {
    pub(crate) fn check() -> Arguments {
        Arguments { print: false }
    }
}

pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let page = fs::read_to_string(workspace.path(PAGE))
        .with_context(|| format!("{PAGE} can't be read"))?;
    let lists = list::read(&page)?;
    let mut problems = Vec::new();
    for (name, list) in &lists {
        let source = workspace.path(&format!("crates/{name}/src"));
        let modules = Modules::read(&source).with_context(|| format!("crates/{name}/src"))?;
        let arrows = modules.arrows()?;
        if arguments.print {
            println!("{name}\n{}", List::of(&arrows));
        } else {
            problems.extend(check(name, list, &arrows));
        }
    }
    if !problems.is_empty() {
        bail!("the arrows are not right:\n\n{}", problems.join("\n"));
    }
    Ok(())
}

/// The errors in the arrows of one crate.
fn check(name: &str, list: &List, arrows: &[Arrow]) -> Vec<String> {
    let mut problems = Vec::new();
    for arrow in arrows {
        let (from, to) = (arrow.source_room(), arrow.target_room());
        if from != to && !list.allows(from, to) {
            problems.push(format!(
                "crates/{name}/src/{}:{}: `{from}` may not know `{to}`, which has `{}`",
                arrow.from, arrow.line, arrow.name
            ));
        }
    }
    for (from, to) in list.pairs() {
        let used = |arrow: &Arrow| arrow.source_room() == from && arrow.target_room() == to;
        if !arrows.iter().any(used) {
            problems.push(format!(
                "{PAGE}: {name}: `{from}` does not know `{to}` any more"
            ));
        }
    }
    let rooms: Vec<(&str, &str)> = list.pairs().collect();
    for circle in graph::circles(&rooms) {
        problems.push(format!(
            "{PAGE}: {name}: these rooms are a circle: {}",
            circle.join(", ")
        ));
    }
    // A `mod.rs` and its parts know one another, as a file knows itself.
    let is_face = |file: &str| file.ends_with("/mod.rs");
    let files: BTreeMap<(&str, &str), &Arrow> = arrows
        .iter()
        .filter(|arrow| !is_face(&arrow.from) && !is_face(&arrow.to))
        .map(|arrow| ((arrow.from.as_str(), arrow.to.as_str()), arrow))
        .collect();
    let pairs: Vec<(&str, &str)> = files.keys().copied().collect();
    for circle in graph::circles(&pairs) {
        problems.push(format!("crates/{name}/src: these files are a circle:"));
        for ((from, to), arrow) in &files {
            if circle.contains(from) && circle.contains(to) {
                problems.push(format!(
                    "    {from}:{}: `{}` of {to}",
                    arrow.line, arrow.name
                ));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests;
