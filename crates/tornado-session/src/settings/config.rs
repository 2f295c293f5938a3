//! `Config`: what the settings say, checked and ready for use.

use std::sync::Arc;

use tornado_cookies::{CookieSecret, SameSite};
use tornado_core::{Application, Clock, Settings};

use super::check::is_prefixed;
use super::{SessionSettings as _, store};
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

/// The slot of an application. A `Result`, because a missing secret is a mistake
/// only where there are sessions.
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
        let secret = settings.get_cookie_secret().ok_or_else(|| {
            unusable(
                "You must define the 'cookie_secret' setting in your application to use sessions",
            )
        })?;
        let store::Store { store, lazy } = store::read(settings)?;
        let sweeper =
            store::sweep_interval(settings).map(|interval| Sweeper::start(store.clone(), interval));
        Ok(Config {
            store,
            lazy,
            _sweeper: sweeper,
            options: options(settings),
            clock: clock.clone(),
            cookie: cookie(settings, secret.clone()),
            save_on_error: settings.get_session_save_on_error(),
            cache_headers: settings.get_session_cache_headers(),
        })
    }
}

/// What the application's slot holds; its error once more.
pub(crate) fn config(slot: &ConfigSlot) -> Result<&Config, SessionError> {
    let again =
        |error: &SessionError| SessionError::new(SessionErrorKind::Settings, error.to_string());
    slot.as_ref().map_err(again)
}

fn options(settings: &Settings) -> SessionOptions {
    let options = SessionOptions::new()
        .expiry(settings.get_session_expiry())
        .renew_after(settings.get_session_renew_after())
        .max_size(settings.get_session_max_size());
    match settings.get_session_max_lifetime() {
        Some(lifetime) => options.max_lifetime(lifetime),
        None => options,
    }
}

fn cookie(settings: &Settings, secret: CookieSecret) -> SessionCookie {
    let name = settings.get_session_cookie_name();
    let same_site = settings.get_session_cookie_samesite();
    let must_be_secure = is_prefixed(name) || same_site == SameSite::None;
    SessionCookie::new(
        secret,
        name,
        settings.get_session_cookie_path(),
        settings.get_session_cookie_domain().unwrap_or_default(),
        must_be_secure
            .then_some(true)
            .or(settings.get_session_cookie_secure()),
        same_site,
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
