//! The settings of WebSockets.

use std::time::Duration;

use serde_json::Value;
use tornado_core::settings::{Given, Setting};
use tornado_core::{Settings, settings};

use crate::connection::{Limits, SlowReaders};

settings! {
    /// Sets how WebSockets are served: methods of [`Settings`].
    ///
    /// The keys of the same names, in a file or in the environment, do the same; times are
    /// numbers of seconds there. A value that can't be used ends the start of the application
    /// with an error.
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
    pub trait WebSocketSettings {
        /// How often a ping is sent on each WebSocket; never if it is zero.
        ///
        /// Without pings nobody notices that a network is gone, and proxies cut what is
        /// silent: nginx does after 60 seconds.
        websocket_ping_interval: Duration = 0 s,
        /// How long after a ping something has to have come from a WebSocket, a pong or
        /// anything else, before it is closed; forever if it is zero. It may be longer
        /// than the interval.
        websocket_ping_timeout: Duration = none "`websocket_ping_interval`",
        /// The longest message that a WebSocket takes, in bytes, before and after it is
        /// decompressed. A longer one closes it with 1009.
        websocket_max_message_size: usize (bytes) = 10 MiB,
        /// How long the client may take to agree with the end of a connection. Then the
        /// connection is cut.
        websocket_close_timeout: Duration = 5 s,
        /// How much may wait to be sent on one connection, in bytes of uncompressed
        /// messages. One message may be longer, where it is the only one.
        websocket_max_queue_size: usize (bytes) = 1 MiB,
        /// How many messages may wait to be sent on one connection.
        websocket_max_queued_messages: usize = 1024,
        /// What becomes of a message for a client that reads too slowly, so that no more
        /// may wait.
        websocket_slow_readers: SlowReaders ("`wait`, `drop_newest`, `drop_oldest` or `close`") = (|_: &Settings| SlowReaders::Wait) "`wait`",
    }
}

/// Its name: `wait`, `drop_newest`, `drop_oldest` or `close`.
impl Setting for SlowReaders {
    fn read(given: &Given) -> Result<SlowReaders, String> {
        let text = String::read(given)?;
        SlowReaders::from_text(&text).ok_or_else(|| format!("{text:?} is none of them"))
    }

    fn show(&self) -> Value {
        self.as_str().into()
    }
}

/// How much may wait on one connection, as the settings say.
pub(super) fn limits(settings: &Settings) -> Limits {
    Limits {
        bytes: settings.get_websocket_max_queue_size(),
        messages: settings.get_websocket_max_queued_messages(),
        policy: settings.get_websocket_slow_readers(),
    }
}
