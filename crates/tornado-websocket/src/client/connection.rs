//! `WebSocketClientConnection`: a connection that this side has opened.

use std::future::poll_fn;
use std::sync::{Arc, OnceLock};

use http::HeaderMap;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;

use crate::connection::{Engine, PingError, Queue, Step, WebSocketClosedError, WebSocketSender};
use crate::protocol::{CloseFrame, CloseFrameError, Event, Message};

/// The client's end of a WebSocket (`tornado.websocket.WebSocketClientConnection`), made by
/// [`websocket_connect`](crate::websocket_connect).
///
/// It runs in a separate task: pings are answered, and written messages are sent, whether or not
/// anything is being read. Unread messages hold up the server. Dropping it closes the connection;
/// what was written before is still sent.
#[derive(Debug)]
pub struct WebSocketClientConnection {
    sender: WebSocketSender,
    messages: mpsc::Receiver<Message>,
    closed: Arc<OnceLock<CloseFrame>>,
    headers: HeaderMap,
    subprotocol: Option<String>,
}

impl WebSocketClientConnection {
    pub(super) fn start<S>(
        engine: Engine<S>,
        queue: Arc<Queue>,
        headers: HeaderMap,
        subprotocol: Option<String>,
    ) -> WebSocketClientConnection
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (reader, messages) = mpsc::channel(1);
        let closed = Arc::new(OnceLock::new());
        tokio::spawn(run(engine, Arc::clone(&queue), reader, Arc::clone(&closed)));
        WebSocketClientConnection {
            sender: WebSocketSender(queue),
            messages,
            closed,
            headers,
            subprotocol,
        }
    }

    /// The next message; `None` when the connection has ended, in which case
    /// [`close_code`](Self::close_code) says how. Cancelling the wait loses no
    /// message.
    pub async fn read_message(&mut self) -> Option<Message> {
        self.messages.recv().await
    }

    /// Sends a message: text, bytes, or a JSON value. It waits while the queue
    /// is full; see [`WebSocketSender::write_message`].
    ///
    /// # Errors
    ///
    /// When the connection is closed.
    pub async fn write_message(
        &self,
        message: impl Into<Message>,
    ) -> Result<(), WebSocketClosedError> {
        self.sender.write_message(message).await
    }

    /// A sender that can write to this connection from anywhere.
    #[must_use]
    pub fn sender(&self) -> WebSocketSender {
        self.sender.clone()
    }

    /// Sends a ping, with up to 125 bytes.
    ///
    /// # Errors
    ///
    /// When the connection is closed, or the data is too long.
    pub fn ping(&self, data: impl AsRef<[u8]>) -> Result<(), PingError> {
        self.sender.ping(data)
    }

    /// Closes the connection without a code, after what was written before. Messages that the
    /// server has sent in the meantime can still be read; then [`read_message`](Self::read_message)
    /// returns `None`.
    pub fn close(&self) {
        self.sender.close();
    }

    /// As [`close`](Self::close), with a code and a reason:
    /// `close_with(1001, "goodbye")`.
    ///
    /// # Errors
    ///
    /// For a code that must not be sent, and for a reason of more than 123
    /// bytes.
    pub fn close_with(&self, code: u16, reason: &str) -> Result<(), CloseFrameError> {
        self.sender.close_with(code, reason)
    }

    /// The code with which the server has closed the connection, or with which this side had to end
    /// it, such as 1002. `None` before the end, or if there is no code: the network is gone, or the
    /// server gives none.
    #[must_use]
    pub fn close_code(&self) -> Option<u16> {
        self.closed.get().map(CloseFrame::code)
    }

    /// The reason that came with the code, if any.
    #[must_use]
    pub fn close_reason(&self) -> Option<&str> {
        let reason = self.closed.get().map(CloseFrame::reason);
        reason.filter(|reason| !reason.is_empty())
    }

    /// The subprotocol that the server has selected.
    #[must_use]
    pub fn selected_subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_deref()
    }

    /// The headers of the server's answer, such as `Set-Cookie`.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl Drop for WebSocketClientConnection {
    fn drop(&mut self) {
        self.sender.close();
    }
}

async fn run<S: AsyncRead + AsyncWrite + Unpin>(
    mut engine: Engine<S>,
    queue: Arc<Queue>,
    reader: mpsc::Sender<Message>,
    closed: Arc<OnceLock<CloseFrame>>,
) {
    loop {
        let close = match poll_fn(|cx| engine.poll_step(cx)).await {
            Step::Event(Event::Message(message)) => {
                // If nobody reads any more, it will end soon.
                let _ = engine.during(reader.send(message)).await;
                continue;
            }
            Step::Event(Event::Ping(_) | Event::Pong(_)) => continue,
            Step::Event(Event::Close(close)) => {
                queue.abandon();
                close
            }
            Step::Failed(close) => Some(close),
            Step::Ended => break,
        };
        if let Some(close) = close {
            // The first one is why.
            let _ = closed.set(close);
        }
    }
    queue.close();
    engine.shutdown().await;
}
