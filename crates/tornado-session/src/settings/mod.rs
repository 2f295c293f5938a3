//! The settings of sessions: `session_cookie_name`, `session_expiry` and more.

mod check;
mod config;
mod store;

use std::time::Duration;

use tornado_cookies::SameSite;
use tornado_core::{Application, HookFuture, Settings, on_start, settings};

pub(crate) use config::{Config, ConfigSlot, config};
pub use store::StoreSetting;

use self::check::{above_zero, cookie_domain, cookie_name, cookie_path, lasting, share, together};
use self::store::StoreUrl;
use crate::AnyStore;

settings! {
    /// Sets how sessions are kept, as methods of [`Settings`].
    ///
    /// Keys with the same names, in a file or in the environment, do the same; there, times are
    /// numbers of seconds. A value that can't be used, wherever it comes from, keeps the
    /// application from starting. So does a store that can't be opened, if any of these settings is
    /// set.
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
    #[check(together)]
    pub trait SessionSettings {
        /// The name of the session's cookie.
        ///
        /// A name that begins with `__Host-`, `__Secure-` or `__Http-` makes the cookie `Secure`
        /// even on `http`, since browsers refuse it otherwise (RFC 6265bis, section 4.1.3). With
        /// attributes that contradict such a name, the application does not start.
        session_cookie_name: String [cookie_name] = "session",
        /// The path below which the browser sends the session's cookie.
        session_cookie_path: String [cookie_path] = "/",
        /// The domain whose hosts the browser sends the session's cookie to.
        session_cookie_domain: String [cookie_domain] = none "the host alone that has set it",
        /// Whether the browser sends the session's cookie over TLS only.
        ///
        /// Set it to `true` behind a proxy that handles TLS and does not
        /// forward that fact.
        session_cookie_secure: bool = none "whether the request came over TLS",
        /// Which requests from other sites the browser sends the session's cookie with.
        ///
        /// [`Lax`](SameSite::Lax) includes followed links, but not forms and scripts.
        /// [`None`](SameSite::None) makes the cookie `Secure`, since browsers refuse it otherwise.
        session_cookie_samesite: SameSite = (|_: &Settings| SameSite::Lax) "`Lax`",
        /// Whether each site that embeds this one gets a separate session
        /// (`Partitioned`, CHIPS).
        ///
        /// It makes the cookie `Secure`, since browsers refuse it otherwise. It has an effect only
        /// with [`SameSite::None`](SameSite::None): other cookies are not sent when this site is
        /// embedded in another.
        session_cookie_partitioned: bool = off,
        /// How long after its last use a session expires. The cookie lasts as long.
        session_expiry: Duration [lasting] = 14 days,
        /// How long after its beginning a session ends, however much it is
        /// used.
        session_max_lifetime: Duration [lasting] = none "no limit",
        /// The most bytes a session may hold: its keys, and its values as JSON. Each request reads
        /// all of it, so keep it small.
        ///
        /// A value that would exceed it is an error that names the key
        /// ([`TooLarge`](crate::SessionErrorKind::TooLarge)). Each request counts only what it
        /// knows, so each concurrent request can add as much again.
        session_max_size: usize (bytes) [above_zero] = 1 MiB,
        /// The share of its time after which a session in use is renewed for the full time, and its
        /// cookie sent again: 0 for at each request, 1 for never, so that it ends that long after
        /// it began.
        session_renew_after: f64 ("a number from 0 to 1") [share] = 0.2,
        /// Whether changes are saved when the response is a server error, a status of 500 or more.
        /// Such a request stopped half-way. An explicit [`save`](crate::Session::save) always
        /// counts.
        session_save_on_error: bool = off,
        /// Whether a response that has used the session says so to caches, with
        /// `Vary: Cookie` and, if it has no `Cache-Control` header yet,
        /// `Cache-Control: private`.
        session_cache_headers: bool = on,
        /// Where sessions are kept: a store, or one of the store URLs that
        /// [`AnyStore::open`](crate::AnyStore::open) lists.
        ///
        /// A store given by URL is opened when the application starts, and the application does not
        /// start if that fails. A store given by value takes precedence over a URL. A URL may
        /// contain a password, so it can come from a file, through the key `session_store_file`.
        session_store: StoreUrl ("the URL of a store") by impl StoreSetting => StoreSetting::set_in = own "memory of the application's own",
        /// How long an operation may take in a store given by URL. Anything longer is an error.
        session_store_timeout: Duration [lasting] = 5 s,
        /// The most connections a store given by URL opens. See
        /// [`StoreOptions::pool_size`](crate::StoreOptions::pool_size).
        session_store_pool_size: usize [above_zero] = none "that of the store",
        /// The prefix of the keys in Redis.
        session_store_key_prefix: String = none "`session:`, and `{session}:` in a cluster",
        /// How often the application deletes expired sessions, in batches; 0 means never. Redis and
        /// the memory store do it on their own.
        session_sweep_interval: Duration = 300 s,
    }
}

on_start! { open }

/// Opens the store at the start, if any of the settings of sessions is set.
fn open(application: Application) -> HookFuture<'static> {
    Box::pin(async move {
        let settings = application.settings();
        let by_key = ROWS.iter().any(|row| settings.contains(row.key()));
        if by_key || settings.get_state::<AnyStore>().is_some() {
            config(&Config::of(&application))?.open().await?;
        }
        Ok(())
    })
}
