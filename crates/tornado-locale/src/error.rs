//! `TranslationsError`: which file of translations can't be used, and why.

use std::error::Error as StdError;
use std::path::Path;
use std::{fmt, io};

/// Why translations can't be loaded. The message names the file, what is wrong
/// with it, and what to do about it.
///
/// ```
/// use tornado_locale::{TranslationsErrorKind, load_translations};
/// let error = load_translations("no/such/directory").unwrap_err();
/// assert_eq!(error.kind(), TranslationsErrorKind::Read);
/// assert!(error.to_string().starts_with("can't read no/such/directory: "));
/// ```
pub struct TranslationsError {
    kind: TranslationsErrorKind,
    message: String,
    source: Option<io::Error>,
}

/// The kinds of [`TranslationsError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TranslationsErrorKind {
    /// A file or directory can't be read.
    Read,
    /// A file is not in the expected encoding, or there is no encoding with
    /// that name.
    Encoding,
    /// A file is in the right encoding, but malformed.
    Form,
}

impl TranslationsError {
    pub(super) fn read(path: &Path, error: io::Error) -> TranslationsError {
        TranslationsError {
            kind: TranslationsErrorKind::Read,
            message: format!("can't read {}: {error}", path.display()),
            source: Some(error),
        }
    }

    pub(super) fn encoding(message: impl Into<String>) -> TranslationsError {
        TranslationsError {
            kind: TranslationsErrorKind::Encoding,
            message: message.into(),
            source: None,
        }
    }

    pub(super) fn form(message: impl Into<String>) -> TranslationsError {
        TranslationsError {
            kind: TranslationsErrorKind::Form,
            message: message.into(),
            source: None,
        }
    }

    pub(super) fn in_file(mut self, path: &Path) -> TranslationsError {
        self.message = format!("{}: {}", path.display(), self.message);
        self
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> TranslationsErrorKind {
        self.kind
    }
}

impl fmt::Display for TranslationsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The message, since a `main` may end with this; it includes that of the
/// system.
impl fmt::Debug for TranslationsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for TranslationsError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}
