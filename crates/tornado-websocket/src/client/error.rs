//! `WebSocketConnectError`: why there is no connection.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use http::Response;

use crate::causes::debug_with_causes;

type Source = Box<dyn StdError + Send + Sync>;

/// Why [`websocket_connect`](crate::websocket_connect) has failed.
pub struct WebSocketConnectError {
    kind: WebSocketConnectErrorKind,
    text: String,
    source: Option<Source>,
    response: Option<Box<Response<Bytes>>>,
}

/// The kinds of [`WebSocketConnectError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebSocketConnectErrorKind {
    /// The URL, or a given header or subprotocol, can't be used.
    Request,
    /// The server can't be reached, or does not answer in time, or TLS fails.
    Connect,
    /// The server has answered with a status other than 101: the
    /// [`response`](WebSocketConnectError::response) says why.
    Refused,
    /// The server has agreed, but not as RFC 6455 requires.
    Handshake,
}

impl WebSocketConnectError {
    pub(super) fn new(
        kind: WebSocketConnectErrorKind,
        text: impl Into<String>,
    ) -> WebSocketConnectError {
        WebSocketConnectError {
            kind,
            text: text.into(),
            source: None,
            response: None,
        }
    }

    pub(super) fn request(text: impl Into<String>) -> WebSocketConnectError {
        WebSocketConnectError::new(WebSocketConnectErrorKind::Request, text)
    }

    pub(super) fn handshake(text: impl Into<String>) -> WebSocketConnectError {
        WebSocketConnectError::new(WebSocketConnectErrorKind::Handshake, text)
    }

    pub(super) fn connect(
        text: impl Into<String>,
        source: impl Into<Source>,
    ) -> WebSocketConnectError {
        WebSocketConnectError {
            source: Some(source.into()),
            ..WebSocketConnectError::new(WebSocketConnectErrorKind::Connect, text)
        }
    }

    pub(super) fn refused(response: Response<Bytes>) -> WebSocketConnectError {
        let text = format!("the server has answered with {}", response.status());
        WebSocketConnectError {
            response: Some(Box::new(response)),
            ..WebSocketConnectError::new(WebSocketConnectErrorKind::Refused, text)
        }
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> WebSocketConnectErrorKind {
        self.kind
    }

    /// The response of a server that has refused, with the first 64 KiB of its
    /// body.
    #[must_use]
    pub fn response(&self) -> Option<&Response<Bytes>> {
        self.response.as_deref()
    }
}

impl fmt::Display for WebSocketConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text with its causes, so that a `main` that returns it ends with
/// readable text.
impl fmt::Debug for WebSocketConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_with_causes(self, f)
    }
}

impl StdError for WebSocketConnectError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
