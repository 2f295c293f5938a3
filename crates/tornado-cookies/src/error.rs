//! `CookieError`: why a cookie can't be sent or a value can't be signed.

use std::fmt;

/// Why a cookie can't be sent, or a value can't be signed.
///
/// The message names the cookie and says what to do; it never has the value
/// nor the secret.
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
    /// The name has a character that no cookie's name may have, or is that of
    /// an attribute. Python's `CookieError`.
    Name,
    /// The value has a control character, or one above `U+00FF`. Tornado's
    /// `ValueError`, and Python's `UnicodeEncodeError`.
    Value,
    /// `domain` or `path` has white space, a control character, `;` or one
    /// above `U+00FF`, which is Tornado's `CookieError`; or is not what a name
    /// with `__Host-` promises.
    Attribute,
    /// The time at which the cookie ends is no date of the years 1 to 9999, or
    /// is set on a removal. Python's `OverflowError`, and Tornado's `TypeError`.
    Expiry,
    /// The secret has no key of the version that was asked for, or the version
    /// of signed value can't have several keys. Tornado's `KeyError` and
    /// `AssertionError`.
    Key,
}

impl CookieError {
    pub(crate) fn new(kind: CookieErrorKind, message: String) -> CookieError {
        CookieError { kind, message }
    }

    /// What is wrong, for a program.
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
