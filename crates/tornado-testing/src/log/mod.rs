//! Log lines in tests: all are printed with a test that fails, expected ones
//! must appear, and no other warnings or errors may
//! (`tornado.testing.ExpectLog`, and Tornado's `--fail-if-logs`).

mod expect;
mod expectation;
mod scope;
mod watch;

pub use expect::ExpectLog;
pub(crate) use scope::{Scope, adopt, asked_by, current};
pub use watch::WatchLogs;
