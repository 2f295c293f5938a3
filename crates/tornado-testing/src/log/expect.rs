//! `ExpectLog`: a line that has to come.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use tracing::Level;

use super::expectation::Expectation;
use super::watch::WatchLogs;

/// Expects a line in the log while it lives: it fails the test when it is
/// dropped and none has come (`tornado.testing.ExpectLog`). The lines that it
/// expects are no longer unexpected ones.
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
    /// Expects a line of this logger that matches a regular expression, at its
    /// beginning as Python's `re.match`: `.*` in front finds it anywhere.
    ///
    /// The logger is a target of `tracing`, such as
    /// [`APPLICATION`](tornado_core::log::APPLICATION), and stands for those
    /// below it: `tornado` for `tornado.general`, `shop` for `shop::cart`. `""` is
    /// every one.
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

    /// Whether the line has to come; it has by default (Tornado's `required`).
    pub fn required(mut self, required: bool) -> ExpectLog {
        self.required = required;
        self
    }

    /// Expects lines of this level alone (Tornado's `level`). The first that is
    /// named counts.
    pub fn level(self, level: Level) -> ExpectLog {
        self.expectation.set_level(level);
        self
    }

    /// How many lines have come so far (Tornado's `matched`).
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
