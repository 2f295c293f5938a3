//! `WebSocketSender`: writes to a connection from anywhere.

use std::fmt;
use std::sync::{Arc, Weak};

use bytes::Bytes;

use super::queue::{Item, Queue, Queued, Refused, Writer};
use crate::protocol::{CloseFrame, CloseFrameError, Message, PingTooLong, SharedMessage};

/// Writes to one connection, from any task. A clone writes to the same one.
///
/// Messages wait in a queue of the connection until the client takes them. The settings say how
/// much may wait, and what happens beyond that; see
/// [`WebSocketSettings`](crate::WebSocketSettings). Keeping a sender does not keep the connection.
///
/// ```
/// use tornado_web::websocket::{WebSocket, WebSocketHandler, WebSocketMixin};
/// use tornado_web::{Handler, RequestHandler, Result};
///
/// #[derive(Handler)]
/// #[handler(websocket)]
/// struct Clock(WebSocketHandler);
///
/// impl RequestHandler for Clock {}
///
/// impl WebSocket for Clock {
///     async fn open(&mut self) -> Result {
///         let sender = self.sender();
///         tokio::spawn(async move {
///             // Until the client has left.
///             while sender.write_message("tick").await.is_ok() {
///                 tokio::time::sleep(std::time::Duration::from_secs(1)).await;
///             }
///         });
///         Ok(())
///     }
/// }
/// ```
#[derive(Clone)]
pub struct WebSocketSender(pub(crate) Arc<Queue>);

impl WebSocketSender {
    /// Sends a message: text, bytes, or a JSON value. If the queue is full, it waits for room, or
    /// does what the setting
    /// [`websocket_slow_readers`](crate::WebSocketSettings::websocket_slow_readers) says.
    ///
    /// When it returns, the message has a place in the queue; the client need not have it.
    ///
    /// # Errors
    ///
    /// When the connection is closed.
    pub async fn write_message(
        &self,
        message: impl Into<Message>,
    ) -> Result<(), WebSocketClosedError> {
        self.write(message.into()).await
    }

    pub(crate) async fn write(&self, message: Message) -> Result<(), WebSocketClosedError> {
        let mut item = Item::Own(message);
        loop {
            match self.0.push(item, Writer::Waiting) {
                Ok(()) => return Ok(()),
                Err(Refused::Closed) => return Err(WebSocketClosedError),
                Err(Refused::Full(refused)) => item = refused,
            }
            let length = match &item {
                Item::Own(message) => message.as_bytes().len(),
                _ => 0,
            };
            self.0.room(length).await;
        }
    }

    /// Sends a message if there is room for it, without waiting.
    ///
    /// # Errors
    ///
    /// [`Full`](TryWriteError::Full) when there is no room, whatever the setting
    /// `websocket_slow_readers` says; [`Closed`](TryWriteError::Closed) when the connection
    /// is closed.
    pub fn try_write_message(&self, message: impl Into<Message>) -> Result<(), TryWriteError> {
        match self.0.push(Item::Own(message.into()), Writer::Trying) {
            Ok(()) => Ok(()),
            Err(Refused::Full(_)) => Err(TryWriteError::Full),
            Err(Refused::Closed) => Err(TryWriteError::Closed),
        }
    }

    /// For a room: returns whether the connection still exists.
    pub(super) fn write_shared(&self, message: &SharedMessage) -> bool {
        let item = Item::Shared(message.clone());
        self.0.push(item, Writer::Room).is_ok()
    }

    /// Sends a ping, with up to 125 bytes that come back in
    /// [`on_pong`](crate::WebSocket::on_pong).
    ///
    /// # Errors
    ///
    /// When the connection is closed, or the data is too long.
    pub fn ping(&self, data: impl AsRef<[u8]>) -> Result<(), PingError> {
        let data = data.as_ref();
        PingTooLong::check(data).map_err(|_| PingError::TooLong)?;
        let item = Item::Ping(Bytes::copy_from_slice(data));
        self.0.push_control(item).map_err(|_| PingError::Closed)
    }

    /// Closes the connection without a code, after what was written before. Closing it again has no
    /// effect.
    pub fn close(&self) {
        self.close_by(None);
    }

    /// As [`close`](Self::close), with a code and a reason, such as
    /// `(1001, "goodbye")`.
    ///
    /// # Errors
    ///
    /// For a code that must not be sent, and for a reason of more than 123
    /// bytes.
    pub fn close_with(&self, code: u16, reason: &str) -> Result<(), CloseFrameError> {
        self.close_by(Some(CloseFrame::new(code, reason)?));
        Ok(())
    }

    pub(crate) fn close_by(&self, close: Option<CloseFrame>) {
        // Refused if it is already closed.
        let _ = self.0.push_control(Item::Close(close));
    }

    /// Whether the connection is closed or about to be: nothing can be written.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// How much waits until the client takes it.
    #[must_use]
    pub fn queued(&self) -> Queued {
        self.0.queued()
    }

    /// What distinguishes this connection from all other open ones.
    pub(super) fn key(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    pub(super) fn downgrade(&self) -> Weak<Queue> {
        Arc::downgrade(&self.0)
    }
}

impl fmt::Debug for WebSocketSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WebSocketSender").field(&self.0).finish()
    }
}

/// The connection is closed (`tornado.websocket.WebSocketClosedError`).
///
/// A hook may end with it, through `?`: a client leaving is not a mistake, and nothing is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebSocketClosedError;

impl fmt::Display for WebSocketClosedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the WebSocket is closed")
    }
}

impl std::error::Error for WebSocketClosedError {}

/// Why [`try_write_message`](WebSocketSender::try_write_message) has not
/// written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TryWriteError {
    /// The queue is full: the client reads too slowly.
    Full,
    /// The connection is closed.
    Closed,
}

impl fmt::Display for TryWriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryWriteError::Full => "no more may wait for this WebSocket",
            TryWriteError::Closed => "the WebSocket is closed",
        })
    }
}

impl std::error::Error for TryWriteError {}

/// Why [`ping`](WebSocketSender::ping) has sent nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PingError {
    /// The connection is closed.
    Closed,
    /// The data is longer than 125 bytes.
    TooLong,
}

impl fmt::Display for PingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PingError::Closed => "the WebSocket is closed",
            PingError::TooLong => "a ping has room for 125 bytes",
        })
    }
}

impl std::error::Error for PingError {}
