//! Log lines as Tornado writes them (`tornado.log`).
//!
//! All lines go through `tracing`, with Tornado's logger names as targets:
//! [`ACCESS`], [`APPLICATION`] and [`GENERAL`]. A program that installs its own
//! subscriber decides what happens to them. If there is none when the first
//! application of a process begins to serve, or receives its first request from
//! another server, one with the [`LogFormatter`] is installed. It writes
//! Tornado's format to standard error, from the level of the setting `logging`
//! on:
//!
//! ```text
//! [I 260708 13:05:41 access_log:52] 200 GET / (127.0.0.1) 0.71ms
//! ```
//!
//! With the setting [`request_ids`](crate::Settings::request_ids), the log
//! lines of a request have its id at the end of their first line.

mod access_line;
mod formatter;
#[cfg(feature = "testing")]
mod observer;
mod panics;

use std::io::{IsTerminal as _, stderr};
use std::sync::Once;

pub use access_line::{AccessLine, access_line};
pub use formatter::LogFormatter;
#[cfg(feature = "testing")]
#[doc(hidden)]
pub use observer::{is_watched, observe};
pub(crate) use panics::place_of_panic;
use tracing::Metadata;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::writer::MakeWriterExt as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The target of the access log: one line per request.
pub const ACCESS: &str = "tornado.access";

/// The target of errors in the application's own code.
pub const APPLICATION: &str = "tornado.application";

/// The target of all other lines of this crate.
pub const GENERAL: &str = "tornado.general";

/// Writes log lines from a level on to standard error, in Tornado's format,
/// with colour on a terminal (`enable_pretty_logging`). The level is `debug`,
/// `info`, `warning`, `error` or `none`, as in Tornado's option `--logging`;
/// any other word counts as `info`.
///
/// Does nothing if a subscriber is already installed, or for `none`. Returns
/// whether it has installed one.
pub fn enable_pretty_logging(level: &str) -> bool {
    let level = match level {
        "none" => return false,
        "debug" => LevelFilter::DEBUG,
        "warning" => LevelFilter::WARN,
        "error" => LevelFilter::ERROR,
        _ => LevelFilter::INFO,
    };
    // Libraries below us say a lot at `debug` that does not concern the application.
    let printed = move |metadata: &Metadata<'_>| {
        *metadata.level() <= level
            && (*metadata.level() <= LevelFilter::INFO
                || !["hyper", "h2", "mio"]
                    .iter()
                    .any(|name| metadata.target().starts_with(name)))
    };
    #[cfg(not(feature = "testing"))]
    let seen = filter_fn(printed).with_max_level_hint(level);
    #[cfg(feature = "testing")]
    let seen = filter_fn(move |metadata| printed(metadata) || observer::is_watched(metadata));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(stderr.with_filter(printed))
        // The formatter has its own colours.
        .with_ansi(false)
        .event_format(LogFormatter::new(stderr().is_terminal()));
    // One filter for all layers: with one filter each, a line is lost now and then after an
    // `enabled!` (https://github.com/tokio-rs/tracing/issues/2519).
    let lines = tracing_subscriber::registry().with(seen).with(lines);
    #[cfg(feature = "testing")]
    let lines = lines.with(observer::Observer);
    let installed = lines.try_init().is_ok();
    #[cfg(feature = "testing")]
    observer::note(installed);
    installed
}

/// Installs the subscriber once per process, when an application is about to
/// log something. Not earlier: a program may install its own subscriber after
/// it has built its application.
#[inline]
pub(crate) fn enable_for<'a>(level: impl FnOnce() -> &'a str) {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        enable_pretty_logging(level());
        panics::watch();
    });
}
