//! `Config`: what the settings say, checked and ready for use.

use std::sync::Arc;

use tornado_cookies::{CookieSecret, SameSite};
use tornado_core::{Application, Clock, Settings};

use super::values::{get, seconds};
use super::{key, store};
use crate::cookie::SessionCookie;
use crate::error::unusable;
use crate::store::{LazyStore, Sweeper, chain};
use crate::{AnyStore, SessionError, SessionErrorKind, SessionOptions};

/// What the settings say, read once for each application.
pub(crate) struct Config {
    pub(crate) store: AnyStore,
    /// The same, if it has to be opened.
    lazy: Option<LazyStore>,
    /// Sweeps the store as long as there is the application.
    _sweeper: Option<Sweeper>,
    pub(crate) options: SessionOptions,
    pub(crate) clock: Clock,
    pub(crate) cookie: SessionCookie,
    pub(crate) save_on_error: bool,
    pub(crate) cache_headers: bool,
}

/// The slot of an application. A `Result`, because settings that came from a
/// file are not looked at before.
pub(crate) type ConfigSlot = Result<Config, SessionError>;

impl Config {
    pub(crate) fn of(application: &Application) -> Arc<ConfigSlot> {
        application
            .state_or_init(|application| Config::read(application.settings(), application.clock()))
    }

    /// Opens the store, if it is not open yet.
    pub(super) async fn open(&self) -> Result<(), SessionError> {
        if let Some(lazy) = &self.lazy {
            let opened = lazy.open().await;
            opened.map_err(|error| {
                // In one line, since an error of the start shows no sources.
                SessionError::new(SessionErrorKind::Store, chain(&error))
            })?;
        }
        Ok(())
    }

    fn read(settings: &Settings, clock: &Clock) -> Result<Config, SessionError> {
        settings.warn_misspelled(key::NAMES);
        let secret = settings.get_cookie_secret().ok_or_else(|| {
            unusable(
                "You must define the 'cookie_secret' setting in your application to use sessions",
            )
        })?;
        let store::Store { store, lazy } = store::read(settings)?;
        let sweeper = store::sweep_interval(settings)?
            .map(|interval| Sweeper::start(store.clone(), interval));
        Ok(Config {
            store,
            lazy,
            _sweeper: sweeper,
            options: options(settings)?,
            clock: clock.clone(),
            cookie: cookie(settings, secret.clone())?,
            save_on_error: get(settings, key::SAVE_ON_ERROR)?.unwrap_or(false),
            cache_headers: get(settings, key::CACHE_HEADERS)?.unwrap_or(true),
        })
    }
}

/// What the application's slot holds; its error once more.
pub(crate) fn config(slot: &ConfigSlot) -> Result<&Config, SessionError> {
    let again =
        |error: &SessionError| SessionError::new(SessionErrorKind::Settings, error.to_string());
    slot.as_ref().map_err(again)
}

fn options(settings: &Settings) -> Result<SessionOptions, SessionError> {
    let mut options = SessionOptions::new();
    if let Some(expiry) = seconds(settings, key::EXPIRY)? {
        options = options.expiry(expiry);
    }
    if let Some(lifetime) = seconds(settings, key::MAX_LIFETIME)? {
        options = options.max_lifetime(lifetime);
    }
    if let Some(share) = get::<f64>(settings, key::RENEW_AFTER)? {
        if !(0.0..=1.0).contains(&share) {
            let name = key::RENEW_AFTER;
            return Err(unusable(format!(
                "The setting '{name}' is a share of the time, from 0 to 1, not {share}"
            )));
        }
        options = options.renew_after(share);
    }
    if let Some(bytes) = get::<usize>(settings, key::MAX_SIZE)? {
        if bytes == 0 {
            let name = key::MAX_SIZE;
            return Err(unusable(format!(
                "The setting '{name}' is a number of bytes above zero"
            )));
        }
        options = options.max_size(bytes);
    }
    Ok(options)
}

fn cookie(settings: &Settings, secret: CookieSecret) -> Result<SessionCookie, SessionError> {
    let text = |key| get::<String>(settings, key);
    let name = text(key::COOKIE_NAME)?.unwrap_or_else(|| "session".to_owned());
    let same_site = match text(key::COOKIE_SAMESITE)? {
        None => SameSite::Lax,
        Some(text) => text.parse().map_err(|error| {
            let name = key::COOKIE_SAMESITE;
            unusable(format!("The setting '{name}' can't be used: {error}"))
        })?,
    };
    SessionCookie::new(
        secret,
        name,
        text(key::COOKIE_PATH)?.unwrap_or_else(|| "/".to_owned()),
        text(key::COOKIE_DOMAIN)?.unwrap_or_default(),
        get(settings, key::COOKIE_SECURE)?,
        same_site,
        get(settings, key::COOKIE_PARTITIONED)?.unwrap_or(false),
    )
}

