//! The settings of sessions: `session_cookie_name`, `session_expiry` and more.

mod config;
mod store;
mod values;

use std::time::Duration;

use tornado_cookies::SameSite;
use tornado_core::Settings;

pub(crate) use config::{Config, ConfigSlot, config};
pub use store::StoreSetting;

/// The keys. Each method below sets the one of its name.
mod key {
    pub(super) const CACHE_HEADERS: &str = "session_cache_headers";
    pub(super) const COOKIE_DOMAIN: &str = "session_cookie_domain";
    pub(super) const COOKIE_NAME: &str = "session_cookie_name";
    pub(super) const COOKIE_PARTITIONED: &str = "session_cookie_partitioned";
    pub(super) const COOKIE_PATH: &str = "session_cookie_path";
    pub(super) const COOKIE_SAMESITE: &str = "session_cookie_samesite";
    pub(super) const COOKIE_SECURE: &str = "session_cookie_secure";
    pub(super) const EXPIRY: &str = "session_expiry";
    pub(super) const MAX_LIFETIME: &str = "session_max_lifetime";
    pub(super) const MAX_SIZE: &str = "session_max_size";
    pub(super) const RENEW_AFTER: &str = "session_renew_after";
    pub(super) const SAVE_ON_ERROR: &str = "session_save_on_error";
    pub(super) const STORE: &str = "session_store";
    pub(super) const STORE_KEY_PREFIX: &str = "session_store_key_prefix";
    pub(super) const STORE_POOL_SIZE: &str = "session_store_pool_size";
    pub(super) const STORE_TIMEOUT: &str = "session_store_timeout";
    pub(super) const SWEEP_INTERVAL: &str = "session_sweep_interval";

    /// All of them.
    pub(super) const NAMES: &[&str] = &[
        CACHE_HEADERS,
        COOKIE_DOMAIN,
        COOKIE_NAME,
        COOKIE_PARTITIONED,
        COOKIE_PATH,
        COOKIE_SAMESITE,
        COOKIE_SECURE,
        EXPIRY,
        MAX_LIFETIME,
        MAX_SIZE,
        RENEW_AFTER,
        SAVE_ON_ERROR,
        STORE,
        STORE_KEY_PREFIX,
        STORE_POOL_SIZE,
        STORE_TIMEOUT,
        SWEEP_INTERVAL,
    ];
}

/// Sets how sessions are kept: methods of [`Settings`].
///
/// The keys of the same names, in a file or in the environment, do the same;
/// times are numbers of seconds there. A value that can't be used, or a store
/// that can't be opened, ends the start of the application with an error, if one
/// of these methods was called, be it for another key; else the first use of a
/// session fails.
///
/// ```
/// use std::time::Duration;
/// use tornado_web::Settings;
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
    /// A name that begins with `__Host-`, `__Secure-` or `__Http-` makes the cookie
    /// `Secure` on `http`, too, since browsers refuse it otherwise (RFC 6265bis,
    /// section 4.1.3). Attributes that go against such a name end the start of
    /// the application with an error.
    #[must_use]
    fn session_cookie_name(self, name: impl Into<String>) -> Self;

    /// The path below which the browser sends the session's cookie; `/` if it
    /// is not set.
    #[must_use]
    fn session_cookie_path(self, path: impl Into<String>) -> Self;

    /// The domain to whose hosts the browser sends the session's cookie; if it
    /// is not set, it goes back to the host alone that has set it.
    #[must_use]
    fn session_cookie_domain(self, domain: impl Into<String>) -> Self;

    /// Whether the browser sends the session's cookie over TLS alone; if it is
    /// not set, the cookie is `Secure` when the request came over TLS.
    ///
    /// Set it to `true` behind a proxy that speaks TLS and does not tell so.
    #[must_use]
    fn session_cookie_secure(self, secure: bool) -> Self;

    /// With which requests of other sites the browser sends the session's
    /// cookie; [`Lax`](SameSite::Lax) if it is not set: with links that are
    /// followed, not with forms and scripts. [`None`](SameSite::None) makes the
    /// cookie `Secure`, since browsers refuse it otherwise.
    #[must_use]
    fn session_cookie_samesite(self, same_site: SameSite) -> Self;

    /// Whether each site that embeds this one has a session of its own (`Partitioned`,
    /// CHIPS); `false` if it is not set. It makes the cookie `Secure`, since browsers
    /// refuse it otherwise, and means something with
    /// [`SameSite::None`](SameSite::None) alone: a cookie of any other kind is not
    /// sent where this site is embedded in another.
    #[must_use]
    fn session_cookie_partitioned(self, partitioned: bool) -> Self;

    /// How long after it was last used a session expires; 14 days if it is not
    /// set. The cookie lasts as long.
    #[must_use]
    fn session_expiry(self, expiry: Duration) -> Self;

    /// How long after it began a session ends, however much it is used; there
    /// is no such limit if it is not set.
    #[must_use]
    fn session_max_lifetime(self, lifetime: Duration) -> Self;

    /// How many bytes a session may hold: its keys, and its values as JSON; 1 MiB
    /// if it is not set. All of it is read at each request, so little is better.
    ///
    /// What makes a session larger is an error that names the key
    /// ([`TooLarge`](crate::SessionErrorKind::TooLarge)). Each request counts what
    /// it knows, so requests at once can fill a session by as much again, each.
    #[must_use]
    fn session_max_size(self, bytes: usize) -> Self;

    /// When this share of its time is used, a session that is in use gets all
    /// of it again, and its cookie is sent anew: 0 for at each request, 1 for
    /// never, so that it ends that long after it began. 0.2 if it is not set.
    #[must_use]
    fn session_renew_after(self, share: f64) -> Self;

    /// Whether changes are saved when the response is an error of ours, a status
    /// of 500 or more; `false` if it is not set, as such a request has stopped
    /// half-way. An explicit [`save`](crate::Session::save) always counts.
    #[must_use]
    fn session_save_on_error(self, save: bool) -> Self;

    /// Whether a response that has looked at the session says so to caches: by
    /// `Vary: Cookie`, and by `Cache-Control: private` if it has no such header
    /// yet. `true` if it is not set.
    #[must_use]
    fn session_cache_headers(self, send: bool) -> Self;

    /// Where sessions are kept: a store, or the URL of one, which
    /// [`AnyStore::open`](crate::AnyStore::open) lists. A [`MemoryStore`] of the
    /// application's own if it is not set.
    ///
    /// A store of a URL is opened when the application starts, and ends the
    /// start with an error if it can't be. A store that is given by value goes
    /// before a URL.
    ///
    /// [`MemoryStore`]: crate::MemoryStore
    #[must_use]
    fn session_store(self, store: impl StoreSetting) -> Self;

    /// How long an operation of a store of a URL may take; five seconds if it
    /// is not set. What takes longer is an error.
    #[must_use]
    fn session_store_timeout(self, timeout: Duration) -> Self;

    /// How many connections a store of a URL has at most. See
    /// [`StoreOptions::pool_size`](crate::StoreOptions::pool_size).
    #[must_use]
    fn session_store_pool_size(self, connections: usize) -> Self;

    /// What the keys of Redis begin with; `session:` if it is not set, or
    /// `{session}:` in a cluster.
    #[must_use]
    fn session_store_key_prefix(self, prefix: impl Into<String>) -> Self;

    /// How often the application deletes what has expired, in batches; every
    /// five minutes if it is not set, never if it is zero. Redis and the memory
    /// store do it by themselves.
    #[must_use]
    fn session_sweep_interval(self, interval: Duration) -> Self;
}

