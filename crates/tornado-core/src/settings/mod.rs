//! `Settings`: the settings dict of an application, typed.

mod cookie_kwargs;
mod error;
mod error_map;
mod getters;
mod known;
mod load;
mod misspelled;
mod parse_body_config;
mod seconds;
mod secret;
mod ssl_options;
mod states;

use std::any::TypeId;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tornado_cookies::CookieSecret;

pub use cookie_kwargs::CookieKwargs;
pub use error::{SettingsError, SettingsErrorKind};
pub use known::GoogleOauth;
pub(crate) use parse_body_config::MultipartConfig;
pub use parse_body_config::ParseBodyConfig;
pub use secret::SecretSetting;
pub use ssl_options::{CertReqs, SslOptions};

use self::error_map::ErrorMap;
use self::known::Known;
pub(crate) use self::known::NAMES;
use self::states::States;

/// The settings of an application (`Application(handlers, **settings)`).
///
/// Each key that Tornado knows has a method of its name that sets it, and one
/// with `get_` in front that reads it. Any other key is free for the
/// application: [`set`](Self::set) and [`get`](Self::get). Settings can also be
/// read from a file or the environment, by [`from_file`](Self::from_file),
/// [`from_env`](Self::from_env) or serde.
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
    known: Known,
    free: Map<String, Value>,
    states: States,
    error_map: ErrorMap,
    /// Made of `cookie_secret` and `key_version` when the application is built.
    cookie_secret: Option<CookieSecret>,
    /// What could not be used when it was set. Reported when the application is
    /// built, since a setter gives the settings back.
    errors: Vec<SettingsError>,
}

impl Settings {
    /// No settings but the defaults.
    #[must_use]
    pub fn new() -> Settings {
        Settings::default()
    }

    /// Sets any key: one that Tornado knows, with a value of its form, or one
    /// of the application's own. A value of another form is an error when the
    /// application is built.
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
        let result = match serde_json::to_value(value) {
            Ok(value) => self.insert(key, value),
            Err(error) => Err(SettingsError::value(key, error)),
        };
        if let Err(error) = result {
            let place = Location::caller().to_string();
            self.errors.push(error.in_source(&place));
        }
        self
    }

    /// Reads a key of the application's own, or one of Tornado's that is not a
    /// secret. A key that is not set, or is `null`, is `None`.
    ///
    /// # Errors
    ///
    /// When the value can't be read as a `T`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, SettingsError> {
        let value = match self.free.get(key) {
            Some(value) => Some(value.clone()),
            None => self.known.value(key),
        };
        match value {
            None | Some(Value::Null) => Ok(None),
            Some(value) => T::deserialize(value)
                .map(Some)
                .map_err(|error| SettingsError::value(key, error)),
        }
    }

    /// Whether a key is set.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.free.contains_key(key) || self.known.contains(key)
    }

    /// What a page may see of a key.
    #[cfg(feature = "templates")]
    pub(crate) fn shown(&self, key: &str) -> Shown {
        match self.free.get(key) {
            Some(value) if may_be_secret(key, value) => Shown::Secret,
            Some(value) => Shown::Value(value.clone()),
            // A secret shows itself as `null`.
            None => match self.known.value(key) {
                Some(Value::Null) if may_be_secret(key, &Value::Null) => Shown::Secret,
                Some(value) => Shown::Value(value),
                None => Shown::Nothing,
            },
        }
    }

    /// Whether a key is set to something that Python would call true.
    pub(crate) fn is_truthy(&self, key: &str) -> bool {
        let value = match self.free.get(key) {
            Some(value) => value.clone(),
            // A secret shows itself as `null`.
            None => match self.known.value(key) {
                Some(Value::Null) => return self.known.contains(key),
                Some(value) => value,
                None => return false,
            },
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

    /// These settings with those of `other` over them: what both have is as in
    /// `other`.
    ///
    /// ```
    /// use tornado_web::Settings;
    /// let defaults = Settings::new().login_url("/login").debug(true);
    /// let merged = defaults.merge(Settings::new().login_url("/enter"));
    /// assert_eq!((merged.get_login_url(), merged.get_debug()), (Some("/enter"), true));
    /// ```
    #[must_use]
    pub fn merge(mut self, other: Settings) -> Settings {
        self.known.merge(other.known);
        self.free.extend(other.free);
        self.states.merge(other.states);
        self.error_map.merge(other.error_map);
        self.errors.extend(other.errors);
        self
    }

    /// Gives the application a value that is no text or number, such as a pool
    /// of connections: one of each type. A second one of the same type takes the
    /// place of the first, as with [`set`](Self::set).
    ///
    /// A handler has it as a field marked `#[state]`, or by
    /// [`self.state()`](crate::Context::state). Both give a clone, so that what is
    /// large goes in as an `Arc`. Mixins keep what their own methods on
    /// `Settings` are given here, too, as a type of theirs.
    ///
    /// | what | belongs to | goes in | comes out |
    /// |---|---|---|---|
    /// | state | the application, from its start | `state` of [`Settings`](Self::state) or [`ApplicationBuilder`](crate::ApplicationBuilder::state) | `#[state]`, [`Context::state`](crate::Context::state), [`Application::state`](crate::Application::state), [`get_state`](Self::get_state) |
    /// | state that is made when it is first needed | the application | [`Application::state_or_init`](crate::Application::state_or_init) | the same |
    /// | slot | one request, for mixins | [`Exchange::insert_slot`](crate::Exchange::insert_slot) | [`Exchange::slot`](crate::Exchange::slot), [`slot_mut`](crate::Exchange::slot_mut) |
    /// | field marked `#[default]` | one handler, so one request | `self.field = ..` | `self.field` |
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

    /// What [`state`](Self::state) was given.
    #[must_use]
    pub fn get_state<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.states.get()
    }

    /// The same, to keep.
    pub(crate) fn share_state<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.states.share()
    }

    pub(crate) fn has_state(&self, id: TypeId) -> bool {
        self.states.contains(id)
    }

    /// Tornado's `cookie_secret`, ready to sign with; `None` when it is not
    /// set, or the application is not built yet.
    #[must_use]
    pub fn get_cookie_secret(&self) -> Option<&CookieSecret> {
        self.cookie_secret.as_ref()
    }

    /// Checks what was set, and makes what is needed for each request.
    pub(crate) fn prepare(&mut self) -> Result<(), SettingsError> {
        if let Some(error) = self.errors.pop() {
            return Err(error);
        }
        if !matches!(self.get_xsrf_cookie_version(), 1 | 2) {
            return Err(SettingsError::value("xsrf_cookie_version", "it is 1 or 2"));
        }
        if let Some(mode) = self.get_template_whitespace()
            && !matches!(mode, "all" | "single" | "oneline")
        {
            let wanted = "it is \"all\", \"single\" or \"oneline\"";
            return Err(SettingsError::value("template_whitespace", wanted));
        }
        self.cookie_secret = secret::resolve(self.known.cookie_secret(), self.known.key_version())?;
        Ok(())
    }

    /// Puts one key where it belongs.
    fn insert(&mut self, key: &str, value: Value) -> Result<(), SettingsError> {
        // `gzip` is what `compress_response` was called before Tornado 4.
        let key = if key == "gzip" {
            "compress_response"
        } else {
            key
        };
        match self.known.insert(key, &value) {
            Some(result) => result.map_err(|error| SettingsError::value(key, error)),
            None => {
                self.free.insert(key.to_owned(), value);
                Ok(())
            }
        }
    }
}

