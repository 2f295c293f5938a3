//! The steps, in the order in which they run.

use anyhow::Result;

use super::needs::{CHROMIUM, CLIPPY, KILL, NODE, POSTGRESQL, PYTHON, REDIS, RUSTFMT};
use super::{Step, deny, examples, features, tornado_diff, tornado_suite};
use crate::arrows;
use crate::command;
use crate::docs;
use crate::python;
use crate::workspace::Workspace;

pub(super) const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        about: "the code is formatted",
        needs: &[RUSTFMT],
        run: fmt,
    },
    Step {
        name: "examples",
        about: "each example is in the list of examples, and has a test",
        needs: &[],
        run: examples::run,
    },
    Step {
        name: "docs",
        about: "the code in the pages is in step, and links lead somewhere",
        needs: &[],
        run: docs,
    },
    Step {
        name: "arrows",
        about: "no part of a crate knows what it may not",
        needs: &[],
        run: arrows,
    },
    Step {
        name: "deny",
        about: "dependencies: their licences, versions and sources, and known holes where there is a network",
        needs: &[],
        run: deny::run,
    },
    Step {
        name: "package",
        about: "each crate can be packed for crates.io, with its README and its licence",
        needs: &[],
        run: package,
    },
    Step {
        name: "clippy",
        about: "no lint has anything to say, with all features",
        needs: &[CLIPPY],
        run: clippy,
    },
    Step {
        name: "rustdoc",
        about: "the reference has no broken link, and no public item is without its docs",
        needs: &[],
        run: rustdoc,
    },
    Step {
        name: "tests",
        about: "unit, documentation and integration tests, with all features",
        needs: &[KILL, PYTHON, REDIS, POSTGRESQL, CHROMIUM, NODE],
        run: tests,
    },
    Step {
        name: "tornado-suite",
        about: "Tornado's own tests, unmodified, against tests/tornado-suite-server",
        needs: &[PYTHON],
        run: tornado_suite::run,
    },
    Step {
        name: "tornado-diff",
        about: "the same raw requests to Tornado and to tests/tornado-diff-server, answered alike",
        needs: &[PYTHON],
        run: tornado_diff::run,
    },
    Step {
        name: "features",
        about: "each package builds alone, and with each of its features alone and with none",
        needs: &[CLIPPY],
        run: features::run,
    },
    Step {
        name: "book",
        about: "the book is made, and no link in it is broken",
        needs: &[],
        run: book,
    },
];

fn fmt(workspace: &Workspace) -> Result<()> {
    command::run(&mut workspace.cargo(["fmt", "--all", "--check"]))?;
    // A workspace of its own, which nothing else here looks at.
    let mut bench = workspace.cargo(["fmt", "--check"]);
    command::run(bench.current_dir(workspace.path("bench")))
}

fn arrows(workspace: &Workspace) -> Result<()> {
    arrows::run(workspace, &arrows::Arguments::check())
}

fn docs(workspace: &Workspace) -> Result<()> {
    docs::run(workspace, &docs::Arguments::check())
}

/// Packs what a release would upload. `cargo publish --workspace --dry-run` also
/// builds each crate from its package, which takes as long as all tests.
fn package(workspace: &Workspace) -> Result<()> {
    let mut command = workspace.cargo(["package", "--quiet", "--no-verify", "--allow-dirty"]);
    command.arg("--locked");
    for package in workspace.packages() {
        let is_published = package.publish.as_ref().is_none_or(|to| !to.is_empty());
        if is_published {
            command.args(["--package", package.name.as_str()]);
        }
    }
    command::run(&mut command)
}

fn clippy(workspace: &Workspace) -> Result<()> {
    command::run(&mut workspace.cargo([
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--locked",
        "--",
        "--deny=warnings",
    ]))
}

fn tests(workspace: &Workspace) -> Result<()> {
    let python = python::interpreter(workspace)?;
    let mut command = workspace.cargo(["test", "--workspace", "--all-features", "--locked"]);
    command::run(command.env(python::VARIABLE, python))
}

fn rustdoc(workspace: &Workspace) -> Result<()> {
    let mut command = workspace.cargo([
        "doc",
        "--workspace",
        "--all-features",
        "--no-deps",
        "--locked",
    ]);
    command::run(command.env("RUSTDOCFLAGS", "--deny=warnings"))
}

fn book(workspace: &Workspace) -> Result<()> {
    docs::run(workspace, &docs::Arguments::default())
}
