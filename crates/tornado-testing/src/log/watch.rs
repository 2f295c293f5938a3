//! `WatchLogs`: unexpected log lines fail the test.

use std::fmt::{self, Write as _};
use std::sync::{Arc, LazyLock};

use tornado_core::log::{LogFormatter, is_watched, observe};
use tracing::field::{Field, Visit};
use tracing::subscriber::set_global_default;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::TestWriter;
use tracing_subscriber::fmt::writer::MakeWriterExt as _;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use super::scope::{self, Scope};

/// Watches the log of the test that makes it: if there was a warning or an
/// error that no [`ExpectLog`](crate::ExpectLog) expects, the test fails when
/// this is dropped.
///
/// Every [`TestClient`](crate::TestClient) has one, so tests of an application
/// need not make any. It sees what is logged through `tracing` while a request
/// is answered, in all tasks and threads of the test's runtime, and in the
/// test's own thread. Lines from other threads are seen if no other test runs
/// at the same time.
///
/// Warnings and errors of any library count, with three exceptions. The access log, and the line
/// that gives the reason for a 4xx, say no more than the status, which the test can check itself.
/// And a test's secret may be weak.
///
/// ```should_panic
/// let _watch = tornado_testing::WatchLogs::new();
/// tracing::warn!("the disk is nearly full");
/// ```
#[must_use = "lines are watched as long as it lives"]
pub struct WatchLogs(Arc<Scope>);

impl WatchLogs {
    /// Begins to watch.
    ///
    /// # Panics
    ///
    /// If the process has another `tracing` subscriber, so that nothing can be
    /// seen. Tornado's own, which an application installs, is fine.
    pub fn new() -> WatchLogs {
        assert!(
            *INSTALLED,
            "the log of this test can't be watched: a subscriber of `tracing` is installed already, \
             by `tracing_subscriber::fmt().init()` or the like. Leave it out in tests: all lines of \
             a test that fails are printed"
        );
        WatchLogs(scope::current())
    }

    pub(crate) fn scope(&self) -> &Arc<Scope> {
        &self.0
    }
}

impl Default for WatchLogs {
    fn default() -> WatchLogs {
        WatchLogs::new()
    }
}

impl Drop for WatchLogs {
    fn drop(&mut self) {
        let lines = self.0.take_unexpected();
        if !lines.is_empty() && !std::thread::panicking() {
            panic!(
                "unexpected log lines; if they are right, expect them with `ExpectLog`:\n  {}",
                lines.join("\n  ")
            );
        }
    }
}

impl fmt::Debug for WatchLogs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WatchLogs")
    }
}

/// Whether the process's subscriber is ours. It prints each line where the test
/// runner captures it, and passes it to its test.
static INSTALLED: LazyLock<bool> = LazyLock::new(|| {
    let printed = tracing_subscriber::fmt::layer()
        .with_writer(TestWriter::default().with_max_level(Level::INFO))
        .with_ansi(false)
        .event_format(LogFormatter::new(false));
    // One filter for both, as in `enable_pretty_logging`.
    let lines = Registry::default()
        .with(filter_fn(is_watched))
        .with(printed)
        .with(ToTest);
    // Tornado's own subscriber may already be installed, by the application.
    set_global_default(lines).is_ok() || observe(to_test)
});

struct ToTest;

impl<S: Subscriber> Layer<S> for ToTest {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        to_test(event);
    }
}

fn to_test(event: &Event<'_>) {
    let mut message = Message::default();
    event.record(&mut message);
    scope::log(event.metadata(), &(message.text + &message.fields));
}

/// The contents of a line, with its fields as `LogFormatter` writes them.
#[derive(Default)]
struct Message {
    text: String,
    fields: String,
}

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let written = match field.name() {
            "message" => write!(self.text, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
        written.expect("a string takes all text");
    }
}