impl SessionSettings for Settings {
    fn session_cookie_name(self, name: impl Into<String>) -> Settings {
        checked(self.set(key::COOKIE_NAME, name.into()))
    }

    fn session_cookie_path(self, path: impl Into<String>) -> Settings {
        checked(self.set(key::COOKIE_PATH, path.into()))
    }

    fn session_cookie_domain(self, domain: impl Into<String>) -> Settings {
        checked(self.set(key::COOKIE_DOMAIN, domain.into()))
    }

    fn session_cookie_secure(self, secure: bool) -> Settings {
        checked(self.set(key::COOKIE_SECURE, secure))
    }

    fn session_cookie_samesite(self, same_site: SameSite) -> Settings {
        checked(self.set(key::COOKIE_SAMESITE, same_site.to_string()))
    }

    fn session_cookie_partitioned(self, partitioned: bool) -> Settings {
        checked(self.set(key::COOKIE_PARTITIONED, partitioned))
    }

    fn session_expiry(self, expiry: Duration) -> Settings {
        checked(self.set(key::EXPIRY, expiry.as_secs_f64()))
    }

    fn session_max_lifetime(self, lifetime: Duration) -> Settings {
        checked(self.set(key::MAX_LIFETIME, lifetime.as_secs_f64()))
    }

    fn session_max_size(self, bytes: usize) -> Settings {
        checked(self.set(key::MAX_SIZE, bytes))
    }

    fn session_renew_after(self, share: f64) -> Settings {
        checked(self.set(key::RENEW_AFTER, share))
    }

    fn session_save_on_error(self, save: bool) -> Settings {
        checked(self.set(key::SAVE_ON_ERROR, save))
    }

    fn session_cache_headers(self, send: bool) -> Settings {
        checked(self.set(key::CACHE_HEADERS, send))
    }

    fn session_store(self, store: impl StoreSetting) -> Settings {
        store.set_in(self)
    }

    fn session_store_timeout(self, timeout: Duration) -> Settings {
        checked(self.set(key::STORE_TIMEOUT, timeout.as_secs_f64()))
    }

    fn session_store_pool_size(self, connections: usize) -> Settings {
        checked(self.set(key::STORE_POOL_SIZE, connections))
    }

    fn session_store_key_prefix(self, prefix: impl Into<String>) -> Settings {
        checked(self.set(key::STORE_KEY_PREFIX, prefix.into()))
    }

    fn session_sweep_interval(self, interval: Duration) -> Settings {
        checked(self.set(key::SWEEP_INTERVAL, interval.as_secs_f64()))
    }
}

/// Marks settings whose start hook is in place.
struct Checked;

/// Lets the application look at these settings when it starts.
fn checked(settings: Settings) -> Settings {
    if settings.get_state::<Checked>().is_some() {
        return settings;
    }
    let settings = settings.state(Checked);
    settings.on_start(|application| {
        Box::pin(async move {
            let slot = Config::of(&application);
            config(&slot)?.open().await?;
            Ok(())
        })
    })
}
