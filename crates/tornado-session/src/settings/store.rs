//! The settings of the store: which one, how it is used, how it is swept.

use std::time::Duration;

use tornado_core::Settings;

use super::values::{get, seconds};
use super::{checked, key};
use crate::error::unusable;
use crate::store::{LazyStore, check};
use crate::{AnyStore, MemoryStore, SessionError, SessionStore, StoreOptions};

/// How often the store is swept, if nobody says.
const SWEEP_INTERVAL: Duration = Duration::from_secs(300);

/// What [`session_store`](crate::SessionSettings::session_store) takes: a store,
/// or the URL of one.
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
    /// These settings with this store.
    fn set_in(self, settings: Settings) -> Settings;
}

impl<S: SessionStore> StoreSetting for S {
    fn set_in(self, settings: Settings) -> Settings {
        checked(settings.state(AnyStore::new(self)))
    }
}

impl StoreSetting for &str {
    fn set_in(self, settings: Settings) -> Settings {
        checked(settings.set(key::STORE, self))
    }
}

impl StoreSetting for String {
    fn set_in(self, settings: Settings) -> Settings {
        self.as_str().set_in(settings)
    }
}

/// The store of an application.
pub(super) struct Store {
    pub(super) store: AnyStore,
    /// The same, if it has to be opened.
    pub(super) lazy: Option<LazyStore>,
}

pub(super) fn read(settings: &Settings) -> Result<Store, SessionError> {
    let options = options(settings)?;
    if let Some(store) = settings.get_state::<AnyStore>().cloned() {
        return Ok(Store { store, lazy: None });
    }
    let url = match get::<String>(settings, key::STORE) {
        Ok(url) => url,
        // The message of the reader would show the value.
        Err(_) => {
            return Err(unusable(
                "The setting 'session_store' is the URL of a store",
            ));
        }
    };
    let Some(url) = url else {
        let store = AnyStore::new(MemoryStore::new());
        return Ok(Store { store, lazy: None });
    };
    check(&url).map_err(|error| {
        let name = key::STORE;
        unusable(format!("The setting '{name}' can't be used: {error}"))
    })?;
    let lazy = LazyStore::new(url, options);
    Ok(Store {
        store: AnyStore::lazy(lazy.clone()),
        lazy: Some(lazy),
    })
}

fn options(settings: &Settings) -> Result<StoreOptions, SessionError> {
    let mut options = StoreOptions::new();
    if let Some(timeout) = seconds(settings, key::STORE_TIMEOUT)? {
        options = options.timeout(timeout);
    }
    if let Some(connections) = get::<usize>(settings, key::STORE_POOL_SIZE)? {
        if connections == 0 {
            let name = key::STORE_POOL_SIZE;
            return Err(unusable(format!(
                "The setting '{name}' is a number of connections above zero"
            )));
        }
        options = options.pool_size(connections);
    }
    if let Some(prefix) = get::<String>(settings, key::STORE_KEY_PREFIX)? {
        options = options.key_prefix(prefix);
    }
    Ok(options)
}

/// How often the store is swept; `None` for never.
pub(super) fn sweep_interval(settings: &Settings) -> Result<Option<Duration>, SessionError> {
    match get::<f64>(settings, key::SWEEP_INTERVAL)? {
        Some(0.0) => Ok(None),
        _ => Ok(Some(
            seconds(settings, key::SWEEP_INTERVAL)?.unwrap_or(SWEEP_INTERVAL),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SessionSettings as _;

    #[test]
    fn a_url_of_either_kind_of_text_is_the_setting() {
        for settings in [
            Settings::new().session_store("memory:"),
            Settings::new().session_store("memory:".to_owned()),
        ] {
            let url: Option<String> = get(&settings, key::STORE).unwrap();
            assert_eq!(url.as_deref(), Some("memory:"));
        }
    }

    #[test]
    fn a_store_is_used_as_the_settings_say() {
        let none = Settings::new();
        assert_eq!(options(&none).unwrap(), StoreOptions::new());
        let all = Settings::new()
            .session_store_timeout(Duration::from_millis(1500))
            .session_store_pool_size(3)
            .session_store_key_prefix("shop:");
        assert_eq!(
            options(&all).unwrap(),
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
            (Settings::new(), Some(SWEEP_INTERVAL)),
            (set(minute), Some(minute)),
            (set(Duration::ZERO), None),
        ] {
            assert_eq!(sweep_interval(&settings).unwrap(), interval);
        }
    }
}
