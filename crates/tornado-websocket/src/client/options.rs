//! `WebSocketConnect`: where to connect, and how.

use std::fmt;
use std::time::Duration;

use crate::CompressionOptions;
use crate::protocol::MAX_MESSAGE_SIZE;

/// Connects to a WebSocket (`tornado.websocket.websocket_connect`): to `ws://`, or to `wss://` with
/// the feature `tls`. Awaiting it gives a
/// [`WebSocketClientConnection`](crate::WebSocketClientConnection).
///
/// ```no_run
/// # async fn talk() -> Result<(), Box<dyn std::error::Error>> {
/// use tornado_websocket::websocket_connect;
///
/// let mut socket = websocket_connect("ws://localhost:8888/chat").await?;
/// socket.write_message("hello").await?;
/// while let Some(message) = socket.read_message().await {
///     println!("{:?}", message.as_text());
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// See [`WebSocketConnectErrorKind`](crate::WebSocketConnectErrorKind).
pub fn websocket_connect(url: impl Into<String>) -> WebSocketConnect {
    WebSocketConnect {
        url: url.into(),
        headers: Vec::new(),
        subprotocols: Vec::new(),
        compression: None,
        ping_interval: Duration::ZERO,
        ping_timeout: None,
        max_message_size: MAX_MESSAGE_SIZE,
        connect_timeout: Duration::from_secs(20),
        #[cfg(feature = "tls")]
        tls: None,
    }
}

/// A connection to be made by [`websocket_connect`], with its options.
#[derive(Clone)]
#[must_use = "nothing is sent before it is awaited"]
pub struct WebSocketConnect {
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) subprotocols: Vec<String>,
    pub(super) compression: Option<CompressionOptions>,
    pub(super) ping_interval: Duration,
    pub(super) ping_timeout: Option<Duration>,
    pub(super) max_message_size: usize,
    pub(super) connect_timeout: Duration,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<std::sync::Arc<rustls::ClientConfig>>,
}

impl WebSocketConnect {
    /// Adds a header to the request, such as `Authorization`, `Cookie` or `Origin`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Offers subprotocols in order of preference.
    /// [`selected_subprotocol`](crate::WebSocketClientConnection::selected_subprotocol) returns the
    /// one that the server has selected.
    pub fn subprotocols<T: Into<String>>(
        mut self,
        subprotocols: impl IntoIterator<Item = T>,
    ) -> Self {
        self.subprotocols = subprotocols.into_iter().map(Into::into).collect();
        self
    }

    /// Offers to compress messages. Without this, nothing is compressed.
    pub fn compression_options(mut self, options: CompressionOptions) -> Self {
        self.compression = Some(options);
        self
    }

    /// How often a ping is sent; 0, the default, means never.
    pub fn ping_interval(mut self, interval: Duration) -> Self {
        self.ping_interval = interval;
        self
    }

    /// How long after a ping the server must have sent something, or the
    /// connection is closed. By default it is the interval; 0 means forever.
    pub fn ping_timeout(mut self, timeout: Duration) -> Self {
        self.ping_timeout = Some(timeout);
        self
    }

    /// The longest message that is accepted, in bytes, before and after it is decompressed; 10 MiB
    /// by default. A longer one closes the connection with 1009.
    pub fn max_message_size(mut self, bytes: usize) -> Self {
        self.max_message_size = bytes;
        self
    }

    /// How long connecting may take, including TLS and the handshake; 20 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The TLS configuration for `wss://`: which certificates to trust, and the
    /// client's own. By default, those that the system trusts are trusted.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, config: impl Into<std::sync::Arc<rustls::ClientConfig>>) -> Self {
        self.tls = Some(config.into());
        self
    }
}

/// Hides the headers, and the path and query of the URL, which may be secret.
impl fmt::Debug for WebSocketConnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split(['?', '#']).next().unwrap_or_default();
        f.debug_struct("WebSocketConnect")
            .field("url", &url)
            .field("subprotocols", &self.subprotocols)
            .field("compression", &self.compression)
            .finish_non_exhaustive()
    }
}
