//! What the steps need from the machine. `table` lists it, `system` knows how
//! each system installs packages, and `plan` makes the commands that install
//! what is missing.

mod plan;
mod system;
mod table;

use anyhow::{Context, Result, bail};

use self::plan::Plan;
use self::system::System;
pub(super) use self::table::{CHROMIUM, CLIPPY, KILL, Need, POSTGRESQL, PYTHON, REDIS, RUSTFMT};
use super::Step;
use crate::command;
use crate::workspace::Workspace;

/// Ensures that everything the steps need is here. What is missing is installed
/// if that was `asked` for, or if it does not change somebody's own machine
/// unexpectedly: for root, and in CI. Otherwise the error says how.
pub(super) fn provide(workspace: &Workspace, steps: &[&Step], asked: bool) -> Result<()> {
    let needs = needs_of(steps);
    let missing = missing(workspace, &needs);
    if missing.is_empty() {
        return Ok(());
    }
    let plan = Plan::new(
        &missing,
        System::of_this_machine(),
        table::on_path("rustup"),
    );
    let root = is_root()?;
    let uninvited = root || is_set(std::env::var("CI").ok().as_deref());
    if !plan.is_complete() || !(asked || uninvited) {
        bail!("{}", plan.advice(root));
    }
    eprintln!("\n==> set-up: {}", plan.line(root));
    for mut command in plan.commands(root, asked) {
        command::run(&mut command).with_context(|| {
            format!(
                "{} could not be installed by `{}`",
                list(&missing),
                plan.line(root)
            )
        })?;
    }
    let missing = self::missing(workspace, &missing);
    if !missing.is_empty() {
        bail!(
            "`{}` has run, and still there is no {} on the PATH",
            plan.line(root),
            list(&missing)
        );
    }
    Ok(())
}

/// Each need once, even if several steps share it.
fn needs_of(steps: &[&Step]) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    for need in steps.iter().flat_map(|step| step.needs) {
        if needs.iter().all(|known| known.what != need.what) {
            needs.push(*need);
        }
    }
    needs
}

fn missing(workspace: &Workspace, needs: &[Need]) -> Vec<Need> {
    needs
        .iter()
        .filter(|need| !(need.is_here)(workspace))
        .copied()
        .collect()
}

fn list(needs: &[Need]) -> String {
    let names: Vec<_> = needs.iter().map(|need| need.what).collect();
    names.join(", ")
}

/// Asks a program, since the standard library can't tell.
fn is_root() -> Result<bool> {
    let user = command::output(std::process::Command::new("id").arg("-u"))?;
    Ok(user.trim() == "0")
}

/// A variable such as `CI`, which may be set to mean no.
fn is_set(variable: Option<&str>) -> bool {
    variable.is_some_and(|value| !["", "0", "false"].contains(&value))
}

#[cfg(test)]
mod tests {
    use super::super::steps::STEPS;
    use super::*;

    fn needs_of_named(names: &[&str]) -> Vec<&'static str> {
        let steps: Vec<_> = STEPS
            .iter()
            .filter(|step| names.is_empty() || names.contains(&step.name))
            .collect();
        needs_of(&steps).iter().map(|need| need.what).collect()
    }

    #[test]
    fn only_what_the_chosen_steps_need() {
        assert_eq!(needs_of_named(&["fmt"]), [RUSTFMT.what]);
        assert_eq!(needs_of_named(&["docs", "rustdoc", "book"]), [""; 0]);
        assert_eq!(
            needs_of_named(&["clippy", "tornado-suite"]),
            [CLIPPY.what, PYTHON.what]
        );
        assert_eq!(
            needs_of_named(&["tests"]),
            [KILL, PYTHON, REDIS, POSTGRESQL, CHROMIUM].map(|need| need.what)
        );
    }

    #[test]
    fn each_need_once() {
        let all = [RUSTFMT, CLIPPY, KILL, PYTHON, REDIS, POSTGRESQL, CHROMIUM];
        assert_eq!(needs_of_named(&[]), all.map(|need| need.what));
    }

    #[test]
    fn ci_may_be_set_to_no() {
        assert!(is_set(Some("true")));
        assert!(is_set(Some("1")));
        for no in [None, Some(""), Some("0"), Some("false")] {
            assert!(!is_set(no), "{no:?}");
        }
    }
}
