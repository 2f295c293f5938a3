//! Flash messages: what the next page should show, once.

use serde::{Deserialize, Serialize};

use super::Session;
use crate::{SessionError, SessionErrorKind};

/// Messages are kept in the session, each under its own key, so that concurrent
/// requests lose none.
const PREFIX: &str = "_flash:";

/// A message for the next page. [`Session::flash`] adds it, and
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
    /// The category of the message, such as `info` or `error`.
    #[must_use]
    pub fn category(&self) -> &str {
        &self.category
    }

    /// The text of the message, unescaped.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Session {
    /// Adds a message for the next page that asks, such as the one after a
    /// redirect. `flash` in Flask, `notifications.set` in pycket.
    ///
    /// A message is a value of the session, `{"category": .., "text": ..}`
    /// under a key that begins with `_flash:`. It survives a login and ends
    /// with the session; adding one after [`destroy`](Self::destroy) begins a
    /// new session.
    ///
    /// # Errors
    ///
    /// [`Random`](SessionErrorKind::Random) when the system has no random bytes
    /// for its key; otherwise as [`set`](Self::set).
    pub fn flash(
        &self,
        category: impl Into<String>,
        text: impl Into<String>,
    ) -> Result<(), SessionError> {
        let random = getrandom::u32().map_err(|error| {
            let message = "the system gives no random bytes for the key of a message";
            SessionError::new(SessionErrorKind::Random, message).with_source(error)
        })?;
        // In order of time, and within one request in the order of the calls.
        let nth = self.flash_keys().len();
        let millis = self.inner().now().as_unix_millis();
        let key = format!("{PREFIX}{millis:014}.{nth:03}.{random:08x}");
        let (category, text) = (category.into(), text.into());
        self.set(&key, Flash { category, text })
    }

    /// Takes all messages, the oldest first. This removes them, unless the
    /// response becomes a server error (a status of 500 or more), since then
    /// nothing is saved.
    ///
    /// # Errors
    ///
    /// [`WrongType`](SessionErrorKind::WrongType) when something other than a
    /// message is stored under the key of one; then all messages stay.
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
