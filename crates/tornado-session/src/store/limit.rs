//! The time limit of an operation.

use std::fmt;
use std::future::Future;
use std::time::Duration;

/// Waits for `future`, but no longer than `limit`.
pub(super) async fn within<T>(
    limit: Duration,
    future: impl Future<Output = T>,
) -> Result<T, TimedOut> {
    tokio::time::timeout(limit, future)
        .await
        .map_err(|_| TimedOut(limit))
}

/// The store did not answer in time.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimedOut(pub(super) Duration);

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no answer within {:?} (the setting `session_store_timeout`)",
            self.0
        )
    }
}

impl std::error::Error for TimedOut {}