/// What a page sees of a setting.
#[cfg(feature = "templates")]
pub(crate) enum Shown {
    Value(Value),
    Secret,
    Nothing,
}

/// Whether a setting of the application's own may be a secret: a name is all there is
/// to go by, so it is read generously.
fn may_be_secret(key: &str, value: &Value) -> bool {
    let words = ["secret", "password", "passwd", "token", "key", "dsn"];
    let key = key.to_lowercase();
    // Such as `session_store`: `redis://user:password@host`.
    let has_password = |text: &str| text.contains("://") && text.contains('@');
    words.iter().any(|word| key.contains(word)) || value.as_str().is_some_and(has_password)
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        self.known.debug(&mut map);
        for (key, value) in &self.free {
            if key.to_lowercase().contains("url") || may_be_secret(key, value) {
                map.entry(key, &"**redacted**");
            } else {
                map.entry(key, value);
            }
        }
        map.finish()
    }
}

/// How long a graceful stop may take when nothing else is said.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(30);

/// The same for a developer, who waits for it.
const SHUTDOWN_TIMEOUT_OF_DEBUG: Duration = Duration::from_secs(1);

/// Tornado's limit of a head: 64 KiB.
const MAX_HEADER_SIZE: usize = 65_536;

/// More than proxies keep a connection, so that they are the ones who close it.
/// Tornado's is an hour, in which a few hundred idle clients can be all there may
/// be.
const IDLE_CONNECTION_TIMEOUT: Duration = Duration::from_secs(75);

/// A head is one packet or a few.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// As long as TCP itself may try to get through a gap in a network.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);

/// Far more than most answers take, and little to wait for the end of one that
/// nobody reads.
const HALF_CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// With the 1,024 bytes that it is for, 34 bytes a second.
const BODY_IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// As many as RFC 9113 asks for at least (6.5.2).
const HTTP2_MAX_CONCURRENT_STREAMS: u32 = 100;

/// Ten bodies as large as one may be.
const MAX_BODIES_SIZE: usize = 1 << 30;

/// Tornado's size of a piece of a body: 64 KiB.
const CHUNK_SIZE: usize = 65_536;

/// Tornado's limit of a body: its `max_buffer_size`, 100 MB.
const MAX_BUFFER_SIZE: usize = 104_857_600;
