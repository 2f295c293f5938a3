//! What is wrong with files of translations, without being a reason to stop.

use tracing::{Level, enabled, error};

use crate::log::GENERAL;

/// Lines for the log. Translations are mostly loaded before the application
/// starts, and a program without a subscriber of its own gets one only then:
/// what nobody would hear is kept until it can be said.
#[derive(Clone, Default)]
pub(super) struct Complaints(Vec<String>);

impl Complaints {
    pub(super) fn error(&mut self, line: String) {
        if enabled!(target: GENERAL, Level::ERROR) {
            error!(target: GENERAL, "{line}");
        } else {
            self.0.push(line);
        }
    }

    pub(super) fn extend(&mut self, later: Complaints) {
        self.0.extend(later.0);
    }

    /// Says what was kept.
    pub(super) fn say(&self) {
        for line in &self.0 {
            error!(target: GENERAL, "{line}");
        }
    }
}
