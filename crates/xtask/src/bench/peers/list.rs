//! Who is measured.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::super::count::Requests;
use super::super::workloads::{Kind, Store};
use crate::command;
use crate::python;
use crate::workspace::Workspace;

/// A server that is measured.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) name: &'static str,
    pub(super) server: Program,
    /// Its smallest application.
    pub(super) hello: Option<Program>,
    /// What it has besides `PORT` and what the workload says.
    environment: &'static [(&'static str, &'static str)],
    /// The workloads that it can answer.
    pub(super) kinds: &'static [Kind],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Program {
    /// A package of this workspace.
    Ours(&'static str),
    /// A package of the workspace `bench`.
    Other(&'static str),
    /// A script there.
    Python(&'static str),
}

const MEMORY: Kind = Kind::Session(Store::Memory);
const SQLITE: Kind = Kind::Session(Store::Sqlite);
const POSTGRES: Kind = Kind::Session(Store::Postgres);
const REDIS: Kind = Kind::Session(Store::Redis);

pub(super) const PEERS: &[Peer] = &[
    Peer {
        name: "tornado-web",
        server: Program::Ours("bench-server"),
        hello: Some(Program::Ours("hello")),
        environment: &[],
        kinds: &[
            Kind::Text,
            Kind::Cookie,
            MEMORY,
            SQLITE,
            POSTGRES,
            REDIS,
            Kind::Route,
            Kind::Page,
            Kind::File,
            Kind::Upload,
            Kind::Echo,
            Kind::Room,
        ],
    },
    Peer {
        name: "tornado-web, no log",
        server: Program::Ours("bench-server"),
        hello: None,
        environment: &[("LOGGING", "none")],
        kinds: &[Kind::Text],
    },
    Peer {
        name: "hyper",
        server: Program::Other("peer-hyper"),
        hello: Some(Program::Other("hello-hyper")),
        environment: &[],
        kinds: &[Kind::Text, Kind::Cookie, MEMORY],
    },
    Peer {
        name: "axum",
        server: Program::Other("peer-axum"),
        hello: Some(Program::Other("hello-axum")),
        environment: &[],
        kinds: &[
            Kind::Text,
            Kind::Cookie,
            MEMORY,
            SQLITE,
            POSTGRES,
            REDIS,
            Kind::Route,
            Kind::Page,
            Kind::File,
            Kind::Upload,
            Kind::Echo,
            Kind::Room,
        ],
    },
    Peer {
        name: "actix-web",
        server: Program::Other("peer-actix"),
        hello: Some(Program::Other("hello-actix")),
        environment: &[],
        kinds: &[
            Kind::Text,
            Kind::Cookie,
            MEMORY,
            REDIS,
            Kind::Route,
            Kind::Page,
            Kind::File,
            Kind::Upload,
        ],
    },
    Peer {
        name: "poem",
        server: Program::Other("peer-poem"),
        hello: Some(Program::Other("hello-poem")),
        environment: &[],
        kinds: &[
            Kind::Text,
            Kind::Cookie,
            MEMORY,
            REDIS,
            Kind::Route,
            Kind::Page,
            Kind::File,
            Kind::Upload,
        ],
    },
    Peer {
        name: "tokio-websockets",
        server: Program::Other("peer-websockets"),
        hello: None,
        environment: &[("CRATE", "tokio-websockets")],
        kinds: &[Kind::Echo, Kind::Room],
    },
    Peer {
        name: "yawc",
        server: Program::Other("peer-websockets"),
        hello: None,
        environment: &[("CRATE", "yawc")],
        kinds: &[Kind::Echo, Kind::Room],
    },
    Peer {
        name: "Tornado",
        server: Program::Python("peers/tornado/app.py"),
        hello: Some(Program::Python("hello/hello.py")),
        environment: &[],
        kinds: &[
            Kind::Text,
            Kind::Cookie,
            MEMORY,
            Kind::Route,
            Kind::Page,
            Kind::File,
            Kind::Upload,
            Kind::Echo,
            Kind::Room,
        ],
    },
];

impl Peer {
    /// What starts the server, with these words in front.
    pub(super) fn command(&self, workspace: &Workspace, before: &[&str]) -> Result<Command> {
        let mut command = self.server.command(workspace, before)?;
        command.envs(self.environment.iter().copied());
        Ok(command)
    }

    /// The number of requests under valgrind. Python is slow enough there that a few
    /// must do.
    pub(super) fn requests(&self) -> Requests {
        match self.server {
            Program::Python(_) => Requests {
                few: 160,
                many: 480,
            },
            _ => Requests::USUAL,
        }
    }
}

impl Program {
    pub(super) fn build(self, workspace: &Workspace) -> Result<()> {
        match self.cargo(workspace, "build") {
            Some(mut cargo) => command::run(cargo.args(["--release", "--quiet"])),
            None => Ok(()),
        }
    }

    /// What starts it, with these words in front. It must have been built.
    pub(super) fn command(self, workspace: &Workspace, before: &[&str]) -> Result<Command> {
        let Program::Python(script) = self else {
            let program = self.binary(workspace).unwrap_or_default();
            return Ok(command::behind(before, program, workspace.root()));
        };
        let python = python::interpreter(workspace)?;
        let mut command = command::behind(before, python, workspace.root());
        command.arg(workspace.path("bench").join(script));
        Ok(command)
    }

    /// The program that a build in the profile `release` makes.
    pub(super) fn binary(self, workspace: &Workspace) -> Option<PathBuf> {
        let release = |target: PathBuf, package| target.join("release").join(package);
        match self {
            Program::Ours(package) => Some(release(workspace.target().to_owned(), package)),
            Program::Other(package) => Some(release(target(workspace), package)),
            Program::Python(_) => None,
        }
    }

    /// Its source.
    pub(super) fn main(self, workspace: &Workspace) -> Option<PathBuf> {
        let folder = match self {
            Program::Ours(package) => workspace.path("examples").join(package),
            Program::Other(package) => workspace.path("bench").join(package.replace('-', "/")),
            Program::Python(_) => return None,
        };
        Some(folder.join("src/main.rs"))
    }

    /// A command of cargo for its package alone, so that no other decides on the
    /// features of what they share.
    pub(super) fn cargo(self, workspace: &Workspace, verb: &str) -> Option<Command> {
        let mut command = workspace.cargo([verb, "--locked", "--package"]);
        match self {
            Program::Ours(package) => {
                command.arg(package);
            }
            Program::Other(package) => {
                command
                    .arg(package)
                    .current_dir(workspace.path("bench"))
                    .env("CARGO_TARGET_DIR", target(workspace));
            }
            Program::Python(_) => return None,
        }
        Some(command)
    }
}

/// Where the workspace `bench` is built.
pub(super) fn target(workspace: &Workspace) -> PathBuf {
    workspace.target().join("bench")
}
