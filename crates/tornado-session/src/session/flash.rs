//! Flash messages: what the next page is to show, once.

use serde::{Deserialize, Serialize};

use super::Session;
use crate::{SessionError, SessionErrorKind};

/// Where messages are kept in a session, each under a key of its own, so that
/// requests at once lose none.
const PREFIX: &str = "_flash:";

/// A message for the next page. [`Session::flash`] leaves it, and
/// [`Session::take_flashes`] takes it.
///
/// ```
/// use tornado_session::{MemoryStore, Session};
/// let session = Session::new(MemoryStore::new(), Default::default());
/// session.flash("info", "Saved").unwrap();
/// session.flash("error", "No such file").unwrap();
///
/// let messages = session.take_flashes().unwrap();
/// assert_eq!(messages[0].text(), "Saved");
/// assert_eq!((messages[1].category(), messages[1].text()), ("error", "No such file"));
/// assert!(session.take_flashes().unwrap().is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    category: String,
    text: String,
}

impl Flash {
    /// What sort of message it is, such as `info` or `error`.
    #[must_use]
    pub fn category(&self) -> &str {
        &self.category
    }

    /// What it says. It is not escaped.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Session {
    /// Leaves a message for the next page that asks: after a redirect, for one.
    /// `flash` of Flask, `notifications.set` of pycket.
    ///
    /// A message is a value of the session, `{"category": .., "text": ..}`
    /// under a key that begins with `_flash:`. It stays over a login, and goes
    /// with the session; one that is left after [`destroy`](Self::destroy)
    /// begins a new session.
    ///
    /// # Errors
    ///
    /// [`Random`](SessionErrorKind::Random) when the system gives no random
    /// bytes for its key, and as [`set`](Self::set).
    pub fn flash(
        &self,
        category: impl Into<String>,
        text: impl Into<String>,
    ) -> Result<(), SessionError> {
        let random = getrandom::u32().map_err(|error| {
            let message = "the system gives no random bytes for the key of a message";
            SessionError::new(SessionErrorKind::Random, message).with_source(error)
        })?;
        // In the order of time, and within one request in the order of calls.
        let nth = self.flash_keys().len();
        let millis = self.inner().now().as_unix_millis();
        let key = format!("{PREFIX}{millis:014}.{nth:03}.{random:08x}");
        let (category, text) = (category.into(), text.into());
        self.set(&key, Flash { category, text })
    }

    /// Takes all messages, the oldest first. They are gone then, and come back
    /// only if the response becomes an error of ours (a status of 500 or more),
    /// for then nothing is saved.
    ///
    /// # Errors
    ///
    /// [`WrongType`](SessionErrorKind::WrongType) when there is something else
    /// under the key of a message; then all stay.
    pub fn take_flashes(&self) -> Result<Vec<Flash>, SessionError> {
        let keys = self.flash_keys();
        let mut messages = Vec::with_capacity(keys.len());
        for key in &keys {
            messages.extend(self.get::<Flash>(key)?);
        }
        for key in &keys {
            self.delete(key);
        }
        Ok(messages)
    }

    fn flash_keys(&self) -> Vec<String> {
        let mut keys = self.keys();
        keys.retain(|key| key.starts_with(PREFIX));
        keys
    }
}
