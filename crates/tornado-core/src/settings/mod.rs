//! The settings of an application, and the tools for a crate that has its own:
//! [`settings!`](crate::settings!) declares them.

mod cookie_kwargs;
mod declare;
mod error;
mod error_map;
mod given;
mod hidden;
mod known;
mod load;
mod parse_body_config;
mod secret;
mod setting;
mod ssl_options;
mod states;
mod table;
mod warnings;

use std::any::TypeId;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Index;
use std::panic::Location;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tornado_cookies::CookieSecret;

pub use cookie_kwargs::CookieKwargs;
pub use error::{SettingsError, SettingsErrorKind};
pub use given::Given;
#[doc(hidden)]
pub use inventory::submit;
pub(crate) use parse_body_config::MultipartConfig;
pub use parse_body_config::ParseBodyConfig;
#[doc(hidden)]
pub use pastey::paste;
pub use secret::SecretSetting;
pub use setting::Setting;
pub use ssl_options::{CertReqs, SslOptions};
pub use table::Row;
#[doc(hidden)]
pub use table::{Check, Linked, Made, Table, index, read};

use self::error_map::ErrorMap;
use self::hidden::{REDACTED, redacted};
use self::states::States;
use self::table::{Source, Values};
use crate::NotIndexed;

/// The settings of an application (`Application(handlers, **settings)`).
///
/// Each key that Tornado knows has a method with its name that sets it, and one
/// with `get_` in front that reads it. Any other key is free for the
/// application: [`set`](Self::set) and [`get`](Self::get). Settings can also be
/// read from a file or the environment, with [`from_file`](Self::from_file),
/// [`from_env`](Self::from_env) or serde. A value that can't be used, wherever
/// it comes from, is an error that names its source, at the latest when the
/// application is built.
///
/// ```
/// use tornado_web::Settings;
///
/// let settings = Settings::new()
///     .cookie_secret("my_cookie_secret")
///     .login_url("/login")
///     .set("page_size", 20);
/// assert_eq!(settings.get_login_url(), Some("/login"));
/// assert_eq!(settings.get::<u32>("page_size").unwrap(), Some(20));
/// assert!(!format!("{settings:?}").contains("my_cookie_secret"));
/// ```
#[derive(Clone, Default)]
pub struct Settings {
    /// The keys that have a row.
    values: Values,
    /// The other keys.
    free: BTreeMap<String, (Given, Source)>,
    states: States,
    error_map: ErrorMap,
    /// Made from `cookie_secret` and `key_version` when the application is
    /// built.
    cookie_secret: Option<CookieSecret>,
    /// Values that could not be used when they were set. They are reported when
    /// the application is built, since a setter returns the settings.
    errors: Vec<SettingsError>,
}

/// Does not compile; the compiler says what to write.
#[doc(hidden)]
impl<K: NotIndexed<Settings>> Index<K> for Settings {
    type Output = K::Value;

    fn index(&self, key: K) -> &K::Value {
        key.value(self)
    }
}

impl Settings {
    /// Settings with only the defaults.
    #[must_use]
    pub fn new() -> Settings {
        Settings::default()
    }

