//! `WebSocketConnect`: where to, and how.

use std::fmt;
use std::time::Duration;

use crate::CompressionOptions;
use crate::protocol::MAX_MESSAGE_SIZE;

/// Connects to a WebSocket (`tornado.websocket.websocket_connect`): to `ws://`, or to
/// `wss://` with the feature `tls`. To wait for it gives a
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

/// A connection that is to be made, by [`websocket_connect`], with what can be chosen.
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

    /// Offers subprotocols, the best one first. Which one the server has taken,
    /// [`selected_subprotocol`](crate::WebSocketClientConnection::selected_subprotocol) says.
    pub fn subprotocols<T: Into<String>>(
        mut self,
        subprotocols: impl IntoIterator<Item = T>,
    ) -> Self {
        self.subprotocols = subprotocols.into_iter().map(Into::into).collect();
        self
    }

    /// Offers to compress messages. Without this nothing is compressed.
    pub fn compression_options(mut self, options: CompressionOptions) -> Self {
        self.compression = Some(options);
        self
    }

    /// How often a ping is sent; never if it is zero, which is the default.
    pub fn ping_interval(mut self, interval: Duration) -> Self {
        self.ping_interval = interval;
        self
    }

    /// How long after a ping something has to have come from the server before the
    /// connection is closed; the interval by default, forever if it is zero.
    pub fn ping_timeout(mut self, timeout: Duration) -> Self {
        self.ping_timeout = Some(timeout);
        self
    }

    /// The longest message that is taken, in bytes, before and after it is decompressed;
    /// 10 MiB by default. A longer one closes the connection with 1009.
    pub fn max_message_size(mut self, bytes: usize) -> Self {
        self.max_message_size = bytes;
        self
    }

    /// How long it may take until there is a connection, with TLS and the handshake; 20
    /// seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How `wss://` is spoken: whom to trust, and who one is. By default, those are
    /// trusted whom the system trusts.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, config: impl Into<std::sync::Arc<rustls::ClientConfig>>) -> Self {
        self.tls = Some(config.into());
        self
    }
}

/// Without its headers, and what the URL asks for, which may be secrets.
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
