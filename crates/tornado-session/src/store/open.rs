//! `OpenError`: why a store can't be opened.

use std::error::Error as StdError;
use std::fmt;

/// Why a store can't be opened.
///
/// Its text says what to do about it. It never contains the password of the
/// URL.
///
/// ```
/// # tornado_testing::block_on(async {
/// use tornado_session::store::OpenErrorKind;
/// use tornado_session::{AnyStore, StoreOptions};
///
/// let error = AnyStore::open("mysql://localhost/app", StoreOptions::new()).await.unwrap_err();
/// assert_eq!(error.kind(), OpenErrorKind::Url);
/// assert!(error.to_string().contains("no session store"), "{error}");
/// # });
/// ```
pub struct OpenError(Box<Inner>);

struct Inner {
    kind: OpenErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`OpenError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OpenErrorKind {
    /// The text is not a URL, or names a store that does not exist or is not
    /// compiled in.
    Url,
    /// The database can't be reached, or does not answer in time.
    Unreachable,
    /// The database refuses the user, the password, or the operation.
    Denied,
    /// The tables are of another version, or it is not a database of this kind.
    Schema,
    /// Another failure of the database.
    Other,
}

impl OpenError {
    pub(crate) fn new(kind: OpenErrorKind, message: impl Into<String>) -> OpenError {
        OpenError(Box::new(Inner {
            kind,
            message: message.into(),
            source: None,
        }))
    }

    #[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> OpenError {
        self.0.source = Some(source.into());
        self
    }

    /// A copy of the error, for another task that waits for the store.
    pub(crate) fn again(&self) -> OpenError {
        let source = self.0.source.as_ref().map(ToString::to_string);
        OpenError(Box::new(Inner {
            kind: self.0.kind,
            message: self.0.message.clone(),
            source: source.map(Into::into),
        }))
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> OpenErrorKind {
        self.0.kind
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for OpenError {
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

impl StdError for OpenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
