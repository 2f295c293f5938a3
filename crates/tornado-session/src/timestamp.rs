//! `Timestamp`: a moment, as records and stores write it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A moment, in whole milliseconds since 1970 (Unix time).
///
/// In JSON it is that number; in Python, `int(time.time() * 1000)`.
///
/// ```
/// use std::time::Duration;
/// use tornado_session::Timestamp;
///
/// let start = Timestamp::from_unix_millis(1_700_000_000_000);
/// let end = start.saturating_add(Duration::from_secs(2));
/// assert_eq!(end.as_unix_millis(), 1_700_000_002_000);
/// assert_eq!(end.saturating_since(start), Duration::from_secs(2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The current moment, by the system clock.
    #[must_use]
    pub fn now() -> Timestamp {
        Timestamp::from(SystemTime::now())
    }

    /// The moment this many milliseconds after the beginning of 1970.
    #[must_use]
    pub const fn from_unix_millis(millis: u64) -> Timestamp {
        Timestamp(millis)
    }

    /// Milliseconds since the beginning of 1970.
    #[must_use]
    pub const fn as_unix_millis(self) -> u64 {
        self.0
    }

    /// The moment `duration` later, capped at the last possible one.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(duration_millis(duration)))
    }

    /// How long ago `earlier` was; zero if it is in the future.
    #[must_use]
    pub fn saturating_since(self, earlier: Timestamp) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl From<SystemTime> for Timestamp {
    /// A time before 1970 becomes the beginning of 1970.
    fn from(time: SystemTime) -> Timestamp {
        Timestamp(duration_millis(
            time.duration_since(UNIX_EPOCH).unwrap_or_default(),
        ))
    }
}

/// Whole milliseconds, capped at the largest number.
pub(crate) fn duration_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
