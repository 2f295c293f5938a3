//! `StoreOptions`: the options common to all stores that are opened.

use std::time::Duration;

/// A limit that is not too large for any clock or database.
const LONGEST: Duration = Duration::from_secs(86_400);

/// How a store works with its database.
///
/// In an application, they are the settings `session_store_timeout` and
/// `session_store_pool_size`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreOptions {
    pub(crate) timeout: Duration,
    pub(crate) pool_size: Option<usize>,
    pub(crate) key_prefix: Option<String>,
}

impl StoreOptions {
    /// Five seconds for each operation, and the store's own default for the
    /// pool.
    #[must_use]
    pub fn new() -> StoreOptions {
        StoreOptions {
            timeout: Duration::from_secs(5),
            pool_size: None,
            key_prefix: None,
        }
    }

    /// How long an operation may take, from waiting for a connection to the
    /// answer, and how long opening the store may take. Anything longer is an
    /// error, although a write may still have been made. The maximum is a day.
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

    /// The most connections the pool opens. 0 means 1.
    ///
    /// The default in PostgreSQL is 10. In SQLite this is the number of threads
    /// that read, besides the one that writes; the default is 4, or the number
    /// of cores if that is less. Redis has one connection, which all operations
    /// share.
    #[must_use]
    pub fn pool_size(mut self, connections: usize) -> StoreOptions {
        self.pool_size = Some(connections.max(1));
        self
    }

    /// The prefix of the keys in Redis; by default `session:`, or `{session}:`
    /// in a cluster. It keeps the sessions of several applications in one Redis
    /// apart.
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
