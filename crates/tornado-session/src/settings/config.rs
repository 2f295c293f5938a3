//! `Config`: the settings, checked and ready for use.

use std::sync::Arc;

use tornado_cookies::{CookieSecret, SameSite};
use tornado_core::{Application, Clock, Settings};

use super::check::is_prefixed;
use super::{SessionSettings as _, store};
use crate::cookie::SessionCookie;
use crate::error::unusable;
use crate::store::{LazyStore, Sweeper, chain};
use crate::{AnyStore, SessionError, SessionErrorKind, SessionOptions};

/// The settings, read once for each application.
pub(crate) struct Config {
    pub(crate) store: AnyStore,
    /// The same store, if it must be opened first.
    lazy: Option<LazyStore>,
    /// Sweeps the store for as long as the application exists.
    _sweeper: Option<Sweeper>,
    pub(crate) options: SessionOptions,
    pub(crate) clock: Clock,
    pub(crate) cookie: SessionCookie,
    pub(crate) save_on_error: bool,
    pub(crate) cache_headers: bool,
}

/// The slot of an application. A `Result`, because a missing secret is a
/// mistake only if sessions are used.
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
                // In one line, since an error at the start is shown without its sources.
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

/// The contents of the application's slot, with its error cloned.
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
    let partitioned = settings.get_session_cookie_partitioned();
    let must_be_secure = is_prefixed(name) || partitioned || same_site == SameSite::None;
    SessionCookie::new(
        secret,
        name,
        settings.get_session_cookie_path(),
        settings.get_session_cookie_domain().unwrap_or_default(),
        must_be_secure
            .then_some(true)
            .or(settings.get_session_cookie_secure()),
        same_site,
        partitioned,
    )
}
