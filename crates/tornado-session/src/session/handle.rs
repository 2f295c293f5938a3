//! `Session`: the handle.

use std::any::type_name;
use std::fmt;
use std::ops::Index;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tornado_core::{Clock, NotIndexed, Readable};
use tracing::warn;

use super::default::DefaultFor;
use super::state::{CookieDue, State};
use crate::store::Grace;
use crate::{
    AnyStore, Expiry, Json, SessionError, SessionErrorKind, SessionId, SessionOptions,
    SessionStore, StoreKey, Timestamp,
};

/// A session: values that a server keeps for one client from request to
/// request.
///
/// In a handler, get it from [`get_session`](crate::SessionMixin::get_session).
/// A clone is cheap and refers to the same session. What has changed, and only
/// that, is saved before the headers of the response are sent.
///
/// - **Nothing for nobody.** There is no record and no cookie before the first
///   value is set. Setting an equal value, or deleting a missing key, is not a
///   change.
/// - **No lost update.** Concurrent requests that set different keys all keep
///   what they set. For the same key, the later one wins.
/// - **Saved, or reported.** A request that arrives with the id from before a
///   login begins with an empty session, and can't write to the session that
///   the login made. If it tries, the response is a 409.
/// - **What has ended stays ended.** A request in flight during a logout does
///   not bring the session back. Its changes are not saved; the log has a
///   warning, the response is sent, and the cookie is removed.
/// - **No ids from outside.** An id that the store does not know is not
///   adopted; the session gets a new one.
///
/// ```
/// use tornado_session::{MemoryStore, Session};
///
/// let session = Session::new(MemoryStore::new(), Default::default());
/// session.set("username", "kim").unwrap();
/// assert_eq!(session.get::<String>("username").unwrap().as_deref(), Some("kim"));
/// assert_eq!(session.get_or("visits", 0).unwrap(), 0);
/// ```
#[derive(Clone)]
pub struct Session(Arc<Inner>);

/// Does not compile; the compiler says what to write.
#[doc(hidden)]
impl<K: NotIndexed<Session>> Index<K> for Session {
    type Output = K::Value;

    fn index(&self, key: K) -> &K::Value {
        key.value(self)
    }
}

pub(crate) struct Inner {
    /// Locked briefly, never across an await.
    state: Mutex<State>,
    pub(super) saving: tokio::sync::Mutex<()>,
    pub(crate) store: AnyStore,
    pub(super) options: SessionOptions,
    clock: Clock,
}

impl Inner {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics half-way through a change while it is locked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now().into()
    }
}

/// How long requests in flight may still save into a session whose id has
/// changed. Most requests are faster.
pub(super) const IN_FLIGHT: Duration = Duration::from_secs(60);

impl Session {
    /// A session that has not begun yet, for use outside a handler.
    #[must_use]
    pub fn new(store: impl SessionStore, options: SessionOptions) -> Session {
        Session::fresh(AnyStore::new(store), options, Clock::default(), false)
    }

    /// The session with this id, for use outside a handler. If it does not
    /// exist, a new one with another id.
    ///
    /// # Errors
    ///
    /// When the store can't be reached.
    pub async fn open(
        store: impl SessionStore,
        options: SessionOptions,
        id: SessionId,
    ) -> Result<Session, SessionError> {
        let (store, clock, key) = (AnyStore::new(store), Clock::default(), id.store_key());
        if let Some(session) = Session::load(&store, options, &clock, id, key).await? {
            return Ok(session);
        }
        let session = Session::fresh(store, options, clock, true);
        session.set_stale(vec![key]);
        Ok(session)
    }

    pub(crate) fn fresh(
        store: AnyStore,
        options: SessionOptions,
        clock: Clock,
        presented: bool,
    ) -> Session {
        Session::with_state(store, options, clock, State::fresh(presented))
    }

    /// The session with this id, if it exists.
    pub(crate) async fn load(
        store: &AnyStore,
        options: SessionOptions,
        clock: &Clock,
        id: SessionId,
        key: StoreKey,
    ) -> Result<Option<Session>, SessionError> {
        let record = store
            .load(&key)
            .await
            .map_err(|error| SessionError::store("loaded", error))?;
        // A store that is slow to delete must not let anyone in.
        let now = clock.now().into();
        let record = record.filter(|record| !record.is_expired(now));
        Ok(record.map(|record| {
            let state = State::loaded(id, key, &record);
            Session::with_state(store.clone(), options, clock.clone(), state)
        }))
    }

