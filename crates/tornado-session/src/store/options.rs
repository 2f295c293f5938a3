//! `StoreOptions`: what all stores that are opened have in common.

use std::time::Duration;

/// A limit that no clock and no database finds too large.
const LONGEST: Duration = Duration::from_secs(86_400);

/// How a store is to work with its database.
///
/// In an application, the settings `session_store_timeout` and
/// `session_store_pool_size` say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreOptions {
    pub(crate) timeout: Duration,
    pub(crate) pool_size: Option<usize>,
    pub(crate) key_prefix: Option<String>,
}

impl StoreOptions {
    /// Five seconds for each operation, and a pool as it suits the store.
    #[must_use]
    pub fn new() -> StoreOptions {
        StoreOptions {
            timeout: Duration::from_secs(5),
            pool_size: None,
            key_prefix: None,
        }
    }

    /// How long an operation may take, from the wait for a connection to the
    /// answer, and how long opening the store may take. What takes longer is an
    /// error; a write may have been made all the same. It is a day at most.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tornado_session::StoreOptions;
    /// let of = |timeout| StoreOptions::new().timeout(timeout);
    /// assert_ne!(of(Duration::from_millis(500)), of(Duration::from_secs(5)));
    /// assert_eq!(of(Duration::MAX), of(Duration::from_secs(86_400)));
    /// ```
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> StoreOptions {
        self.timeout = timeout.min(LONGEST);
        self
    }

    /// How many connections there are at most; one, if that is none.
    ///
    /// PostgreSQL has 10 if this is not said. In SQLite it is the number of
    /// threads that read, 4 or as many as there are cores if those are fewer,
    /// beside the one that writes. Redis has one connection, which all
    /// operations share.
    #[must_use]
    pub fn pool_size(mut self, connections: usize) -> StoreOptions {
        self.pool_size = Some(connections.max(1));
        self
    }

    /// What the keys of Redis begin with; `session:` if this is not said, or
    /// `{session}:` in a cluster. It keeps the sessions of several applications
    /// in one Redis apart.
    #[must_use]
    pub fn key_prefix(mut self, prefix: impl Into<String>) -> StoreOptions {
        self.key_prefix = Some(prefix.into());
        self
    }
}

impl Default for StoreOptions {
    fn default() -> StoreOptions {
        StoreOptions::new()
    }
}
