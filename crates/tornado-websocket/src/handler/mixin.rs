//! `WebSocketMixin`: what a handler of a WebSocket calls.

use std::future::Future;

use super::InheritsWebSocket;
use super::slot::Slot;
use crate::connection::PingError;
use crate::protocol::{CloseFrameError, Message};
use crate::{WebSocketClosedError, WebSocketSender};

/// What the hooks of a [`WebSocket`](crate::WebSocket) call, from
/// [`open`](crate::WebSocket::open) on.
///
/// # Panics
///
/// All of them, when they are called before the handshake is done, such as in `prepare`.
pub trait WebSocketMixin: InheritsWebSocket {
    /// Sends a message: text, bytes, or a JSON value
    /// (`WebSocketHandler.write_message`). It waits while as much waits already as may;
    /// see [`WebSocketSender::write_message`]. What is written goes out while the hook
    /// waits for something, or when it returns.
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
    /// When the connection is closed. A hook may end with that: nothing is logged.
    fn write_message(
        &mut self,
        message: impl Into<Message> + Send,
    ) -> impl Future<Output = Result<(), WebSocketClosedError>> + Send {
        let sender = self.sender();
        let message = message.into();
        async move { sender.write(message).await }
    }

    /// What writes to this connection from anywhere, and for as long as it is there.
    fn sender(&self) -> WebSocketSender {
        Slot::of(self.exchange()).sender.clone()
    }

    /// Sends a ping with up to 125 bytes, which come back in
    /// [`on_pong`](crate::WebSocket::on_pong). To send them by itself there is the setting
    /// [`websocket_ping_interval`](crate::WebSocketSettings::websocket_ping_interval).
    ///
    /// # Errors
    ///
    /// When the connection is closed, or the data is too long.
    fn ping(&mut self, data: impl AsRef<[u8]>) -> Result<(), PingError> {
        Slot::of(self.exchange()).sender.ping(data)
    }

    /// Closes the connection, behind what was written before. Messages that the client has
    /// sent meanwhile still come; then [`on_close`](crate::WebSocket::on_close) runs.
    fn close(&mut self) // a code and a reason: close_with
    {
        Slot::of(self.exchange()).sender.close();
    }

    /// The same with a code and a reason: `close(1001, "goodbye")`.
    ///
    /// # Errors
    ///
    /// For a code that none may send, and for a reason of more than 123 bytes.
    fn close_with(&mut self, code: u16, reason: &str) -> Result<(), CloseFrameError> {
        Slot::of(self.exchange()).sender.close_with(code, reason)
    }

    /// Why the connection has ended, in [`on_close`](crate::WebSocket::on_close): the code
    /// that the client has sent, or the one by which this side had to end it, such as 1011
    /// after an error. `None` for none: the network is gone, or the client gives no code.
    fn close_code(&self) -> Option<u16> {
        let closed = Slot::of(self.exchange()).closed.as_ref();
        closed.map(|close| close.code())
    }

    /// The reason beside the code; `None` where there is none.
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

    /// Whether small messages go out at once, as they do unless it is told otherwise;
    /// Tornado's do not. It holds from when the running hook returns.
    fn set_nodelay(&mut self, nodelay: bool) {
        Slot::of_mut(self.exchange_mut()).nodelay = Some(nodelay);
    }
}

impl<H: InheritsWebSocket> WebSocketMixin for H {}
