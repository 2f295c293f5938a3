//! What was measured, kept from run to run.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::noise;
use crate::workspace::Workspace;

/// All runs, and what they were made with.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Results {
    pub(super) machine: BTreeMap<String, String>,
    runs: Vec<Run>,
}

/// One peer, once.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Run {
    /// The name of what was measured.
    pub(super) of: String,
    pub(super) peer: String,
    pub(super) round: usize,
    pub(super) values: BTreeMap<String, f64>,
}

impl Run {
    pub(super) fn new(of: &str, peer: &str, round: usize, values: &[(&str, f64)]) -> Run {
        let values = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), *value));
        Run {
            of: of.to_owned(),
            peer: peer.to_owned(),
            round,
            values: values.collect(),
        }
    }

    pub(super) fn value(&self, name: &str) -> Option<f64> {
        self.values.get(name).copied()
    }

    /// Whether the processor was the server's alone, as far as that was looked at.
    pub(super) fn is_quiet(&self) -> bool {
        let share = |name| self.value(name).unwrap_or(0.0);
        share("foreign") <= noise::LIMIT && share("stolen") <= noise::LIMIT
    }
}

impl Results {
    /// What there is of earlier runs.
    pub(super) fn read(workspace: &Workspace) -> Result<Results> {
        match fs::read(path(workspace)) {
            Ok(text) => serde_json::from_slice(&text)
                .with_context(|| format!("{} has no results", path(workspace).display())),
            Err(_) => Ok(Results::default()),
        }
    }

    /// Takes these in place of the earlier ones of the same, and keeps them.
    pub(super) fn replace(
        &mut self,
        workspace: &Workspace,
        of: &str,
        runs: Vec<Run>,
    ) -> Result<()> {
        self.runs.retain(|run| run.of != of);
        self.runs.extend(runs);
        let path = path(workspace);
        let text = serde_json::to_string_pretty(self)?;
        fs::write(&path, text).with_context(|| format!("{} can't be written", path.display()))
    }

    pub(super) fn of<'a>(&'a self, of: &'a str) -> impl Iterator<Item = &'a Run> {
        self.runs.iter().filter(move |run| run.of == of)
    }
}

fn path(workspace: &Workspace) -> PathBuf {
    super::list::target(workspace).join("results.json")
}

/// The middle one; of two, the mean of both.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let (low, high) = (values.len().checked_sub(1)? / 2, values.len() / 2);
    Some(f64::midpoint(values[low], values[high]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), Some(2.5));
    }
}
