//! The settings of WebSockets.

use std::fmt;
use std::time::Duration;

use tornado_core::{Application, Error, Result, Settings};

use crate::connection::{Limits, SlowReaders};
use crate::protocol::MAX_MESSAGE_SIZE;

const CLOSE_TIMEOUT: &str = "websocket_close_timeout";
const MAX_MESSAGE: &str = "websocket_max_message_size";
const MAX_QUEUE: &str = "websocket_max_queue_size";
const MAX_QUEUED: &str = "websocket_max_queued_messages";
const PING_INTERVAL: &str = "websocket_ping_interval";
const PING_TIMEOUT: &str = "websocket_ping_timeout";
const SLOW_READERS: &str = "websocket_slow_readers";

const NAMES: &[&str] = &[CLOSE_TIMEOUT, MAX_QUEUE, MAX_QUEUED, SLOW_READERS];

/// Sets how WebSockets are served, beside Tornado's
/// [`websocket_ping_interval`](Settings::websocket_ping_interval),
/// [`websocket_ping_timeout`](Settings::websocket_ping_timeout) and
/// [`websocket_max_message_size`](Settings::websocket_max_message_size): methods of
/// [`Settings`].
///
/// The keys of the same names, in a file or in the environment, do the same; times are
/// numbers of seconds there. A value that can't be used ends the start of the application
/// with an error, if one of these methods was called, be it for another key; else it fails
/// the handshakes.
///
/// ```
/// use std::time::Duration;
/// use tornado_web::Settings;
/// use tornado_web::websocket::WebSocketSettings;
///
/// let settings = Settings::new()
///     .websocket_ping_interval(Duration::from_secs(20))
///     .websocket_close_timeout(Duration::from_secs(2));
/// assert_eq!(settings.get::<f64>("websocket_close_timeout").unwrap(), Some(2.0));
/// ```
pub trait WebSocketSettings: Sized {
    /// How long the client may take to agree with the end of a connection; 5 seconds if it
    /// is not set. Then the connection is cut.
    #[must_use]
    fn websocket_close_timeout(self, timeout: Duration) -> Self;

    /// How much may wait to be sent on one connection, in bytes of uncompressed messages;
    /// 1 MiB if it is not set. One message may be longer, where it is the only one.
    #[must_use]
    fn websocket_max_queue_size(self, bytes: usize) -> Self;

    /// How many messages may wait to be sent on one connection; 1024 if it is not set.
    #[must_use]
    fn websocket_max_queued_messages(self, messages: usize) -> Self;

    /// What becomes of a message for a client that reads too slowly, so that no more may
    /// wait; [`Wait`](SlowReaders::Wait) if it is not set.
    #[must_use]
    fn websocket_slow_readers(self, policy: SlowReaders) -> Self;
}

impl WebSocketSettings for Settings {
    fn websocket_close_timeout(self, timeout: Duration) -> Settings {
        checked(self.set(CLOSE_TIMEOUT, timeout.as_secs_f64()))
    }

    fn websocket_max_queue_size(self, bytes: usize) -> Settings {
        checked(self.set(MAX_QUEUE, bytes))
    }

    fn websocket_max_queued_messages(self, messages: usize) -> Settings {
        checked(self.set(MAX_QUEUED, messages))
    }

    fn websocket_slow_readers(self, policy: SlowReaders) -> Settings {
        checked(self.set(SLOW_READERS, policy.as_str()))
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
    settings.on_start(|application| Box::pin(async move { Config::of(&application).map(drop) }))
}

/// What the settings say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Config {
    pub(super) ping_interval: Duration,
    pub(super) ping_timeout: Option<Duration>,
    pub(super) max_message_size: usize,
    pub(super) close_timeout: Duration,
    pub(super) limits: Limits,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            ping_interval: Duration::ZERO,
            ping_timeout: None,
            max_message_size: MAX_MESSAGE_SIZE,
            close_timeout: Duration::from_secs(5),
            limits: Limits {
                bytes: 1024 * 1024,
                messages: 1024,
                policy: SlowReaders::Wait,
            },
        }
    }
}

/// What an application keeps of them: read once.
struct Read(std::result::Result<Config, String>);

impl Config {
    pub(super) fn of(application: &Application) -> Result<Config> {
        let read = application.state_or_init(|application| {
            let settings = application.settings();
            settings.warn_misspelled(NAMES);
            Read(Config::read(settings).map_err(|error| error.to_string()))
        });
        match &read.0 {
            Ok(config) => Ok(*config),
            Err(error) => Err(Error::msg(error.clone())),
        }
    }

    fn read(settings: &Settings) -> Result<Config> {
        let mut config = Config::default();
        if let Some(interval) = seconds(settings, PING_INTERVAL)? {
            config.ping_interval = interval;
        }
        config.ping_timeout = seconds(settings, PING_TIMEOUT)?;
        if let Some(timeout) = seconds(settings, CLOSE_TIMEOUT)? {
            config.close_timeout = timeout;
        }
        if let Some(bytes) = settings.get(MAX_MESSAGE)? {
            config.max_message_size = bytes;
        }
        if let Some(bytes) = settings.get(MAX_QUEUE)? {
            config.limits.bytes = bytes;
        }
        if let Some(messages) = settings.get(MAX_QUEUED)? {
            config.limits.messages = messages;
        }
        if let Some(policy) = settings.get::<String>(SLOW_READERS)? {
            config.limits.policy = SlowReaders::from_text(&policy).ok_or_else(|| {
                unusable(
                    SLOW_READERS,
                    &"it is wait, drop_newest, drop_oldest or close",
                )
            })?;
        }
        Ok(config)
    }
}

fn seconds(settings: &Settings, key: &str) -> Result<Option<Duration>> {
    let Some(seconds) = settings.get::<f64>(key)? else {
        return Ok(None);
    };
    let duration = Duration::try_from_secs_f64(seconds);
    duration.map(Some).map_err(|error| unusable(key, &error))
}

fn unusable(key: &str, why: &dyn fmt::Display) -> Error {
    Error::msg(format!("the setting `{key}` can't be used: {why}"))
}
