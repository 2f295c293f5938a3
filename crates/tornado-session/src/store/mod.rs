//! Where sessions are kept: the contract of a store, and its errors.
//!
//! A store is correct if it passes the tests of the module `conformance`
//! (feature `conformance`), and as good as its operations are atomic. The SQL
//! and Redis sketches below show how each can be *one* statement or script.
//!
//! The SQL sketches assume a table
//! `sessions(key primary key, created_at, expires_at, lifetime, owner, data)`
//! whose `data` is a JSON object, with an index on `owner`, and a table
//! `moved(key primary key, target, reads, until)`. In Redis there is a hash
//! `session:<key>` with a field per key of the session (`d:<key>`) and fields
//! for the rest, which expires on its own (`PEXPIREAT`), a string
//! `moved:<key>`, and a sorted set `owned:<owner>` of keys.
//!
//! # Terms
//!
//! A session *exists* from [`create`](SessionStore::create) until it is deleted
//! or expires. An expired session does not exist, whether or not its remains
//! have been swept: it can't be loaded, changed, prolonged or renamed, and its
//! key is free.
//!
//! A key may be *moved*: [`rename`](SessionStore::rename) leaves it pointing at
//! the new key for as long as the [`Grace`] says.
//!
//! A session may have an *owner*, the logged-in user. The owner is part of the
//! record; an index by owner only helps to find it.

mod any;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod data;
mod error;
mod lazy;
#[cfg(any(
    feature = "postgres",
    feature = "redis",
    feature = "sqlite",
    feature = "tower-sessions"
))]
mod limit;
mod memory;
#[cfg(any(
    feature = "postgres",
    feature = "redis",
    feature = "sqlite",
    feature = "tower-sessions"
))]
mod no_record;
mod open;
mod options;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod retry;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod row;
#[cfg(feature = "sqlite")]
mod sqlite;
mod sweep;
#[cfg(any(feature = "postgres-tls", all(feature = "redis", feature = "tls")))]
mod tls;
#[cfg(feature = "tower-sessions")]
mod tower_sessions;
mod url;

use std::future::Future;
use std::time::Duration;

pub use any::AnyStore;
pub(crate) use error::chain;
pub(crate) use lazy::LazyStore;
pub(crate) use url::check;

pub use error::{
    ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, LoadError,
    RenameError,
};
pub use memory::MemoryStore;
pub use open::{OpenError, OpenErrorKind};
pub use options::StoreOptions;
#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
#[cfg(feature = "redis")]
pub use redis::RedisStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;
pub use sweep::{Sweeper, sweep};
#[cfg(feature = "tower-sessions")]
pub use tower_sessions::TowerSessionsStore;

use crate::{Patch, Record, StoreKey};

