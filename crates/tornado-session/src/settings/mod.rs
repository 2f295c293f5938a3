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
    /// Sets how sessions are kept: methods of [`Settings`].
    ///
    /// The keys of the same names, in a file or in the environment, do the same;
    /// times are numbers of seconds there. A value that can't be used ends the start
    /// of the application with an error, wherever it comes from; so does a store
    /// that can't be opened, where any of these is set.
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
        /// A name that begins with `__Host-`, `__Secure-` or `__Http-` makes the cookie
        /// `Secure` on `http`, too, since browsers refuse it otherwise (RFC 6265bis,
        /// section 4.1.3). Attributes that go against such a name end the start of
        /// the application with an error.
        session_cookie_name: String [cookie_name] = "session",
        /// The path below which the browser sends the session's cookie.
        session_cookie_path: String [cookie_path] = "/",
        /// The domain to whose hosts the browser sends the session's cookie.
        session_cookie_domain: String [cookie_domain] = none "the host alone that has set it",
        /// Whether the browser sends the session's cookie over TLS alone.
        ///
        /// Set it to `true` behind a proxy that speaks TLS and does not tell so.
        session_cookie_secure: bool = none "whether the request came over TLS",
        /// With which requests of other sites the browser sends the session's cookie.
        ///
        /// [`Lax`](SameSite::Lax) is with links that are followed, not with forms and
        /// scripts. [`None`](SameSite::None) makes the cookie `Secure`, since browsers
        /// refuse it otherwise.
        session_cookie_samesite: SameSite = (|_: &Settings| SameSite::Lax) "`Lax`",
        /// Whether each site that embeds this one has a session of its own
        /// (`Partitioned`, CHIPS).
        ///
        /// It makes the cookie `Secure`, since browsers refuse it otherwise, and means
        /// something with [`SameSite::None`](SameSite::None) alone: a cookie of any
        /// other kind is not sent where this site is embedded in another.
        session_cookie_partitioned: bool = off,
        /// How long after it was last used a session expires. The cookie lasts as long.
        session_expiry: Duration [lasting] = 14 days,
        /// How long after it began a session ends, however much it is used.
        session_max_lifetime: Duration [lasting] = none "no limit",
        /// The most that a session may hold, in bytes: its keys, and its values as JSON.
        /// All of it is read at each request, so little is better.
        ///
        /// What makes a session larger is an error that names the key
        /// ([`TooLarge`](crate::SessionErrorKind::TooLarge)). Each request counts what
        /// it knows, so requests at once can fill a session by as much again, each.
        session_max_size: usize (bytes) [above_zero] = 1 MiB,
        /// The share of its time after which a session that is in use gets all of it
        /// again, and its cookie is sent anew: 0 for at each request, 1 for never, so
        /// that it ends that long after it began.
        session_renew_after: f64 ("a number from 0 to 1") [share] = 0.2,
        /// Whether changes are saved when the response is an error of ours, a status
        /// of 500 or more: such a request has stopped half-way. An explicit
        /// [`save`](crate::Session::save) always counts.
        session_save_on_error: bool = off,
        /// Whether a response that has looked at the session says so to caches: by
        /// `Vary: Cookie`, and by `Cache-Control: private` if it has no such header
        /// yet.
        session_cache_headers: bool = on,
        /// Where sessions are kept: a store, or the URL of one, which
        /// [`AnyStore::open`](crate::AnyStore::open) lists.
        ///
        /// A store of a URL is opened when the application starts, and ends the
        /// start with an error if it can't be. A store that is given by value goes
        /// before a URL. A URL may have a password, so it can come from a file, by the
        /// key `session_store_file`.
        session_store: StoreUrl ("the URL of a store") by impl StoreSetting => StoreSetting::set_in = own "memory of the application's own",
        /// How long an operation of a store of a URL may take. What takes longer is an
        /// error.
        session_store_timeout: Duration [lasting] = 5 s,
        /// How many connections a store of a URL has at most. See
        /// [`StoreOptions::pool_size`](crate::StoreOptions::pool_size).
        session_store_pool_size: usize [above_zero] = none "that of the store",
        /// What the keys of Redis begin with.
        session_store_key_prefix: String = none "`session:`, and `{session}:` in a cluster",
        /// How often the application deletes what has expired, in batches; never if it
        /// is zero. Redis and the memory store do it by themselves.
        session_sweep_interval: Duration = 300 s,
    }
}

on_start! { open }

/// Opens the store at the start, if anything is said about sessions.
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
