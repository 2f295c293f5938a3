//! Problems with translation files that are not a reason to stop.

use tracing::{Level, enabled, error};

use crate::log::GENERAL;

/// Lines for the log. Translations are usually loaded before the application
/// starts, and only then does a program without a subscriber of its own get
/// one. So lines that nobody would see are kept until they can be logged.
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

    /// Logs the lines that were kept.
    pub(super) fn say(&self) {
        for line in &self.0 {
            error!(target: GENERAL, "{line}");
        }
    }
}