/// Where sessions are kept.
///
/// Write the methods as `async fn`. Each says what it must do in one atomic
/// step, during which no other operation on the same session may intervene.
/// That ensures that parallel requests keep each other's changes, and that a
/// request in flight does not bring back a session that has ended.
///
/// [`MemoryStore`] is one; the settings hold any store as an [`AnyStore`].
///
/// ```
/// # tornado_testing::block_on(async {
/// use std::time::Duration;
/// use tornado_session::store::ApplyError;
/// use tornado_session::{Json, MemoryStore, Patch, Record, SessionId, SessionStore, Timestamp};
///
/// let store = MemoryStore::new();
/// let key = SessionId::generate().unwrap().store_key();
/// let now = Timestamp::now();
/// store.create(&key, Record::new(now, now.saturating_add(Duration::from_secs(60)))).await.unwrap();
///
/// // Two requests at once, and neither knows of the other:
/// let (a, b) = (Patch::new().set("a", Json::new(&1).unwrap()), Patch::new().set("b", Json::new(&2).unwrap()));
/// let (a, b) = tokio::join!(store.apply(&key, &a), store.apply(&key, &b));
/// assert!(a.is_ok() && b.is_ok());
/// assert_eq!(store.load(&key).await.unwrap().unwrap().data().len(), 2);
///
/// store.delete(&key).await.unwrap();
/// let late = store.apply(&key, &Patch::new().delete("a")).await;
/// assert!(matches!(late, Err(ApplyError::NotFound)));
/// # });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a session store",
    note = "implement `SessionStore` for it, or give it to the settings by value: an `Arc<S>` of a store is one, too"
)]
pub trait SessionStore: Send + Sync + 'static {
    /// The session with this key, or `None` if it does not exist.
    ///
    /// A moved key gives the session only if its grace is
    /// [`Full`](Grace::Full).
    ///
    /// SQL: `SELECT .. WHERE key = $1 AND expires_at > now`, with a `UNION ALL`
    /// over `moved WHERE reads`. Redis: `HGETALL`.
    ///
    /// # Errors
    ///
    /// When the store can't be reached, or has something else under this key.
    /// It is not an error if the session does not exist.
    fn load(
        &self,
        key: &StoreKey,
    ) -> impl Future<Output = Result<Option<Record>, LoadError>> + Send;

    /// Adds a new session.
    ///
    /// SQL: `INSERT .. ON CONFLICT (key) DO UPDATE .. WHERE sessions.expires_at
    /// <= now`; no row means [`Exists`](CreateError::Exists). Redis: a script of
    /// `EXISTS`, `HSET`, `PEXPIREAT`.
    ///
    /// # Errors
    ///
    /// [`Exists`](CreateError::Exists) when there is a session or a moved key,
    /// which stays as it is.
    fn create(
        &self,
        key: &StoreKey,
        record: Record,
    ) -> impl Future<Output = Result<(), CreateError>> + Send;

    /// Merges a [`Patch`] into the session, key by key. Keys that the patch
    /// does not name stay. A session that is only prolonged gets a patch with
    /// nothing but a new expiry.
    ///
    /// A moved key leads to the session; [`Place::Moved`] says so.
    ///
    /// PostgreSQL:
    /// `UPDATE .. SET data = (data - $deleted) || $set, expires_at = coalesce($end, expires_at) WHERE key = $1 AND expires_at > now`,
    /// or for a patch that clears, `SET data = $set`; no row means
    /// [`NotFound`](ApplyError::NotFound). SQLite: the same with `json_remove`
    /// and `json_set` (`json_patch` won't do, since it treats a `null` as a
    /// deletion). Redis: a script of `EXISTS`, `HDEL`, `HSET`, `PEXPIREAT`.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ApplyError::NotFound) when the session does not exist. It
    /// must not be created, not even from a patch that has all its keys, since
    /// a logout may have ended it.
    fn apply(
        &self,
        key: &StoreKey,
        patch: &Patch,
    ) -> impl Future<Output = Result<Place, ApplyError>> + Send;

    /// Changes the key of the session and merges a patch into it; both or
    /// neither.
    ///
    /// From then on the old key is good for what the [`Grace`] says. Keys that
    /// were moved to it earlier lead on to the new one, for what is left of
    /// their own grace or of this one, whichever is less. They can be loaded
    /// only if both are [`Full`](Grace::Full).
    ///
    /// The patch is part of the operation so that what a login writes is never
    /// found under the old key, which somebody else may know.
    ///
    /// SQL: in one transaction, an `UPDATE .. SET key = $2, ..` as in
    /// [`apply`](Self::apply), an
    /// `UPDATE moved SET target = $2, reads = reads AND $3, until = least(until, $4) WHERE target = $1`
    /// and an `INSERT INTO moved`. Redis: a script of `EXISTS`, `RENAMENX`,
    /// `HDEL`, `HSET`, `SET .. PX`, where the scripts that look for a session
    /// follow `moved:` more than once.
    ///
    /// # Errors
    ///
    /// [`NotFound`](RenameError::NotFound) when there is no session with the
    /// old key, [`Moved`](RenameError::Moved) when it is a moved key,
    /// [`Exists`](RenameError::Exists) when the new key is taken. Then nothing
    /// has changed.
    fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        patch: &Patch,
        grace: Grace,
    ) -> impl Future<Output = Result<(), RenameError>> + Send;

    /// Ends the session, if it exists. A moved key ends the session it leads
    /// to.
    ///
    /// SQL: `DELETE`. Redis: `DEL`.
    ///
    /// # Errors
    ///
    /// When the store can't be reached.
    fn delete(&self, key: &StoreKey) -> impl Future<Output = Result<(), DeleteError>> + Send;

    /// The sessions of an owner, each once, under its own key, in any order.
    ///
    /// A session that has the owner both before and after the call is included,
    /// even if its key changes in the meantime (under either key). A session
    /// that gains or loses the owner in the meantime may or may not be.
    ///
    /// SQL: `SELECT .. WHERE owner = $1 AND expires_at > now`. Redis: a script
    /// of `ZRANGE` and, for each member, `HGETALL`.
    ///
    /// A store that spreads sessions over machines can't reach a session and
    /// the index in one step. There, an operation that gives a session an owner
    /// or a new key adds the key to the index *before* it changes the session,
    /// and a reader of the index trusts only the owner in the session. It skips
    /// an entry whose session does not (or not yet) belong to the owner; the
    /// entry can be removed once it is too old to belong to a write in
    /// progress. (The Redis store avoids this: in a cluster, it has all
    /// sessions in one slot.)
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    fn list_owned(
        &self,
        owner: &str,
    ) -> impl Future<Output = Result<Vec<(StoreKey, Record)>, LoadError>> + Send;

    /// Ends sessions of an owner, and returns how many. A moved key in `which`
    /// stands for the session it leads to.
    ///
    /// Every session that has the owner before the call has ended after it,
    /// even if its key changes in the meantime, and nothing brings it back. A
    /// concurrent login counts either as before the call, and its session ends,
    /// or as after it, and its session is whole.
    ///
    /// Where the store can do so, all of them end in one step: one
    /// `DELETE .. WHERE owner = $1 AND key <> $2` in SQL (where
    /// [`rename`](Self::rename) must be an `UPDATE` of the row, which the
    /// `DELETE` waits for), or one script in Redis. Where sessions are spread
    /// over machines, each ends in its own step, which checks the session's
    /// owner again. A failure may then leave some of them; call it again.
    ///
    /// # Errors
    ///
    /// When the store can't be reached.
    fn delete_owned(
        &self,
        owner: &str,
        which: Owned,
    ) -> impl Future<Output = Result<usize, DeleteOwnedError>> + Send;

    /// Removes the remains of up to `batch` expired sessions and moved keys,
    /// and returns how many. Fewer than `batch` means that none are left. A
    /// store that drops them on its own, such as Redis, returns 0.
    ///
    /// It is called repeatedly, in batches, so that no sweep blocks the store
    /// for long.
    ///
    /// SQL: `DELETE .. WHERE key IN (SELECT key .. WHERE expires_at <= now LIMIT
    /// $1)`, with an index on `expires_at`.
    ///
    /// # Errors
    ///
    /// When the store can't be reached.
    fn delete_expired(
        &self,
        batch: usize,
    ) -> impl Future<Output = Result<usize, DeleteExpiredError>> + Send;
}