    fn with_state(store: AnyStore, options: SessionOptions, clock: Clock, state: State) -> Session {
        let (state, saving) = (Mutex::new(state), tokio::sync::Mutex::new(()));
        Session(Arc::new(Inner {
            state,
            saving,
            store,
            options,
            clock,
        }))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// The value of a key, or `None` if it has none.
    ///
    /// # Errors
    ///
    /// [`WrongType`](SessionErrorKind::WrongType) when the value is not a `T`.
    /// The message names the key and the type, not the value.
    ///
    /// ```
    /// use tornado_session::{MemoryStore, Session};
    /// let session = Session::new(MemoryStore::new(), Default::default());
    /// assert_eq!(session.get::<u32>("visits").unwrap(), None);
    /// session.set("visits", 3).unwrap();
    /// assert_eq!(session.get::<u32>("visits").unwrap(), Some(3));
    /// assert!(session.get::<String>("visits").is_err());
    /// ```
    pub fn get<T: Readable>(&self, key: &str) -> Result<Option<T>, SessionError> // a default: get_or(key, default)
    {
        // Read outside the lock, since this runs code of `T`.
        let value = self.0.state().value(key).cloned();
        value.map(|value| read(key, &value)).transpose()
    }

    /// The value of a key, or a default: `session.get("username", "Guest")`. A
    /// value of `null` counts as missing.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    ///
    /// ```
    /// use tornado_session::{MemoryStore, Session};
    /// let session = Session::new(MemoryStore::new(), Default::default());
    /// let username = session.get_or("username", "Guest").unwrap();
    /// assert_eq!(username, "Guest");
    /// let visits = session.get_or("visits", 0).unwrap() + 1;
    /// session.set("visits", visits).unwrap();
    /// let cart: Vec<String> = session.get_or("cart", Vec::new()).unwrap();
    /// assert!(cart.is_empty());
    /// ```
    pub fn get_or<T, D>(&self, key: &str, default: D) -> Result<T, SessionError>
    where
        T: Readable,
        D: DefaultFor<T>,
    {
        let found = self.0.state().value(key).cloned();
        match found.filter(|value| value.as_str() != "null") {
            Some(value) => read(key, &value),
            None => Ok(default.into_value()),
        }
    }

    /// Sets a key to a value, which is stored as JSON:
    /// `session["username"] = username`. Setting an equal value is not a
    /// change.
    ///
    /// # Errors
    ///
    /// [`Unserializable`](SessionErrorKind::Unserializable) when the value
    /// can't be written as JSON, [`TooLarge`](SessionErrorKind::TooLarge) when
    /// it would make the session too large, [`Ended`](SessionErrorKind::Ended)
    /// when a [`save`](Self::save) has found that the session has ended.
    #[doc(alias = "insert")]
    pub fn set(&self, key: &str, value: impl Serialize) -> Result<(), SessionError> {
        let value = Json::new(&value).map_err(|error| {
            let message = format!("the session's value '{key}' can't be written as JSON");
            SessionError::new(SessionErrorKind::Unserializable, message).with_source(error)
        })?;
        let change = vec![(key, Some(value))];
        self.0.state().change(change, self.0.options.max_size)
    }

    /// Deletes a key, and returns whether it existed:
    /// `del session["username"]`.
    #[doc(alias = "remove")]
    pub fn delete(&self, key: &str) -> bool {
        self.0.state().delete(key)
    }

    /// Deletes a key, and returns the value it had.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); the key then stays.
    pub fn pop<T: Readable>(&self, key: &str) -> Result<Option<T>, SessionError> {
        let value = self.get(key)?;
        self.delete(key);
        Ok(value)
    }

    /// Whether a key has a value: `"username" in session`.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.0.state().value(key).is_some()
    }

