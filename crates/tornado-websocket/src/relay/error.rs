//! `RoomsError`: why rooms can't be shared.

use std::error::Error as StdError;
use std::fmt;

use crate::causes::debug_with_causes;

/// Why [`Rooms::connect`](crate::Rooms::connect) has failed. It never contains the password of the
/// URL.
pub struct RoomsError {
    kind: RoomsErrorKind,
    text: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`RoomsError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoomsErrorKind {
    /// The URL, or the name of the channel, can't be used.
    Url,
    /// The server can't be reached, or refuses.
    Connect,
}

impl RoomsError {
    pub(super) fn new(
        kind: RoomsErrorKind,
        text: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> RoomsError {
        RoomsError {
            kind,
            text: text.into(),
            source: Some(source.into()),
        }
    }

    pub(super) fn url(text: impl Into<String>) -> RoomsError {
        RoomsError {
            kind: RoomsErrorKind::Url,
            text: text.into(),
            source: None,
        }
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> RoomsErrorKind {
        self.kind
    }
}

impl fmt::Display for RoomsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text with its causes, so that a `main` that returns it ends with
/// readable text.
impl fmt::Debug for RoomsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_with_causes(self, f)
    }
}

impl StdError for RoomsError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