/// What the old key of a session is good for after a change of key.
///
/// Requests that were in flight when the key changed come with the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grace {
    /// Nothing: it is forgotten.
    None,
    /// For this long, a request that had already loaded the session can still
    /// save its changes. The session can't be loaded with the old key any more.
    /// This is for a login: anyone who knew the old key is locked out, and
    /// requests in flight lose nothing.
    InFlight(Duration),
    /// For this long, the old key is as good as the new one. This is for a
    /// routine change of key, through which nobody gains rights.
    Full(Duration),
}

impl Grace {
    /// How long the old key is remembered.
    #[must_use]
    pub fn duration(self) -> Duration {
        match self {
            Grace::None => Duration::ZERO,
            Grace::InFlight(duration) | Grace::Full(duration) => duration,
        }
    }
}

/// Which sessions of an owner.
///
/// ```
/// # tornado_testing::block_on(async {
/// use std::time::Duration;
/// use tornado_session::store::Owned;
/// use tornado_session::{MemoryStore, Record, SessionId, SessionStore, Timestamp};
///
/// let store = MemoryStore::new();
/// let end = Timestamp::now().saturating_add(Duration::from_secs(60));
/// let (phone, laptop) = (SessionId::generate().unwrap().store_key(), SessionId::generate().unwrap().store_key());
/// for key in [&phone, &laptop] {
///     store.create(key, Record::new(Timestamp::now(), end).with_owner("kim")).await.unwrap();
/// }
/// assert_eq!(store.delete_owned("kim", Owned::AllBut(laptop)).await.unwrap(), 1);
/// assert!(store.load(&phone).await.unwrap().is_none());
/// assert_eq!(store.list_owned("kim").await.unwrap()[0].0, laptop);
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a store has to know them all, and the parts of a whole are all, one, and the rest"
)]
pub enum Owned {
    /// All of them.
    All,
    /// All except this one.
    AllBut(StoreKey),
    /// This one, if it belongs to the owner.
    One(StoreKey),
}

/// The key under which a session was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a key is the session's own, or it leads to it"
)]
pub enum Place {
    /// The requested key.
    Here,
    /// A newer key. The client should already have its cookie, so it must not
    /// be sent this one's again.
    Moved,
}
