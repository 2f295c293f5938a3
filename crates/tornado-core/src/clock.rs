//! `Clock`: the time as an application sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// The time as an application sees it: the system's, unless a test has moved it
/// forward.
///
/// It governs signed cookies, the dates of cookies, sessions and the cache
/// times of static files. A handler with time-dependent rules should ask it as
/// well, through [`Application::clock`](crate::Application::clock), so that
/// tests can move the time for those too. Timeouts do not follow it: they are
/// tokio's, for which tests have `tokio::time::pause`.
///
/// A clone is the same clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// How far it is ahead of the system's, in milliseconds.
    ahead: Arc<AtomicU64>,
}

impl Clock {
    /// The current time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.moved().unwrap_or_else(SystemTime::now)
    }

    /// The current time if a test has moved it. Otherwise the callers ask the
    /// system, if they need the time at all.
    #[inline]
    pub(crate) fn moved(&self) -> Option<SystemTime> {
        match self.ahead.load(Ordering::Relaxed) {
            0 => None,
            ahead => Some(SystemTime::now() + Duration::from_millis(ahead)),
        }
    }

    /// Moves it forward permanently, for tests (feature `testing`). It can't go
    /// back.
    #[cfg(any(test, feature = "testing"))]
    pub fn advance(&self, duration: Duration) {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        self.ahead.fetch_add(millis, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_for_all_who_have_it() {
        const HOUR: Duration = Duration::from_secs(3600);
        let (clock, start) = (Clock::default(), SystemTime::now());
        let same = clock.clone();
        clock.advance(HOUR);
        same.advance(HOUR);
        assert!(clock.now() >= start + 2 * HOUR && clock.now() < start + 3 * HOUR);
        assert!(Clock::default().now() < start + HOUR);
    }
}
