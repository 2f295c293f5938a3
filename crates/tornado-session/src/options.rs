//! `SessionOptions`: how long sessions live, and how large they may be.

use std::time::Duration;

use crate::{Lifetime, Timestamp};

/// How long sessions live, if they don't say otherwise themselves, and how large
/// they may be.
///
/// In an application, the settings say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionOptions {
    pub(crate) expiry: Duration,
    pub(crate) max_lifetime: Option<Duration>,
    /// How much must be left not to be renewed, of a thousand.
    pub(crate) renew_left: u16,
    pub(crate) max_size: usize,
}

impl SessionOptions {
    /// 14 days after the last use, renewed when a fifth of that is used, and no
    /// limit on the whole; 1 MiB for what a session holds.
    #[must_use]
    pub fn new() -> SessionOptions {
        SessionOptions {
            expiry: Duration::from_secs(14 * 24 * 3600),
            max_lifetime: None,
            renew_left: 800,
            max_size: 1 << 20,
        }
    }

    /// So long after it was last used, a session expires.
    #[must_use]
    pub fn expiry(mut self, expiry: Duration) -> SessionOptions {
        self.expiry = expiry;
        self
    }

    /// So long after it began, a session ends, even one that is in use.
    #[must_use]
    pub fn max_lifetime(mut self, max_lifetime: Duration) -> SessionOptions {
        self.max_lifetime = Some(max_lifetime);
        self
    }

    /// When this share of its time is used, a session that is in use gets all
    /// of it again: 0 for at each request, 1 for never. Each time costs a write
    /// to the store and a cookie, so 0.2 is a good value. What is not between 0
    /// and 1 is taken for the nearer of them.
    #[must_use]
    pub fn renew_after(mut self, share: f64) -> SessionOptions {
        // Rounded to thousandths, and what is no number to 0.
        self.renew_left = 1000 - (share.clamp(0.0, 1.0) * 1000.0) as u16;
        self
    }

    /// So many bytes a session may hold: its keys, and its values as JSON. What
    /// makes it larger is an error, [`TooLarge`](crate::SessionErrorKind::TooLarge).
    #[must_use]
    pub fn max_size(mut self, bytes: usize) -> SessionOptions {
        self.max_size = bytes;
        self
    }

    /// The lifetime of a session that begins now.
    pub(crate) fn limit(&self, lifetime: Lifetime, now: Timestamp) -> Lifetime {
        Lifetime::new(
            lifetime.expiry(),
            self.max_lifetime.map(|max| now.saturating_add(max)),
        )
    }
}

impl Default for SessionOptions {
    fn default() -> SessionOptions {
        SessionOptions::new()
    }
}
