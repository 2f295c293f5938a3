//! The same pages by several engines, in instructions.

use std::process::Command;

use anyhow::Result;

use super::super::count::{self, Count};
use super::list::{Program, target};
use super::results::Run;
use crate::command;
use crate::workspace::Workspace;

pub(super) const PROGRAM: Program = Program::Other("bench-templates");
const SCRIPT: Program = Program::Python("templates/pages.py");
const ENGINES: [&str; 5] = ["tornado-web", "minijinja", "tera", "askama", "Tornado"];
/// Pages, and how often they are made in the two runs.
const PAGES: [(&str, u64, u64); 3] = [("table", 2, 6), ("small", 50, 250), ("compile", 5, 25)];

pub(super) fn run(workspace: &Workspace) -> Result<Vec<Run>> {
    count::valgrind_is_there()?;
    let mut runs = Vec::new();
    for engine in ENGINES {
        let mut values = Vec::new();
        for (page, few, many) in PAGES {
            // Its templates are compiled with the program.
            if (engine, page) == ("askama", "compile") {
                continue;
            }
            let counted = |times| count(workspace, engine, page, times);
            let each = (counted(many)? - counted(few)?).each(many - few);
            values.push((page, each.all as f64));
            eprintln!(
                "templates       {engine:12} {page:8} {:12} instructions",
                each.all
            );
        }
        runs.push(Run::new("templates", engine, 0, &values));
    }
    Ok(runs)
}

fn count(workspace: &Workspace, engine: &str, page: &str, times: u64) -> Result<Count> {
    let program = if engine == "Tornado" { SCRIPT } else { PROGRAM };
    let command = |before: &[&str]| -> Result<Command> {
        let mut command = program.command(workspace, before)?;
        if engine != "Tornado" {
            command.arg(engine);
        }
        command.args([page, &times.to_string()]);
        Ok(command)
    };
    let file = target(workspace).join("cachegrind.out");
    count::of_program(&file, command, |mut command| {
        command::output(&mut command).map(drop)
    })
}
