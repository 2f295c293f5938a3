//! Each thing that a step may need: how to detect it, and which package has it.

use std::path::Path;

use test_support::PostgresServer;

use super::system::System;
use crate::command;
use crate::python;
use crate::workspace::Workspace;

/// One thing that a step needs. A C compiler is not among them, since xtask
/// can't be built without one.
#[derive(Clone, Copy, Debug)]
pub(in crate::test) struct Need {
    /// A description.
    pub(super) what: &'static str,
    pub(super) is_here: fn(&Workspace) -> bool,
    pub(super) source: Source,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// A part of Rust, which rustup installs.
    Component(&'static str),
    Packages(Packages),
}

/// The packages that have it, per system; empty if every system of that kind
/// has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packages {
    debian: &'static [&'static str],
    fedora: &'static [&'static str],
    arch: &'static [&'static str],
    alpine: &'static [&'static str],
    macos: &'static [&'static str],
}

impl Packages {
    pub(super) fn of(self, system: System) -> &'static [&'static str] {
        match system {
            System::Debian => self.debian,
            System::Fedora => self.fedora,
            System::Arch => self.arch,
            System::Alpine => self.alpine,
            System::MacOs => self.macos,
        }
    }
}

pub(in crate::test) const RUSTFMT: Need = Need {
    what: "rustfmt",
    is_here: |workspace| has_component(workspace, "fmt"),
    source: Source::Component("rustfmt"),
};

pub(in crate::test) const CLIPPY: Need = Need {
    what: "clippy",
    is_here: |workspace| has_component(workspace, "clippy"),
    source: Source::Component("clippy"),
};

/// The tests stop servers with it. On a small Debian, as in a container, only
/// the shells have it built in.
pub(in crate::test) const KILL: Need = Need {
    what: "the program `kill`",
    is_here: |_| on_path("kill"),
    source: Source::Packages(Packages {
        debian: &["procps"],
        fedora: &["util-linux"],
        arch: &["util-linux"],
        alpine: &[],
        macos: &[],
    }),
};

pub(in crate::test) const PYTHON: Need = Need {
    what: "Python 3.11 or newer with venv",
    is_here: |_| python::suits(Path::new("python3")),
    source: Source::Packages(Packages {
        debian: &["python3", "python3-venv"],
        fedora: &["python3"],
        arch: &["python"],
        alpine: &["python3"],
        macos: &["python"],
    }),
};

/// Or Valkey under Redis's names, as on Fedora and Arch.
pub(in crate::test) const REDIS: Need = Need {
    what: "Redis",
    is_here: |_| on_path("redis-server") && on_path("redis-cli"),
    source: Source::Packages(Packages {
        debian: &["redis-server"],
        fedora: &["redis"],
        arch: &["valkey"],
        alpine: &["redis"],
        macos: &["redis"],
    }),
};

pub(in crate::test) const POSTGRESQL: Need = Need {
    what: "PostgreSQL",
    is_here: |_| PostgresServer::programs().is_some(),
    source: Source::Packages(Packages {
        debian: &["postgresql"],
        fedora: &["postgresql-server"],
        arch: &["postgresql"],
        alpine: &["postgresql", "postgresql-client"],
        macos: &["postgresql@18"],
    }),
};

/// A browser, and the driver for it.
pub(in crate::test) const CHROMIUM: Need = Need {
    what: "Chromium with chromedriver",
    is_here: |_| on_path("chromedriver"),
    source: Source::Packages(Packages {
        debian: &["chromium", "chromium-driver"],
        fedora: &["chromium", "chromedriver"],
        arch: &["chromium"],
        alpine: &["chromium", "chromium-chromedriver"],
        macos: &["google-chrome", "chromedriver"],
    }),
};

/// Cargo is asked, since rustup has a program with that name even for a
/// component that is not installed.
fn has_component(workspace: &Workspace, subcommand: &str) -> bool {
    command::output(&mut workspace.cargo([subcommand, "--version"])).is_ok()
}

pub(super) fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
