//! `SessionOptions`: how long sessions live.

use std::time::Duration;

use crate::{Lifetime, Timestamp};

/// How long sessions live, if they don't say otherwise themselves.
///
/// In an application, the settings say it.
///
/// ```
/// use std::time::Duration;
/// use tornado_session::SessionOptions;
/// let options = SessionOptions::new().expiry(Duration::from_secs(7200));
/// assert_ne!(options, SessionOptions::new());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionOptions {
    pub(crate) expiry: Duration,
    pub(crate) max_lifetime: Option<Duration>,
}

impl SessionOptions {
    /// 14 days after the last use, and no limit on the whole.
    ///
    /// ```
    /// use tornado_session::SessionOptions;
    /// assert_eq!(SessionOptions::new(), SessionOptions::default());
    /// ```
    #[must_use]
    pub fn new() -> SessionOptions {
        SessionOptions {
            expiry: Duration::from_secs(14 * 24 * 3600),
            max_lifetime: None,
        }
    }

    /// So long after it was last used, a session expires.
    ///
    /// ```
    /// use std::time::Duration;
    /// let options = tornado_session::SessionOptions::new().expiry(Duration::from_secs(3600));
    /// # drop(options);
    /// ```
    #[must_use]
    pub fn expiry(mut self, expiry: Duration) -> SessionOptions {
        self.expiry = expiry;
        self
    }

    /// So long after it began, a session ends, even one that is in use.
    ///
    /// ```
    /// use std::time::Duration;
    /// let options = tornado_session::SessionOptions::new().max_lifetime(Duration::from_secs(12 * 3600));
    /// # drop(options);
    /// ```
    #[must_use]
    pub fn max_lifetime(mut self, max_lifetime: Duration) -> SessionOptions {
        self.max_lifetime = Some(max_lifetime);
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
