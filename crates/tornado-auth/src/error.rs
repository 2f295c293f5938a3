//! `AuthError`: why somebody can't be logged in.

use std::error::Error as StdError;
use std::fmt;

use tornado_core::{Error, HttpError};

/// Why somebody can't be logged in, or a provider can't be asked
/// (`tornado.auth.AuthError`).
///
/// In a handler it is the cause of an [`HttpError`], whose status its
/// [kind](AuthErrorKind) tells; [`AuthError::of`] finds it again. Its text has no token
/// and no secret, and neither have its causes.
///
/// ```
/// use tornado_auth::{AuthError, AuthErrorKind, OAuth2Mixin, OAuth2Provider};
/// use tornado_web::{Exchange, Handler, Output, RequestHandler, Result};
///
/// #[derive(Handler)]
/// struct LoginHandler { base: Exchange, #[state] provider: OAuth2Provider }
///
/// impl RequestHandler for LoginHandler {
///     async fn get(&mut self) -> Result {
///         let provider = self.provider.clone();
///         match self.sign_in_with(&provider).await {
///             Ok(user) => self.write(format!("Hello, {}", user.id())),
///             Err(error) => match AuthError::of(&error).map(AuthError::kind) {
///                 Some(AuthErrorKind::Denied) => self.redirect("/welcome"),
///                 _ => return Err(error),
///             },
///         }
///         Ok(())
///     }
/// }
/// ```
pub struct AuthError(Box<Inner>);

struct Inner {
    kind: AuthErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What sort of trouble an [`AuthError`] is, and with which status it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthErrorKind {
    /// The user, or the provider, has said no (`error=access_denied`): 403. See
    /// [`denied_url`](crate::OAuth2Provider::denied_url).
    Denied,
    /// What came back belongs to no login that this browser has begun: it is forged, used
    /// already, of another provider, or older than ten minutes. 400.
    State,
    /// The provider does not take the code, or the token to refresh with (`invalid_grant`):
    /// 400.
    Grant,
    /// A token is forged, expired, or meant for somebody else: 403.
    Token,
    /// The provider has answered with what can't be used: 502.
    Provider,
    /// The provider can't be reached, or is too slow: 503.
    Unavailable,
    /// A setting, or something about the provider, is missing or can't be used: 500.
    Settings,
}

impl AuthErrorKind {
    fn status(self) -> u16 {
        match self {
            AuthErrorKind::State | AuthErrorKind::Grant => 400,
            AuthErrorKind::Denied | AuthErrorKind::Token => 403,
            AuthErrorKind::Settings => 500,
            AuthErrorKind::Provider => 502,
            AuthErrorKind::Unavailable => 503,
        }
    }

    /// What the page says. The message is for the log: part of it is the provider's.
    fn detail(self) -> &'static str {
        match self {
            AuthErrorKind::Denied => "The login was refused.",
            AuthErrorKind::State => {
                "This login has expired, is over, or was begun in another browser. Please log in again."
            }
            AuthErrorKind::Grant => "The provider has refused this login. Please log in again.",
            AuthErrorKind::Token => "The token is not valid here.",
            AuthErrorKind::Provider => "The login provider has answered with an error.",
            AuthErrorKind::Unavailable => {
                "The login provider is out of reach. Please try again later."
            }
            AuthErrorKind::Settings => "",
        }
    }
}

impl AuthError {
    pub(crate) fn new(kind: AuthErrorKind, message: impl Into<String>) -> AuthError {
        AuthError(Box::new(Inner {
            kind,
            message: message.into(),
            source: None,
        }))
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> AuthError {
        self.0.source = Some(source.into());
        self
    }

    /// What sort of trouble it is.
    #[must_use]
    pub fn kind(&self) -> AuthErrorKind {
        self.0.kind
    }

    /// The one that an error of a handler was made of.
    #[must_use]
    pub fn of(error: &Error) -> Option<&AuthError> {
        match error.downcast_ref::<HttpError>() {
            Some(http) => http.source()?.downcast_ref(),
            None => error.downcast_ref(),
        }
    }

    /// The answer.
    pub(crate) fn answer(self) -> Error {
        let kind = self.kind();
        if kind == AuthErrorKind::Settings {
            return self.into();
        }
        HttpError::new(kind.status())
            .with_detail(kind.detail())
            .with_log_message(self.to_string())
            .with_source(self)
            .into()
    }
}

/// Mistakes of the one who has written the program.
pub(crate) fn unusable(message: impl Into<String>) -> AuthError {
    AuthError::new(AuthErrorKind::Settings, message)
}

/// What others have sent, as it may stand in a line of the log.
#[cfg(feature = "oauth")]
pub(crate) fn legible(text: &str) -> String {
    const MOST: usize = 200;
    let text = text.chars().take(MOST);
    text.map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for AuthError {
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

impl StdError for AuthError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
