//! The settings of sessions: `session_cookie_name`, `session_expiry` and more.

use std::time::Duration;

use tornado_core::{Application, Settings};

use crate::cookie::SessionCookie;
use crate::{AnyStore, MemoryStore, SessionError, SessionErrorKind, SessionOptions, SessionStore};

const COOKIE_NAME: &str = "session_cookie_name";
const EXPIRY: &str = "session_expiry";
const MAX_LIFETIME: &str = "session_max_lifetime";

/// Sets how sessions are kept: methods of [`Settings`].
///
/// The keys of the same names, in a file or in the environment, do the same;
/// times are numbers of seconds there. A value that can't be used ends the
/// start of the application with an error, if it was set by one of these
/// methods; else it makes the first use of a session fail.
///
/// ```
/// use std::time::Duration;
/// use tornado_core::Settings;
/// use tornado_session::{MemoryStore, SessionSettings};
///
/// let settings = Settings::new()
///     .cookie_secret("my_cookie_secret")
///     .session_cookie_name("my_session")
///     .session_expiry(Duration::from_secs(7200))
///     .session_store(MemoryStore::with_max_sessions(10_000));
/// assert_eq!(settings.get::<f64>("session_expiry").unwrap(), Some(7200.0));
/// ```
pub trait SessionSettings: Sized {
    /// The name of the session's cookie; `session` if it is not set.
    ///
    /// A name that begins with `__Host-` or `__Secure-` makes the cookie
    /// `Secure` on `http`, too, since browsers refuse it otherwise (RFC 6265bis,
    /// section 4.1.3).
    ///
    /// ```
    /// use tornado_core::Settings;
    /// use tornado_session::SessionSettings;
    /// let settings = Settings::new().session_cookie_name("__Host-session");
    /// assert!(settings.contains("session_cookie_name"));
    /// ```
    #[must_use]
    fn session_cookie_name(self, name: impl Into<String>) -> Self;

    /// How long after it was last used a session expires; 14 days if it is not
    /// set. The cookie lasts as long.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tornado_core::Settings;
    /// use tornado_session::SessionSettings;
    /// let settings = Settings::new().session_expiry(Duration::from_millis(1500));
    /// assert_eq!(settings.get::<f64>("session_expiry").unwrap(), Some(1.5));
    /// ```
    #[must_use]
    fn session_expiry(self, expiry: Duration) -> Self;

    /// How long after it began a session ends, however much it is used; there
    /// is no such limit if it is not set.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tornado_core::Settings;
    /// use tornado_session::SessionSettings;
    /// let settings = Settings::new().session_max_lifetime(Duration::from_secs(12 * 3600));
    /// assert!(settings.contains("session_max_lifetime"));
    /// ```
    #[must_use]
    fn session_max_lifetime(self, lifetime: Duration) -> Self;

    /// Where sessions are kept; a [`MemoryStore`] of the application's own if
    /// it is not set.
    ///
    /// ```
    /// use tornado_core::Settings;
    /// use tornado_session::{AnyStore, MemoryStore, SessionSettings};
    /// let settings = Settings::new().session_store(MemoryStore::new());
    /// assert!(settings.extension::<AnyStore>().is_some());
    /// ```
    #[must_use]
    fn session_store(self, store: impl SessionStore) -> Self;
}

impl SessionSettings for Settings {
    fn session_cookie_name(self, name: impl Into<String>) -> Settings {
        checked(self.set(COOKIE_NAME, name.into()))
    }

    fn session_expiry(self, expiry: Duration) -> Settings {
        checked(self.set(EXPIRY, expiry.as_secs_f64()))
    }

    fn session_max_lifetime(self, lifetime: Duration) -> Settings {
        checked(self.set(MAX_LIFETIME, lifetime.as_secs_f64()))
    }

    fn session_store(self, store: impl SessionStore) -> Settings {
        checked(self.insert_extension(AnyStore::new(store)))
    }
}

/// Marks settings whose start hook is in place.
struct Checked;

/// Lets the application look at these settings when it starts.
fn checked(settings: Settings) -> Settings {
    if settings.extension::<Checked>().is_some() {
        return settings;
    }
    let settings = settings.insert_extension(Checked);
    settings.on_start(|application| {
        Box::pin(async move {
            Config::read(application.settings())?;
            Ok(())
        })
    })
}

