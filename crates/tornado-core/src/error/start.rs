//! `StartError`: why an application can't be built or can't listen.

use std::error::Error as StdError;
use std::fmt;

/// Why [`Application::new`](crate::Application::new) or
/// [`listen`](crate::Application::listen) failed.
///
/// The message names what is wrong and what to do about it. `Debug` is that
/// message with its causes, so a `main` that returns this error ends with
/// readable text.
///
/// ```
/// use tornado_web::{Application, Exchange, Settings, StartErrorKind, url};
///
/// let broken = [url(r"/book/([0-9]+", |exchange: Exchange| exchange)];
/// let error = Application::new(broken, Settings::new()).unwrap_err();
/// assert_eq!(error.kind(), StartErrorKind::Pattern);
/// assert!(error.to_string().contains("/book/([0-9]+"));
/// ```
pub struct StartError {
    kind: StartErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`StartError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartErrorKind {
    /// A route's pattern is not a usable regular expression.
    Pattern,
    /// A setting has a value that can't be used.
    Settings,
    /// A handler needs a state that the application was not given.
    State,
    /// The address can't be listened on.
    Listen,
    /// A start hook failed.
    Hook,
}

impl StartError {
    pub(crate) fn new(kind: StartErrorKind, message: impl Into<String>) -> StartError {
        StartError {
            kind,
            message: message.into(),
            source: None,
        }
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> StartError {
        self.source = Some(source.into());
        self
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> StartErrorKind {
        self.kind
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for StartError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|e| e as _)
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::debug(self, f)
    }
}
