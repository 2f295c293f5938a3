//! `ExpectLog`: a line that must appear.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use tracing::Level;

use super::expectation::Expectation;
use super::watch::WatchLogs;

/// Expects a line in the log while it lives: if none has appeared when it is
/// dropped, the test fails (`tornado.testing.ExpectLog`). The lines that it
/// matches no longer count as unexpected.
///
/// ```
/// # use tornado_web::{Application, Error, Exchange, Handler, RequestHandler, Result, Settings, url};
/// use tornado_testing::{ExpectLog, TestClient};
/// # #[derive(Handler)]
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

impl ExpectLog {
    /// Expects a line from this logger that matches a regular expression at its
    /// beginning, like Python's `re.match`: put `.*` in front to find it
    /// anywhere.
    ///
    /// The logger is a target of `tracing`, such as
    /// [`APPLICATION`](tornado_core::log::APPLICATION), and includes those
    /// below it: `tornado` includes `tornado.general`, `shop` includes
    /// `shop::cart`. `""` is every logger.
    #[track_caller]
    pub fn new(logger: &str, pattern: &str) -> ExpectLog {
        let watch = WatchLogs::new();
        let expectation = Arc::new(Expectation::new(logger, pattern));
        watch.scope().expect(&expectation);
        ExpectLog {
            expectation,
            required: true,
            made_at: Location::caller(),
            watch,
        }
    }

    /// Whether the line must appear, which is the default (Tornado's
    /// `required`).
    pub fn required(mut self, required: bool) -> ExpectLog {
        self.required = required;
        self
    }

    /// Expects only lines of this level (Tornado's `level`). If it is called
    /// more than once, the first call counts.
    pub fn level(self, level: Level) -> ExpectLog {
        self.expectation.set_level(level);
        self
    }

    /// How many lines have matched so far (Tornado's `matched`).
    #[must_use]
    pub fn matched(&self) -> usize {
        self.expectation.matched()
    }
}

impl Drop for ExpectLog {
    fn drop(&mut self) {
        if self.required && self.matched() == 0 && !std::thread::panicking() {
            let there = self.watch.scope().take_unexpected().join("\n  ");
            panic!(
                "not logged: {}, expected at {}; what was not expected:\n  {there}",
                self.expectation, self.made_at
            );
        }
    }
}

impl fmt::Debug for ExpectLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExpectLog")
            .field("line", &format_args!("{}", self.expectation))
            .field("matched", &self.matched())
            .finish_non_exhaustive()
    }
}
