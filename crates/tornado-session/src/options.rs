//! `SessionOptions`: how long sessions live, and how large they may be.

use std::time::Duration;

use crate::{Lifetime, Timestamp};

/// How long sessions live unless they say otherwise, and how large they may be.
///
/// In an application, the settings determine them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionOptions {
    pub(crate) expiry: Duration,
    pub(crate) max_lifetime: Option<Duration>,
    /// A session with more than this many thousandths of its time left is not
    /// renewed.
    pub(crate) renew_left: u16,
    pub(crate) max_size: usize,
}

impl SessionOptions {
    /// 14 days after the last use, renewed once a fifth of that has passed,
    /// with no limit on the total; 1 MiB of content.
    #[must_use]
    pub fn new() -> SessionOptions {
        SessionOptions {
            expiry: Duration::from_secs(14 * 24 * 3600),
            max_lifetime: None,
            renew_left: 800,
            max_size: 1 << 20,
        }
    }

    /// How long after its last use a session expires.
    #[must_use]
    pub fn expiry(mut self, expiry: Duration) -> SessionOptions {
        self.expiry = expiry;
        self
    }

    /// How long after its beginning a session ends, even one that is in use.
    #[must_use]
    pub fn max_lifetime(mut self, max_lifetime: Duration) -> SessionOptions {
        self.max_lifetime = Some(max_lifetime);
        self
    }

    /// The share of its time after which a session in use is renewed for the
    /// full time: 0 for at each request, 1 for never. Each renewal costs a
    /// write to the store and a cookie, so 0.2 is a good value. Values outside
    /// 0 to 1 are clamped.
    #[must_use]
    pub fn renew_after(mut self, share: f64) -> SessionOptions {
        // Rounded to thousandths; NaN becomes 0.
        self.renew_left = 1000 - (share.clamp(0.0, 1.0) * 1000.0) as u16;
        self
    }

    /// The most bytes a session may hold: its keys, and its values as JSON. A value that would
    /// exceed it is an error, [`TooLarge`](crate::SessionErrorKind::TooLarge).
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