    /// Sets any key: one that Tornado knows, with a value of the required form,
    /// or one of the application's own. A value of another form is an error
    /// when the application is built.
    ///
    /// ```
    /// use tornado_web::{Application, Settings, StartErrorKind};
    ///
    /// let settings = Settings::new().set("login_url", "/login").set("db", "sqlite:x");
    /// assert_eq!(settings.get_login_url(), Some("/login"));
    ///
    /// let error = Application::new([], Settings::new().set("debug", "perhaps")).unwrap_err();
    /// assert_eq!(error.kind(), StartErrorKind::Settings);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn set(mut self, key: &str, value: impl Serialize) -> Settings {
        let source = Source::Code(Location::caller());
        let result = match Given::value(value) {
            Ok(given) => self.insert(key, given, &source),
            Err(error) => Err(SettingsError::value(key, &Value::Null, error).in_source(&source)),
        };
        self.errors.extend(result.err());
        self
    }

    /// Reads one of the application's own keys, or one of Tornado's that is not
    /// a secret. A key that is not set, or is `null`, is `None`.
    ///
    /// A value from the environment has the type that is requested: `123456`
    /// can be read as a text, and so can `null`.
    ///
    /// # Errors
    ///
    /// When the value can't be read as a `T`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, SettingsError> {
        let Some((given, source)) = self.free.get(key) else {
            return match self.values.show(key) {
                None | Some(Value::Null) => Ok(None),
                Some(value) => T::deserialize(&value)
                    .map(Some)
                    .map_err(|error| SettingsError::value(key, &value, error)),
            };
        };
        match given.read() {
            Ok(value) => Ok(Some(value)),
            Err(_) if given.reads_as_null() => Ok(None),
            Err(error) => Err(SettingsError::value(key, &given.guess(), error).in_source(source)),
        }
    }

    /// Whether a key is set.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.free.contains_key(key) || self.values.source(key).is_some()
    }

    /// What a page may see of a key.
    #[cfg(feature = "templates")]
    pub(crate) fn shown(&self, key: &str) -> Shown {
        if let Some((given, _)) = self.free.get(key) {
            let value = given.guess();
            return match hidden::may_be_secret(key, &value) {
                true => Shown::Secret,
                false => Shown::Value(redacted(key, value)),
            };
        }
        match self.values.show(key) {
            Some(_) if table::rows().any(|row| row.is_secret() && row.key() == key) => {
                Shown::Secret
            }
            Some(value) => match hidden::may_be_secret("", &value) {
                true => Shown::Secret,
                false => Shown::Value(value),
            },
            None => Shown::Nothing,
        }
    }

    /// Whether a key is set to something that Python would call true.
    pub(crate) fn is_truthy(&self, key: &str) -> bool {
        let value = match (self.free.get(key), self.values.show(key)) {
            (Some((given, _)), _) => given.guess(),
            // A secret appears as `null`.
            (None, Some(Value::Null)) => return true,
            (None, Some(value)) => value,
            (None, None) => return false,
        };
        match value {
            Value::Null => false,
            Value::Bool(value) => value,
            Value::Number(number) => number.as_f64() != Some(0.0),
            Value::String(text) => !text.is_empty(),
            Value::Array(values) => !values.is_empty(),
            Value::Object(map) => !map.is_empty(),
        }
    }

    /// These settings, overridden by those of `other`.
    ///
    /// ```
    /// use tornado_web::Settings;
    /// let defaults = Settings::new().login_url("/login").debug(true);
    /// let merged = defaults.merge(Settings::new().login_url("/enter"));
    /// assert_eq!((merged.get_login_url(), merged.get_debug()), (Some("/enter"), true));
    /// ```
    #[must_use]
    pub fn merge(mut self, other: Settings) -> Settings {
        self.values.merge(other.values);
        self.free.extend(other.free);
        self.states.merge(other.states);
        self.error_map.merge(other.error_map);
        self.errors.extend(other.errors);
        self
    }

    /// Gives the application a value that is not a text or number, such as a
    /// connection pool. There is one of each type; a second one replaces the
    /// first, as with [`set`](Self::set).
    ///
    /// A handler gets it as a field marked `#[state]`, or from
    /// [`self.state()`](crate::Context::state). Both give a clone, so wrap
    /// large values in an `Arc`. What a mixin's own methods on `Settings` are
    /// given is kept here, too, under a type of the mixin.
    ///
    /// | what | belongs to | set by | read by |
    /// |---|---|---|---|
    /// | state | the application, from its start | `state` of [`Settings`](Self::state) or [`ApplicationBuilder`](crate::ApplicationBuilder::state) | `#[state]`, [`Context::state`](crate::Context::state), [`Application::state`](crate::Application::state), [`get_state`](Self::get_state) |
    /// | state that is made on first use | the application | [`Application::state_or_init`](crate::Application::state_or_init) | the same |
    /// | slot | one request, for mixins | [`Exchange::insert_slot`](crate::Exchange::insert_slot) | [`Exchange::slot`](crate::Exchange::slot), [`slot_mut`](crate::Exchange::slot_mut) |
    /// | field marked `#[default]` | one handler, and so one request | `self.field = ..` | `self.field` |
    /// | field marked `#[given]` | a route | its factory | `self.field` |
    ///
    /// ```
    /// use tornado_web::Settings;
    /// struct Greeting(&'static str);
    /// let settings = Settings::new().state(Greeting("hello"));
    /// assert_eq!(settings.get_state::<Greeting>().unwrap().0, "hello");
    /// ```
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(mut self, value: T) -> Settings {
        self.states.insert(value);
        self
    }

    /// The value that [`state`](Self::state) was given.
    #[must_use]
    pub fn get_state<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.states.get()
    }

    /// The same value, shared.
    pub(crate) fn share_state<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.states.share()
    }

    pub(crate) fn has_state(&self, id: TypeId) -> bool {
        self.states.contains(id)
    }

    /// Tornado's `cookie_secret`, ready to sign with; `None` if it is not set,
    /// or the application is not built yet.
    #[must_use]
    pub fn get_cookie_secret(&self) -> Option<&CookieSecret> {
        self.cookie_secret.as_ref()
    }

    /// Checks what was set, and prepares what each request needs.
    pub(crate) fn prepare(&mut self) -> Result<(), SettingsError> {
        if let Some(error) = self.errors.first() {
            return Err(error.clone());
        }
        let placed =
            |error: SettingsError| match error.key().and_then(|key| self.values.source(key)) {
                Some(source) => error.in_source(source),
                None => error,
            };
        self.check_tables().map_err(placed)?;
        self.cookie_secret = self.make_secret()?;
        Ok(())
    }
}

/// What a page sees of a setting.
#[cfg(feature = "templates")]
pub(crate) enum Shown {
    Value(Value),
    Secret,
    Nothing,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        self.values.debug(&mut map);
        for (key, (given, _)) in &self.free {
            if key.to_lowercase().contains("url") {
                map.entry(key, &REDACTED);
            } else {
                map.entry(key, &redacted(key, given.guess()));
            }
        }
        map.finish()
    }
}