/// What the settings say, read once for each application.
pub(crate) struct Config {
    pub(crate) store: AnyStore,
    pub(crate) options: SessionOptions,
    pub(crate) cookie: SessionCookie,
}

/// The slot of an application. A `Result`, because settings that came from a
/// file are not looked at before.
type ConfigSlot = Result<Config, SessionError>;

impl Config {
    pub(crate) fn of(application: &Application) -> std::sync::Arc<ConfigSlot> {
        application.slot(|application| Config::read(application.settings()))
    }

    fn read(settings: &Settings) -> Result<Config, SessionError> {
        if settings.get_cookie_secret().is_none() {
            return Err(unusable(
                "You must define the 'cookie_secret' setting in your application to use sessions",
            ));
        }
        let name: Option<String> = settings
            .get(COOKIE_NAME)
            .map_err(|error| unusable(error.to_string()))?;
        let mut options = SessionOptions::new();
        if let Some(expiry) = seconds(settings, EXPIRY)? {
            options = options.expiry(expiry);
        }
        if let Some(lifetime) = seconds(settings, MAX_LIFETIME)? {
            options = options.max_lifetime(lifetime);
        }
        let store = settings.extension::<AnyStore>().cloned();
        Ok(Config {
            store: store.unwrap_or_else(|| AnyStore::new(MemoryStore::new())),
            options,
            cookie: SessionCookie::new(name.unwrap_or_else(|| "session".to_owned()))?,
        })
    }
}

fn seconds(settings: &Settings, key: &str) -> Result<Option<Duration>, SessionError> {
    let value: Option<f64> = settings
        .get(key)
        .map_err(|error| unusable(error.to_string()))?;
    let Some(value) = value else { return Ok(None) };
    // From a millisecond on: a session that is gone at once can't be meant.
    let duration = Duration::try_from_secs_f64(value).ok();
    match duration.filter(|duration| duration.as_millis() > 0) {
        Some(duration) => Ok(Some(duration)),
        None => Err(unusable(format!(
            "The setting '{key}' is a number of seconds above zero, not {value}"
        ))),
    }
}

pub(crate) fn unusable(message: impl Into<String>) -> SessionError {
    SessionError::new(SessionErrorKind::Settings, message)
}

#[cfg(test)]
mod tests {
    use tornado_core::StartErrorKind;

    use super::*;

    #[tokio::test]
    async fn what_cannot_be_used_is_an_error_at_the_start() {
        let good = || Settings::new().cookie_secret("x");
        for (settings, message) in [
            (
                Settings::new().session_expiry(Duration::from_secs(1)),
                "'cookie_secret'",
            ),
            (good().session_expiry(Duration::ZERO), "'session_expiry'"),
            (good().session_cookie_name("a b"), "'session_cookie_name'"),
            (
                good()
                    .session_cookie_name("s")
                    .set("session_expiry", "soon"),
                "session_expiry",
            ),
            (
                good()
                    .session_cookie_name("s")
                    .set("session_max_lifetime", -1),
                "'session_max_lifetime'",
            ),
        ] {
            let application = Application::new([], settings).unwrap();
            let error = application.start().await.unwrap_err();
            assert_eq!(error.kind(), StartErrorKind::Hook);
            let shown = format!("{error} {:?}", std::error::Error::source(&error));
            assert!(shown.contains(message), "{shown}");
        }
        let application = Application::new([], good().session_cookie_name("s")).unwrap();
        application.start().await.unwrap();
    }

    #[test]
    fn a_file_can_set_them() {
        let text = r#"{"cookie_secret": "x", "session_cookie_name": "s", "session_expiry": 60}"#;
        let settings: Settings = serde_json::from_str(text).unwrap();
        let application = Application::new([], settings).unwrap();
        let slot = Config::of(&application);
        let config = slot.as_ref().as_ref().unwrap();
        assert_eq!(
            config.options,
            SessionOptions::new().expiry(Duration::from_secs(60))
        );
        assert_eq!(config.cookie.name(), "s");
    }
}