#[cfg(test)]
mod tests {
    use tornado_core::StartErrorKind;

    use std::time::Duration;

    use super::*;
    use crate::SessionSettings as _;

    fn good() -> Settings {
        Settings::new()
            .cookie_secret("x")
            .session_save_on_error(false)
    }

    #[tokio::test]
    async fn what_cannot_be_used_is_an_error_at_the_start() {
        let bare = Settings::new().session_expiry(Duration::from_secs(1));
        for (settings, message) in [
            (bare, "'cookie_secret'"),
            (good().session_expiry(Duration::ZERO), "'session_expiry'"),
            (good().session_cookie_name("a b"), "'session_cookie_name'"),
            (good().set("session_expiry", "soon"), "session_expiry"),
            (
                good().set("session_max_lifetime", -1),
                "'session_max_lifetime'",
            ),
            (good().session_store("nothing:"), "'session_store'"),
            (good().set("session_store", 5), "'session_store'"),
            (
                good().set("session_store_timeout", 0),
                "'session_store_timeout'",
            ),
            (
                good().session_store_pool_size(0),
                "'session_store_pool_size'",
            ),
            (
                good().set("session_sweep_interval", -1),
                "'session_sweep_interval'",
            ),
            (good().session_max_size(0), "'session_max_size'"),
            (good().set("session_max_size", -1), "session_max_size"),
            (good().session_renew_after(1.5), "'session_renew_after'"),
            (good().session_renew_after(-0.1), "'session_renew_after'"),
            (good().session_cookie_path("shop"), "'session_cookie_path'"),
            (good().session_cookie_path("/a;b"), "'session_cookie_path'"),
            (
                good().session_cookie_domain("a b"),
                "'session_cookie_domain'",
            ),
            (
                good().set("session_cookie_samesite", "maybe"),
                "'session_cookie_samesite'",
            ),
            (
                good()
                    .session_cookie_samesite(SameSite::None)
                    .session_cookie_secure(false),
                "'session_cookie_samesite'",
            ),
            (
                good()
                    .session_cookie_partitioned(true)
                    .session_cookie_secure(false),
                "'session_cookie_partitioned'",
            ),
            (
                good()
                    .session_cookie_name("__Secure-s")
                    .session_cookie_secure(false),
                "'session_cookie_secure'",
            ),
            (
                good()
                    .session_cookie_name("__Http-s")
                    .session_cookie_secure(false),
                "'session_cookie_secure'",
            ),
            (
                good()
                    .session_cookie_name("__host-s")
                    .session_cookie_secure(false),
                "'session_cookie_secure'",
            ),
            (
                good()
                    .session_cookie_name("__Host-s")
                    .session_cookie_path("/shop"),
                "'session_cookie_path'",
            ),
            (
                good()
                    .session_cookie_name("__Host-s")
                    .session_cookie_domain("a.com"),
                "'session_cookie_domain'",
            ),
            (
                good().set("session_cookie_secure", "maybe"),
                "session_cookie_secure",
            ),
        ] {
            let application = Application::new([], settings).unwrap();
            let error = application.start().await.unwrap_err();
            assert_eq!(error.kind(), StartErrorKind::Hook);
            let shown = format!("{error} {:?}", std::error::Error::source(&error));
            assert!(shown.contains(message), "{message}: {shown}");
        }
        for settings in [
            good(),
            good().session_cookie_name("__Host-s"),
            good()
                .session_cookie_name("__Secure-s")
                .session_cookie_path("/shop")
                .session_cookie_domain("a.com")
                .session_cookie_secure(true),
            good().session_cookie_samesite(SameSite::None),
            good().session_store("memory:"),
            good().session_sweep_interval(Duration::ZERO),
            good().session_renew_after(0.0),
            good().session_renew_after(1.0),
        ] {
            let application = Application::new([], settings).unwrap();
            application.start().await.unwrap();
        }
    }

    #[test]
    fn a_file_can_set_them() {
        let text = r#"{
            "cookie_secret": "x", "session_cookie_name": "s", "session_expiry": 60,
            "session_max_lifetime": 3600, "session_renew_after": 0.5, "session_max_size": 5000,
            "session_save_on_error": true, "session_cache_headers": false
        }"#;
        let settings: Settings = serde_json::from_str(text).unwrap();
        let application = Application::new([], settings).unwrap();
        let slot = Config::of(&application);
        let config = slot.as_ref().as_ref().unwrap();
        assert_eq!(
            config.options,
            SessionOptions::new()
                .expiry(Duration::from_secs(60))
                .max_lifetime(Duration::from_secs(3600))
                .renew_after(0.5)
                .max_size(5000)
        );
        assert_eq!(config.cookie.name(), "s");
        assert!(config.save_on_error && !config.cache_headers);
    }
}
