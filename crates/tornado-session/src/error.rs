//! `SessionError`: why a session can't do what a handler asks.

use std::error::Error as StdError;
use std::fmt;

/// Why a session can't do what it was asked.
///
/// Its text names the key and the type where there are any, never a value. In
/// a handler, `?` makes a 500 of it.
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

/// What sort of trouble a [`SessionError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionErrorKind {
    /// The store could not be asked, or holds what can't be read.
    Store,
    /// The value is there, but of another type than the one asked for.
    WrongType,
    /// The value can't be written as JSON.
    Unserializable,
    /// The session was ended meanwhile, by a logout in another request for
    /// one, or has expired. What this request has changed is not stored.
    Ended,
    /// The value would make the session larger than the setting
    /// `session_max_size` allows. It was not set. A handler that takes it from a
    /// client may answer with a 413: `session.set(key, text).or_status(413)?`.
    TooLarge,
    /// The headers of the response are out, so the cookie of a new session, or
    /// of one with a new id, can't be sent any more.
    HeadersSent,
    /// The id of a user can't be one: it is empty, too long, or has a NUL.
    UserId,
    /// A setting is missing or can't be used.
    Settings,
    /// The system gives no random bytes.
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

    /// What sort of trouble it is.
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
        // It may be what a `main` ends with.
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
