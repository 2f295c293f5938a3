//! `Setting`: the types that a setting can have.

use std::any::Any;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tornado_cookies::SameSite;

use super::{CookieKwargs, Given, ParseBodyConfig, SslOptions};
use crate::connection::Protocol;

/// A type that can be used in a row of [`settings!`](crate::settings!).
///
/// Most types of serde implement it already: texts, numbers, booleans, paths,
/// lists of texts, and times as numbers of seconds.
pub trait Setting: Clone + fmt::Debug + Send + Sync + 'static {
    /// Whether it can be read from a separate file, through the key with
    /// `_file` appended. Its `Debug` must not show it.
    const SECRET: bool = false;

    /// Reads it from a value of a file or of the environment.
    ///
    /// # Errors
    ///
    /// When the value does not fit; the message says why, and never contains a
    /// secret.
    fn read(given: &Given) -> Result<Self, String>;

    /// The value that [`Settings::get`](crate::Settings::get) reads.
    fn show(&self) -> Value;
}

/// A setting of any type.
pub(super) trait AnySetting: Any + fmt::Debug + Send + Sync {
    fn show(&self) -> Value;
}

impl<T: Setting> AnySetting for T {
    fn show(&self) -> Value {
        Setting::show(self)
    }
}

macro_rules! by_serde {
    ($($type:ty),*) => {
        $(impl Setting for $type {
            fn read(given: &Given) -> Result<Self, String> {
                given.read().map_err(|error| error.to_string())
            }

            fn show(&self) -> Value {
                serde_json::to_value(self).unwrap_or_default()
            }
        })*
    };
}

by_serde!(
    bool,
    u8,
    u32,
    usize,
    f64,
    String,
    Vec<String>,
    Vec<IpAddr>,
    PathBuf,
    CookieKwargs,
    ParseBodyConfig,
    Protocol,
    SslOptions
);

/// A number of seconds.
impl Setting for Duration {
    fn read(given: &Given) -> Result<Duration, String> {
        let seconds = f64::read(given)?;
        Duration::try_from_secs_f64(seconds).map_err(|error| format!("{error}: {seconds:?}"))
    }

    fn show(&self) -> Value {
        self.as_secs_f64().into()
    }
}

/// Its name, in any case.
impl Setting for SameSite {
    fn read(given: &Given) -> Result<SameSite, String> {
        String::read(given)?
            .parse()
            .map_err(|error: tornado_cookies::UnknownSameSite| error.to_string())
    }

    fn show(&self) -> Value {
        self.to_string().into()
    }
}
