//! `SettingsError`: which setting can't be used, and why.

use std::error::Error as StdError;
use std::fmt;

use serde_json::Value;

use super::hidden::may_have_secret;

/// Why settings can't be read or used. The message names the key, the place it came from, and what
/// is expected; it never contains the value of a secret.
///
/// ```
/// use tornado_web::{Settings, SettingsErrorKind};
/// let error = Settings::from_toml_str("debug = 7").unwrap_err();
/// assert_eq!((error.kind(), error.key()), (SettingsErrorKind::Value, Some("debug")));
/// ```
#[derive(Clone)]
pub struct SettingsError {
    kind: SettingsErrorKind,
    key: Option<String>,
    message: String,
}

/// The kinds of [`SettingsError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsErrorKind {
    /// The value of a key does not have the required form.
    Value,
    /// A file can't be read or is not TOML or JSON.
    Source,
}

impl SettingsError {
    /// The error of a setting that can't be used, for a table of
    /// [`settings!`](crate::settings!). The message should say what the value
    /// must be, and must not contain the value of a secret.
    ///
    /// ```
    /// use tornado_web::SettingsError;
    /// let error = SettingsError::new("mail_host", "it is the name of a host");
    /// assert_eq!(error.to_string(), "the setting `mail_host` can't be used: it is the name of a host");
    /// ```
    pub fn new(key: &str, message: impl fmt::Display) -> SettingsError {
        SettingsError {
            kind: SettingsErrorKind::Value,
            key: Some(key.to_owned()),
            message: format!("the setting `{key}` can't be used: {message}"),
        }
    }

    /// For an unknown key, whose value serde quotes.
    pub(super) fn value(key: &str, value: &Value, error: impl fmt::Display) -> SettingsError {
        if key.contains("url") || key.contains("oauth") || may_have_secret(key, value) {
            SettingsError::new(key, "it has a value of the wrong form")
        } else {
            SettingsError::new(key, error)
        }
    }

    pub(super) fn source(message: String) -> SettingsError {
        SettingsError {
            kind: SettingsErrorKind::Source,
            key: None,
            message,
        }
    }

    pub(super) fn in_source(mut self, source: impl fmt::Display) -> SettingsError {
        self.message = format!("{source}: {}", self.message);
        self
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> SettingsErrorKind {
        self.kind
    }

    /// The key with the bad value.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for SettingsError {}

/// The message, since this is what a `main` ends with.
impl fmt::Debug for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
