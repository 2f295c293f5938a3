//! Each package on its own, and each of its features.
//!
//! Packages that are built together share the features of their dependencies,
//! so one that forgets to request `tokio/net` is found only here. All features
//! at once is what the other steps build.

use std::collections::BTreeSet;

use anyhow::Result;
use cargo_metadata::{Package, TargetKind};

use crate::command;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    for package in workspace.packages() {
        // With its tests, as `cargo test -p PACKAGE` builds it.
        check(workspace, package, &["--all-targets"])?;
        if !has_library(package) {
            continue;
        }
        for features in combinations(package) {
            // Without its tests, whose dependencies enable features too.
            check(
                workspace,
                package,
                &["--lib", "--no-default-features", "--features", features],
            )?;
        }
    }
    Ok(())
}

fn has_library(package: &Package) -> bool {
    package
        .targets
        .iter()
        .any(|target| target.is_kind(TargetKind::Lib))
}

/// No feature, and each one alone. `default` is left out, since it has been
/// checked.
fn combinations(package: &Package) -> BTreeSet<&str> {
    package
        .features
        .keys()
        .map(String::as_str)
        .filter(|feature| *feature != "default")
        .chain([""])
        .collect()
}

fn check(workspace: &Workspace, package: &Package, arguments: &[&str]) -> Result<()> {
    let name = package.name.as_str();
    eprintln!("{name} {}", arguments.join(" "));
    let mut command = workspace.cargo(["clippy", "--quiet", "--locked", "--package", name]);
    command.args(arguments).args(["--", "--deny=warnings"]);
    command::run(&mut command)
}
