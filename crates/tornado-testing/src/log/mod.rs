//! Log lines in tests: all are printed with a test that fails, what is expected
//! must come, and nothing else that is a warning or worse may
//! (`tornado.testing.ExpectLog`, and Tornado's `--fail-if-logs`).

mod expect;
mod expectation;
mod scope;
mod watch;

pub use expect::ExpectLog;
pub(crate) use scope::{Scope, adopt, asked_by, current};
pub use watch::WatchLogs;
