//! `Expectation`: the lines that an `ExpectLog` matches.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex_automata::meta::Regex;
use regex_automata::{Anchored, Input};
use tracing::Level;
use tracing::metadata::Metadata;

pub(super) struct Expectation {
    logger: String,
    pattern: Regex,
    pattern_text: String,
    level: OnceLock<Level>,
    matched: AtomicUsize,
}

impl Expectation {
    #[track_caller]
    pub(super) fn new(logger: &str, pattern: &str) -> Expectation {
        let regex = Regex::new(pattern)
            .unwrap_or_else(|error| panic!("{pattern:?} is not a regular expression: {error}"));
        Expectation {
            logger: logger.to_owned(),
            pattern: regex,
            pattern_text: pattern.to_owned(),
            level: OnceLock::new(),
            matched: AtomicUsize::new(0),
        }
    }

    /// The first level that is set counts.
    pub(super) fn set_level(&self, level: Level) {
        self.level.get_or_init(|| level);
    }

    pub(super) fn matched(&self) -> usize {
        self.matched.load(Ordering::SeqCst)
    }

    /// Whether this line matches; if so, it is counted.
    pub(super) fn matches(&self, metadata: &Metadata<'_>, message: &str) -> bool {
        let logger = metadata.target().strip_prefix(&*self.logger);
        let below = logger.is_some_and(|rest| {
            rest.is_empty() || self.logger.is_empty() || rest.starts_with(['.', ':'])
        });
        let matches = below
            && self
                .level
                .get()
                .is_none_or(|level| level == metadata.level())
            && self
                .pattern
                .is_match(Input::new(message).anchored(Anchored::Yes));
        if matches {
            self.matched.fetch_add(1, Ordering::SeqCst);
        }
        matches
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.pattern_text)?;
        if !self.logger.is_empty() {
            write!(f, " by `{}`", self.logger)?;
        }
        match self.level.get() {
            Some(level) => write!(f, " at {level}"),
            None => Ok(()),
        }
    }
}
