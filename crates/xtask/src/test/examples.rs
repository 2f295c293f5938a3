//! The list of examples is complete, and each example is tested.

use std::fs;

use anyhow::{Context, Result, bail};
use cargo_metadata::TargetKind;

use crate::workspace::Workspace;

const LIST: &str = "examples/README.md";

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let list = fs::read_to_string(workspace.path(LIST))
        .with_context(|| format!("{LIST} can't be read"))?;
    let mut problems = Vec::new();
    for package in workspace.packages_in("examples") {
        let name = package.name.as_str();
        if !list.contains(&format!("| [{name}]({name}/")) {
            problems.push(format!("{LIST} has no line for `{name}`"));
        }
        let is_test = |target: &cargo_metadata::Target| target.is_kind(TargetKind::Test);
        if !package.targets.iter().any(is_test) {
            problems.push(format!("examples/{name}/tests has no test"));
        }
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}
