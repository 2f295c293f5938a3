//! What all pages of a loader have in common.

use std::collections::HashMap;
use std::sync::Arc;

use crate::value::Value;

/// What a page may take. A page that takes more ends with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many turns its loops may make, calls of its functions, and items that
    /// Python's own functions go through for it: 100 million.
    pub steps: u64,
    /// How deep its functions may call one another: 100.
    pub depth: usize,
    /// How many bytes it may have: 256 MiB.
    pub output: usize,
    /// How many bytes the texts, lists and the like that it makes may have at once,
    /// about: 256 MiB. What it was given does not count.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            steps: 100_000_000,
            depth: 100,
            output: 256 << 20,
            memory: 256 << 20,
        }
    }
}

/// Names, modules and limits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    pub(crate) names: HashMap<Arc<str>, Value>,
    pub(crate) modules: HashMap<Arc<str>, Value>,
    pub(crate) limits: Limits,
}
