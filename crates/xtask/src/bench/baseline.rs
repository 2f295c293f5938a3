//! The committed counts.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::workspace::Workspace;

/// The cost of a request when the file was last written, by workload.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Baseline {
    /// How far above the baseline a count may be. The counts vary by less, but
    /// another allocator or compiler may move them as far.
    pub(super) tolerance_percent: f64,
    instructions: BTreeMap<String, u64>,
}

impl Baseline {
    /// The committed baseline, or an empty one if there is none.
    pub(super) fn read(workspace: &Workspace) -> Result<Baseline> {
        let path = path(workspace);
        if !path.exists() {
            return Ok(Baseline {
                tolerance_percent: 2.0,
                instructions: BTreeMap::new(),
            });
        }
        let text = fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} is no baseline", path.display()))
    }

    pub(super) fn write(&self, workspace: &Workspace) -> Result<()> {
        let path = path(workspace);
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(&path, text).with_context(|| format!("{} can't be written", path.display()))
    }

    pub(super) fn of(&self, workload: &str) -> Option<u64> {
        self.instructions.get(workload).copied()
    }

    pub(super) fn set(&mut self, workload: &str, instructions: u64) {
        self.instructions.insert(workload.to_owned(), instructions);
    }
}

fn path(workspace: &Workspace) -> PathBuf {
    workspace.path("tests/bench-server/baseline.json")
}
