//! `Clock`: what time it is for an application.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// The time as an application sees it: that of the system, unless a test has
/// moved it on.
///
/// Signed cookies, the dates of cookies, sessions and the cache times of static
/// files go by it. A handler whose own rules depend on the time asks it as well,
/// by [`Application::clock`](crate::Application::clock), so that tests can move
/// them along. Timeouts do not go by it: they are tokio's, whose
/// `tokio::time::pause` is for tests.
///
/// A clone is the same clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// How far it is ahead of the system's, in milliseconds.
    ahead: Arc<AtomicU64>,
}

impl Clock {
    /// This moment.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.moved().unwrap_or_else(SystemTime::now)
    }

    /// The same, if a test has moved it: others ask the system, where they need
    /// the time at all.
    #[inline]
    pub(crate) fn moved(&self) -> Option<SystemTime> {
        match self.ahead.load(Ordering::Relaxed) {
            0 => None,
            ahead => Some(SystemTime::now() + Duration::from_millis(ahead)),
        }
    }

    /// Moves it on, for good: for tests, with the feature `testing`. It does not
    /// go back.
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
