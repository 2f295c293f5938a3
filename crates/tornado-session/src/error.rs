//! `SessionError`: why a session can't do what a handler asks.

use std::error::Error as StdError;
use std::fmt;

/// Why a session can't do what it was asked.
///
/// Its text names the key and the type where there are any, and never a value.
/// In a handler, `?` turns it into a 500.
///
/// ```
/// use tornado_session::{MemoryStore, Session, SessionErrorKind, SessionOptions};
///
/// let session = Session::new(MemoryStore::new(), SessionOptions::new());
/// session.set("visits", "three").unwrap();
/// let error = session.get::<u32>("visits").unwrap_err();
/// assert_eq!(error.kind(), SessionErrorKind::WrongType);
/// assert_eq!(error.to_string(), "the session's value 'visits' is a string, not a u32");
/// ```
pub struct SessionError(Box<Inner>);

struct Inner {
    kind: SessionErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`SessionError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionErrorKind {
    /// The store could not be reached, or holds something that can't be read.
    Store,
    /// The value exists, but is not of the requested type.
    WrongType,
    /// The value can't be written as JSON.
    Unserializable,
    /// The session ended in the meantime, through a logout in another request
    /// or because it expired. This request's changes are not stored.
    Ended,
    /// The value would make the session larger than the setting
    /// `session_max_size` allows. It was not set. If the value comes from a
    /// client, a handler may answer with a 413:
    /// `session.set(key, text).or_status(413)?`.
    TooLarge,
    /// The headers of the response have been sent, so a cookie for a new
    /// session or a new id can no longer be.
    HeadersSent,
    /// The text can't be the id of a user: it is empty, too long, or contains a
    /// NUL.
    UserId,
    /// A setting is missing or invalid.
    Settings,
    /// The system has no random bytes to give.
    Random,
}

impl SessionError {
    pub(crate) fn new(kind: SessionErrorKind, message: impl Into<String>) -> SessionError {
        SessionError(Box::new(Inner {
            kind,
            message: message.into(),
            source: None,
        }))
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> SessionError {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn store(
        doing: &str,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> SessionError {
        SessionError::new(
            SessionErrorKind::Store,
            format!("the session can't be {doing}"),
        )
        .with_source(source)
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> SessionErrorKind {
        self.0.kind
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A `main` may end with it.
        write!(f, "{self}")?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, "\ncaused by: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl StdError for SessionError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

/// A setting that can't be used.
pub(crate) fn unusable(message: impl Into<String>) -> SessionError {
    SessionError::new(SessionErrorKind::Settings, message)
}