    /// All keys, sorted.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self
            .0
            .state()
            .keys()
            .map(|key| String::from(&**key))
            .collect();
        keys.sort_unstable();
        keys
    }

    /// Whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.state().keys().next().is_none()
    }

    /// Deletes all values, but keeps the session. To end it, as a logout does,
    /// use [`destroy`](Self::destroy).
    pub fn clear(&self) {
        self.0.state().clear();
    }

    /// Gives the session a new id when it is saved, and keeps its values.
    ///
    /// Use it when somebody gains rights, so that anyone who knew or planted
    /// the old id is locked out (session fixation); [`login`](Self::login) does
    /// this for you. For a minute, requests in flight with the old id can still
    /// save. A request that begins with it finds an empty session. What that
    /// request sets is not saved, since its cookie would replace the new one;
    /// it is answered with a 409. If two concurrent requests do this, the first
    /// one wins, and the other finds the session
    /// [`Ended`](SessionErrorKind::Ended).
    ///
    /// ```
    /// # tornado_testing::block_on(async {
    /// use tornado_session::{MemoryStore, Session};
    /// let session = Session::new(MemoryStore::new(), Default::default());
    /// session.set("cart", 3).unwrap();
    /// session.save().await.unwrap();
    /// let before = session.key();
    ///
    /// session.regenerate();
    /// session.set("user", "kim").unwrap();
    /// session.save().await.unwrap();
    /// assert_ne!(session.key(), before);
    /// assert_eq!(session.keys(), ["cart", "user"]);
    /// # });
    /// ```
    pub fn regenerate(&self) {
        self.regenerate_with(Grace::InFlight(IN_FLIGHT));
    }

    /// As [`regenerate`](Self::regenerate); `grace` says what the old id is
    /// still good for.
    pub fn regenerate_with(&self, grace: Grace) {
        self.0.state().regenerate(grace);
    }

    /// Ends the session when it is saved: the record is deleted and the
    /// client's cookie removed. It is empty from now on. A value set afterwards
    /// begins a new session, with a new id.
    ///
    /// ```
    /// # tornado_testing::block_on(async {
    /// use tornado_session::{MemoryStore, Session};
    /// let store = MemoryStore::new();
    /// let session = Session::new(store.clone(), Default::default());
    /// session.set("user", "kim").unwrap();
    /// session.save().await.unwrap();
    ///
    /// session.destroy();
    /// session.save().await.unwrap();
    /// assert!(session.is_empty() && store.is_empty());
    /// # });
    /// ```
    pub fn destroy(&self) {
        self.0.state().destroy();
    }

    /// Whether the request came without a session, or the session was
    /// destroyed.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.0.state().is_new()
    }

    /// The key under which the store has it; `None` before the first save. It
    /// tells sessions apart and is not secret.
    #[must_use]
    pub fn key(&self) -> Option<StoreKey> {
        self.0.state().key()
    }

    /// When it began; `None` before the first save.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        self.0.state().created_at()
    }

    /// When it expires, where that differs from the settings.
    #[must_use]
    pub fn expiry(&self) -> Expiry {
        self.0.state().expiry()
    }

    /// Makes this session expire differently from the settings, from now on.
    /// The record and the cookie both follow.
    pub fn set_expiry(&self, expiry: Expiry) {
        self.0.state().set_expiry(expiry);
    }

    /// What the response must tell the client.
    pub(crate) fn cookie(&self) -> CookieDue {
        self.0.state().cookie()
    }

    /// The client's cookie is valid, but should be signed again.
    pub(crate) fn resign(&self) {
        self.0.state().resign();
    }

    /// The client has also sent these ids, which can't be loaded.
    pub(crate) fn set_stale(&self, keys: Vec<StoreKey>) {
        self.0.state().set_stale(keys);
    }

    /// Whether the session continues under an id that another request has given
    /// it, and that this one does not know.
    pub(crate) fn is_replaced(&self) -> bool {
        self.0.state().is_replaced()
    }

    /// Drops unsaved changes.
    pub(crate) fn discard(&self) {
        self.0.state().discard();
    }

    /// From now on, cookies can't be sent.
    pub(crate) fn set_head_sent(&self) {
        self.0.state().set_head_sent();
    }
}

impl fmt::Debug for Session {
    /// Shows keys, not values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("key", &self.key())
            .field("keys", &self.keys())
            .finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.state().is_forgotten() {
            warn!(
                target: "tornado.general",
                "Session not saved: it was changed after the headers were sent; call save().await"
            );
        }
    }
}

pub(super) fn read<T: DeserializeOwned>(key: &str, value: &Json) -> Result<T, SessionError> {
    // The decoder's own message quotes the value, which does not belong in
    // logs.
    value.read().map_err(|_| {
        let message = format!(
            "the session's value '{key}' is {}, not a {}",
            value.sort(),
            type_name::<T>()
        );
        SessionError::new(SessionErrorKind::WrongType, message)
    })
}
