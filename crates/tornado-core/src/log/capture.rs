//! Log lines in tests: what is expected must come, and nothing else may
//! (`tornado.testing.ExpectLog`, and Tornado's `--fail-if-logs`).

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// Collects the warnings and errors of this thread until it is dropped, and
/// panics then if one has come that was not expected, or one that was expected
/// has not.
///
/// It is for tests on one thread, such as those of `#[tokio::test]`.
///
/// ```
/// use tornado_core::log::capture::ExpectLog;
///
/// let mut log = ExpectLog::new();
/// tracing::warn!(target: "tornado.general", "404 GET /x (127.0.0.1): no such page");
/// log.expect("no such page");
/// ```
#[must_use = "log lines are collected as long as it lives"]
pub struct ExpectLog {
    lines: Lines,
    _guard: DefaultGuard,
}

type Lines = Arc<Mutex<Vec<String>>>;

impl ExpectLog {
    /// Starts to collect.
    pub fn new() -> ExpectLog {
        let lines = Lines::default();
        let subscriber = Registry::default().with(Collector(Arc::clone(&lines)));
        ExpectLog {
            lines,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    /// Asserts that a line with this text has come since the start, and takes
    /// the first one away.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn expect(&mut self, text: &str) {
        let mut lines = self.lock();
        match lines.iter().position(|line| line.contains(text)) {
            Some(index) => drop(lines.remove(index)),
            None => panic!("not logged: {text:?}; there is {lines:?}"),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ExpectLog {
    fn default() -> ExpectLog {
        ExpectLog::new()
    }
}

impl Drop for ExpectLog {
    fn drop(&mut self) {
        let lines = std::mem::take(&mut *self.lock());
        if !std::thread::panicking() {
            assert!(lines.is_empty(), "unexpected log lines: {lines:#?}");
        }
    }
}

impl fmt::Debug for ExpectLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ExpectLog").field(&self.lock()).finish()
    }
}

struct Collector(Lines);

impl<S: Subscriber> Layer<S> for Collector {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() <= Level::WARN {
            let mut line = Line(format!("{} {}:", metadata.level(), metadata.target()));
            event.record(&mut line);
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line.0);
        }
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = match field.name() {
            "message" => format!(" {value:?}"),
            name => format!(" {name}={value:?}"),
        };
        self.0.push_str(&text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::{info, warn};

    #[test]
    #[should_panic(expected = "unexpected log lines")]
    fn a_surprise_fails() {
        let _log = ExpectLog::new();
        warn!("surprise");
    }

    #[test]
    #[should_panic(expected = "not logged")]
    fn a_line_that_does_not_come_fails() {
        ExpectLog::new().expect("nothing");
    }

    #[test]
    fn what_is_below_a_warning_is_nobodys_business() {
        let mut log = ExpectLog::new();
        info!("fine");
        warn!(code = 7, "seen");
        log.expect("seen code=7");
    }
}
