//! `CookieError`: why a cookie can't be sent or a value can't be signed.

use std::fmt;

/// Why a cookie can't be sent, or a value can't be signed.
///
/// The message names the cookie and says what to do. It never contains the
/// value or the secret.
///
/// ```
/// use tornado_cookies::{CookieErrorKind, SetCookie};
/// let error = SetCookie::new("a", "line\nbreak").to_header_value().unwrap_err();
/// assert_eq!(error.kind(), CookieErrorKind::Value);
/// ```
#[derive(Debug, Clone)]
pub struct CookieError {
    kind: CookieErrorKind,
    message: String,
}

/// The kinds of [`CookieError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CookieErrorKind {
    /// The name has a character that is not allowed in a cookie's name, or it
    /// is the name of an attribute. Python's `CookieError`.
    Name,
    /// The value has a control character, or a character above `U+00FF`.
    /// Tornado's `ValueError`, and Python's `UnicodeEncodeError`.
    Value,
    /// `domain` or `path` has white space, a control character, `;` or a
    /// character above `U+00FF` (Tornado's `CookieError`), or contradicts the
    /// promise of a `__Host-` name.
    Attribute,
    /// The expiry is outside the years 1 to 9999, or is set on a removal.
    /// Python's `OverflowError`, and Tornado's `TypeError`.
    Expiry,
    /// The secret has no key with the requested version, or the version of
    /// signed value can't have several keys. Tornado's `KeyError` and
    /// `AssertionError`.
    Key,
}

impl CookieError {
    pub(crate) fn new(kind: CookieErrorKind, message: String) -> CookieError {
        CookieError { kind, message }
    }

    /// What is wrong, in a form that a program can match on.
    #[must_use]
    pub fn kind(&self) -> CookieErrorKind {
        self.kind
    }
}

impl fmt::Display for CookieError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CookieError {}
