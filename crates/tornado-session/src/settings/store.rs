//! The settings of the store: which one, how it is used, how it is swept.

use std::fmt;
use std::time::Duration;

use serde_json::Value;
use tornado_core::Settings;
use tornado_core::settings::{Given, Setting};

use super::SessionSettings as _;
use crate::error::unusable;
use crate::store::{LazyStore, check};
use crate::{AnyStore, MemoryStore, SessionError, SessionStore, StoreOptions};

/// The key that names the store.
const KEY: &str = "session_store";

/// What [`session_store`](crate::SessionSettings::session_store) accepts: a
/// store, or the URL of one.
///
/// ```
/// use tornado_web::Settings;
/// use tornado_session::{MemoryStore, SessionSettings};
///
/// let by_value = Settings::new().session_store(MemoryStore::new());
/// let by_url = Settings::new().session_store("redis://localhost/0");
/// assert_eq!(by_url.get::<String>("session_store").unwrap().as_deref(), Some("redis://localhost/0"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a session store nor the URL of one",
    note = "implement `SessionStore` for it, or give it by value: an `Arc<S>` of a store is one, too"
)]
pub trait StoreSetting {
    /// Sets this store in the settings.
    fn set_in(self, settings: Settings) -> Settings;
}

impl<S: SessionStore> StoreSetting for S {
    fn set_in(self, settings: Settings) -> Settings {
        settings.state(AnyStore::new(self))
    }
}

impl StoreSetting for &str {
    fn set_in(self, settings: Settings) -> Settings {
        settings.set(KEY, self)
    }
}

impl StoreSetting for String {
    fn set_in(self, settings: Settings) -> Settings {
        self.as_str().set_in(settings)
    }
}

/// The URL of a store that is compiled in. It may contain a password.
#[derive(Clone)]
pub(super) struct StoreUrl(String);

impl Setting for StoreUrl {
    const SECRET: bool = true;

    fn read(given: &Given) -> Result<StoreUrl, String> {
        let url: String = given.read().map_err(|_| "it is no text".to_owned())?;
        check(&url).map_err(|error| error.to_string())?;
        Ok(StoreUrl(url))
    }

    fn show(&self) -> Value {
        self.0.as_str().into()
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("**redacted**")
    }
}

/// The store of an application.
pub(super) struct Store {
    pub(super) store: AnyStore,
    /// The same store, if it must be opened first.
    pub(super) lazy: Option<LazyStore>,
}

pub(super) fn read(settings: &Settings) -> Result<Store, SessionError> {
    if let Some(store) = settings.get_state::<AnyStore>().cloned() {
        return Ok(Store { store, lazy: None });
    }
    let url = settings.get::<String>(KEY);
    let Some(url) = url.map_err(|error| unusable(error.to_string()))? else {
        let store = AnyStore::new(MemoryStore::new());
        return Ok(Store { store, lazy: None });
    };
    let lazy = LazyStore::new(url, options(settings));
    Ok(Store {
        store: AnyStore::new(lazy.clone()),
        lazy: Some(lazy),
    })
}

fn options(settings: &Settings) -> StoreOptions {
    let mut options = StoreOptions::new().timeout(settings.get_session_store_timeout());
    if let Some(connections) = settings.get_session_store_pool_size() {
        options = options.pool_size(connections);
    }
    if let Some(prefix) = settings.get_session_store_key_prefix() {
        options = options.key_prefix(prefix);
    }
    options
}

/// How often the store is swept; `None` for never.
pub(super) fn sweep_interval(settings: &Settings) -> Option<Duration> {
    let interval = settings.get_session_sweep_interval();
    (!interval.is_zero()).then_some(interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_of_either_kind_of_text_is_the_setting() {
        for settings in [
            Settings::new().session_store("memory:"),
            Settings::new().session_store("memory:".to_owned()),
        ] {
            let url: Option<String> = settings.get(KEY).unwrap();
            assert_eq!(url.as_deref(), Some("memory:"));
        }
    }

    #[test]
    fn a_store_is_used_as_the_settings_say() {
        let none = Settings::new();
        assert_eq!(options(&none), StoreOptions::new());
        let all = Settings::new()
            .session_store_timeout(Duration::from_millis(1500))
            .session_store_pool_size(3)
            .session_store_key_prefix("shop:");
        assert_eq!(
            options(&all),
            StoreOptions::new()
                .timeout(Duration::from_millis(1500))
                .pool_size(3)
                .key_prefix("shop:")
        );
    }

    #[test]
    fn a_store_is_swept_as_often_as_the_setting_says() {
        let set = |interval| Settings::new().session_sweep_interval(interval);
        let minute = Duration::from_secs(60);
        for (settings, interval) in [
            (Settings::new(), Some(5 * minute)),
            (set(minute), Some(minute)),
            (set(Duration::ZERO), None),
        ] {
            assert_eq!(sweep_interval(&settings), interval);
        }
    }
}
