//! `ExpectLog`: a line that has to come.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use regex_automata::meta::Regex;
use regex_automata::{Anchored, Input};
use tracing::Level;
use tracing::metadata::Metadata;

use crate::WatchLogs;

/// Expects a line in the log while it lives: it fails the test when it is
/// dropped and none has come (`tornado.testing.ExpectLog`). The lines that it
/// expects are no longer unexpected ones.
///
/// ```
/// # use tornado_core::{Application, Error, Exchange, Handler, RequestHandler, Result, Settings, url};
/// use tornado_testing::{ExpectLog, TestClient};
/// # #[derive(Handler)]
/// # #[handler(crate = tornado_core)]
/// # struct Broken(Exchange);
/// # impl RequestHandler for Broken {
/// #     async fn get(&mut self) -> Result {
/// #         Err(Error::msg("the printer is on fire"))
/// #     }
/// # }
/// # tornado_testing::block_on(async {
/// # let app = Application::new([url("/", Broken)], Settings::new()).unwrap();
///
/// let client = TestClient::new(app);
/// let _expected = ExpectLog::new("tornado.application", "Uncaught exception GET /");
/// assert_eq!(client.get("/").await.status(), 500);
/// # });
/// ```
#[must_use = "a line is expected as long as it lives"]
pub struct ExpectLog {
    expectation: Arc<Expectation>,
    required: bool,
    made_at: &'static Location<'static>,
    /// Its own, so that it works without a client.
    watch: WatchLogs,
}

pub(super) struct Expectation {
    logger: String,
    pattern: Regex,
    pattern_text: String,
    level: OnceLock<Level>,
    matched: AtomicUsize,
}

impl ExpectLog {
    /// Expects a line of this logger that matches a regular expression, at its
    /// beginning as Python's `re.match`: `.*` in front finds it anywhere.
    ///
    /// The logger is a target of `tracing`, such as
    /// [`APPLICATION`](tornado_core::log::APPLICATION), and stands for those
    /// below it: `tornado` for `tornado.general`, `shop` for `shop::cart`. `""` is
    /// every one.
    #[track_caller]
    pub fn new(logger: &str, pattern: &str) -> ExpectLog {
        let regex = Regex::new(pattern)
            .unwrap_or_else(|error| panic!("{pattern:?} is not a regular expression: {error}"));
        let watch = WatchLogs::new();
        let expectation = Arc::new(Expectation {
            logger: logger.to_owned(),
            pattern: regex,
            pattern_text: pattern.to_owned(),
            level: OnceLock::new(),
            matched: AtomicUsize::new(0),
        });
        watch.scope().expect(&expectation);
        ExpectLog {
            expectation,
            required: true,
            made_at: Location::caller(),
            watch,
        }
    }

    /// Whether the line has to come; it has by default (Tornado's `required`).
    pub fn required(mut self, required: bool) -> ExpectLog {
        self.required = required;
        self
    }

    /// Expects lines of this level alone (Tornado's `level`). The first that is
    /// named counts.
    pub fn level(self, level: Level) -> ExpectLog {
        self.expectation.level.get_or_init(|| level);
        self
    }

    /// How many lines have come so far (Tornado's `matched`).
    #[must_use]
    pub fn matched(&self) -> usize {
        self.expectation.matched.load(Ordering::SeqCst)
    }
}

impl Drop for ExpectLog {
    fn drop(&mut self) {
        if self.required && self.matched() == 0 && !std::thread::panicking() {
            let there = self.watch.scope().take_unexpected().join("\n  ");
            panic!(
                "not logged: {:?} by {:?}, expected at {}; what was not expected:\n  {there}",
                self.expectation.pattern_text, self.expectation.logger, self.made_at
            );
        }
    }
}

impl fmt::Debug for ExpectLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExpectLog")
            .field("logger", &self.expectation.logger)
            .field("pattern", &self.expectation.pattern_text)
            .field("matched", &self.matched())
            .finish_non_exhaustive()
    }
}

impl Expectation {
    /// Whether it is this line; counts it, then.
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
