//! `WebSocketMixin`: the methods of a WebSocket handler.

use std::future::Future;

use super::InheritsWebSocket;
use super::slot::Slot;
use crate::connection::PingError;
use crate::protocol::{CloseFrameError, Message};
use crate::{WebSocketClosedError, WebSocketSender};

/// The methods that the hooks of a [`WebSocket`](crate::WebSocket) call, from
/// [`open`](crate::WebSocket::open) on.
///
/// # Panics
///
/// All of them, if they are called before the handshake is done, such as in `prepare`.
pub trait WebSocketMixin: InheritsWebSocket {
    /// Sends a message: text, bytes, or a JSON value (`WebSocketHandler.write_message`). It waits
    /// while the queue is full; see [`WebSocketSender::write_message`]. Messages are sent while the
    /// hook waits for something, or when it returns.
    ///
    /// ```
    /// # use tornado_web::websocket::{Message, WebSocket, WebSocketHandler, WebSocketMixin};
    /// # use tornado_web::{Handler, RequestHandler, Result};
    /// # #[derive(Handler)]
    /// # #[handler(websocket)]
    /// # struct Shows(WebSocketHandler);
    /// # impl RequestHandler for Shows {}
    /// # impl WebSocket for Shows {
    /// async fn on_message(&mut self, message: Message) -> Result {
    ///     self.write_message("text").await?;
    ///     self.write_message(vec![0, 1, 2]).await?; // binary=True
    ///     self.write_message(serde_json::json!({"text": message.as_text()})).await?;
    ///     Ok(())
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the connection is closed. A hook may end with this error: nothing
    /// is logged.
    fn write_message(
        &mut self,
        message: impl Into<Message> + Send,
    ) -> impl Future<Output = Result<(), WebSocketClosedError>> + Send {
        let sender = self.sender();
        let message = message.into();
        async move { sender.write(message).await }
    }

    /// A sender that can write to this connection from anywhere, for as long as it exists.
    fn sender(&self) -> WebSocketSender {
        Slot::of(self.exchange()).sender.clone()
    }

    /// Sends a ping with up to 125 bytes, which come back in
    /// [`on_pong`](crate::WebSocket::on_pong). To send pings automatically, use the setting
    /// [`websocket_ping_interval`](crate::WebSocketSettings::websocket_ping_interval).
    ///
    /// # Errors
    ///
    /// When the connection is closed, or the data is too long.
    fn ping(&mut self, data: impl AsRef<[u8]>) -> Result<(), PingError> {
        Slot::of(self.exchange()).sender.ping(data)
    }

    /// Closes the connection after what was written before. Messages that the client has sent in
    /// the meantime still arrive; then [`on_close`](crate::WebSocket::on_close) runs.
    fn close(&mut self) // a code and a reason: close_with
    {
        Slot::of(self.exchange()).sender.close();
    }

    /// As [`close`](Self::close), with a code and a reason:
    /// `close(1001, "goodbye")`.
    ///
    /// # Errors
    ///
    /// For a code that must not be sent, and for a reason of more than 123
    /// bytes.
    fn close_with(&mut self, code: u16, reason: &str) -> Result<(), CloseFrameError> {
        Slot::of(self.exchange()).sender.close_with(code, reason)
    }

    /// Why the connection has ended, in [`on_close`](crate::WebSocket::on_close): the code that the
    /// client has sent, or with which this side had to end it, such as 1011 after an error. `None`
    /// if there is no code: the network is gone, or the client gives none.
    fn close_code(&self) -> Option<u16> {
        let closed = Slot::of(self.exchange()).closed.as_ref();
        closed.map(|close| close.code())
    }

    /// The reason that came with the code, if any.
    fn close_reason(&self) -> Option<&str> {
        let closed = Slot::of(self.exchange()).closed.as_ref();
        closed
            .map(|close| close.reason())
            .filter(|reason| !reason.is_empty())
    }

    /// The subprotocol that
    /// [`select_subprotocol`](crate::WebSocket::select_subprotocol) has selected.
    fn selected_subprotocol(&self) -> Option<&str> {
        Slot::of(self.exchange()).subprotocol.as_deref()
    }

    /// Whether small messages are sent immediately, which is the default; in Tornado it is not. It
    /// takes effect when the running hook returns.
    fn set_nodelay(&mut self, nodelay: bool) {
        Slot::of_mut(self.exchange_mut()).nodelay = Some(nodelay);
    }
}

impl<H: InheritsWebSocket> WebSocketMixin for H {}
