//! How a session is saved: step by step, with the state unlocked while it
//! waits.

use tracing::warn;

use super::Session;
use super::handle::Inner;
use super::state::{Action, Step, ended};
use crate::store::{ApplyError, CreateError, Place, RenameError};
use crate::{Patch, SessionError, SessionErrorKind, SessionStore as _};

/// How a step ended, other than by a failure of the store.
enum Outcome {
    Done(Place),
    /// The session does not exist.
    Gone,
    /// Another request has changed its id.
    Moved,
    /// The new id is taken: an earlier save that was dropped half-way had
    /// succeeded, or the random source repeats itself.
    Taken,
}

/// How many new ids are tried.
const TRIES: u32 = 3;

impl Session {
    /// Saves all changes now. Use it for work that continues after the headers,
    /// such as a stream or a WebSocket, or to be sure that they are stored
    /// before something else happens. Otherwise the session is saved just
    /// before the headers are sent.
    ///
    /// Nothing is written if nothing has changed. Changes made while it waits
    /// are saved by this call or by the next.
    ///
    /// # Errors
    ///
    /// - [`Store`](SessionErrorKind::Store) when the store fails; the changes
    ///   are kept and can be saved again.
    /// - [`Ended`](SessionErrorKind::Ended) when the session has ended in the
    ///   meantime, through a logout in another request or because it expired,
    ///   or when another request changed its id before this one loaded it or
    ///   while this one was about to change it too. The changes are lost.
    /// - [`HeadersSent`](SessionErrorKind::HeadersSent) when it needs a cookie,
    ///   which can no longer be sent.
    ///
    /// ```
    /// # tornado_testing::block_on(async {
    /// use tornado_session::{MemoryStore, Session};
    ///
    /// let store = MemoryStore::new();
    /// let session = Session::new(store.clone(), Default::default());
    /// session.save().await.unwrap();
    /// assert!(store.is_empty()); // there is nothing to save
    /// session.set("user", "kim").unwrap();
    /// session.save().await.unwrap();
    /// assert_eq!(store.len(), 1);
    /// # });
    /// ```
    pub async fn save(&self) -> Result<(), SessionError> {
        let inner = self.inner();
        // One at a time: a second save would send the same changes again.
        let _turn = inner.saving.lock().await;
        let mut tries = 0;
        loop {
            let step = inner.state().next_step(inner.now(), &inner.options)?;
            let Some(step) = step else { return Ok(()) };
            match run(inner, &step).await? {
                Outcome::Done(place) => inner.state().done(step, place),
                Outcome::Gone if inner.state().gone(&step, false) => return Err(ended()),
                Outcome::Moved if inner.state().gone(&step, true) => return Err(ended()),
                Outcome::Gone | Outcome::Moved => {}
                Outcome::Taken if tries < TRIES => tries += 1,
                Outcome::Taken => {
                    let error = CreateError::Exists;
                    return Err(SessionError::store("saved: each new id is taken", error));
                }
            }
        }
    }

    /// The save before the headers. That the session has ended in the meantime
    /// is not an error of this request: its response is still right, since what
    /// it wrote has ended with the rest. It is logged.
    ///
    /// If the session continues under a new id, this request's changes would be
    /// missing there. That is an error, `Ended`.
    pub(crate) async fn save_with_response(&self) -> Result<(), SessionError> {
        match self.save().await {
            Err(error) if error.kind() == SessionErrorKind::Ended && !self.is_replaced() => {
                warn!(target: "tornado.general", "Session not saved: {error}");
                Ok(())
            }
            other => other,
        }
    }
}

async fn run(inner: &Inner, step: &Step) -> Result<Outcome, SessionError> {
    let store = &inner.store;
    match &step.action {
        Action::Delete(key) => match store.delete(key).await {
            Ok(()) => Ok(Outcome::Done(Place::Here)),
            Err(error) => Err(SessionError::store("ended", error)),
        },
        Action::Probe(key) => match store.apply(key, &Patch::new()).await {
            // It continues under an id that this client has received elsewhere. This
            // request knows less than the store has, so it must not write there, and a
            // new session would displace that one's cookie.
            Ok(Place::Moved) => Ok(Outcome::Moved),
            Ok(place) => Ok(Outcome::Done(place)),
            Err(ApplyError::NotFound) => Ok(Outcome::Done(Place::Here)),
            Err(error) => Err(SessionError::store("saved", error)),
        },
        Action::Create { id, record } => {
            match store.create(&id.store_key(), record.clone()).await {
                Ok(()) => Ok(Outcome::Done(Place::Here)),
                Err(CreateError::Exists) => Ok(Outcome::Taken),
                Err(error) => Err(SessionError::store("saved", error)),
            }
        }
        Action::Rename {
            old,
            id,
            patch,
            grace,
        } => {
            match store.rename(old, &id.store_key(), patch, *grace).await {
                Ok(()) => Ok(Outcome::Done(Place::Here)),
                Err(RenameError::NotFound) => Ok(Outcome::Gone),
                // It must not be saved under the other id, which may belong to somebody
                // who knew the old one, while this may be a login.
                Err(RenameError::Moved) => Ok(Outcome::Moved),
                Err(RenameError::Exists) => Ok(Outcome::Taken),
                Err(error) => Err(SessionError::store("saved", error)),
            }
        }
        Action::Apply { key, patch } => match store.apply(key, patch).await {
            Ok(place) => Ok(Outcome::Done(place)),
            Err(ApplyError::NotFound) => Ok(Outcome::Gone),
            Err(error) => Err(SessionError::store("saved", error)),
        },
    }
}
