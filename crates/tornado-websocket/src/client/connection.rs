//! `WebSocketClientConnection`: a connection that this side has begun.

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
/// It runs in a task of its own: pings are answered, and what is written goes out, whether
/// somebody reads or not. Messages that nobody reads hold the server up. To drop it closes
/// the connection; what was written before still goes out.
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

    /// The next message; `None` when the connection has ended, and then
    /// [`close_code`](Self::close_code) says how. To stop waiting loses no message.
    pub async fn read_message(&mut self) -> Option<Message> {
        self.messages.recv().await
    }

    /// Sends a message: text, bytes, or a JSON value. It waits while too much waits
    /// already; see [`WebSocketSender::write_message`].
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

    /// What writes to this connection from anywhere.
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

    /// Closes the connection, behind what was written before, without a code. Messages
    /// that the server has sent meanwhile can still be read; then
    /// [`read_message`](Self::read_message) gives `None`.
    pub fn close(&self) {
        self.sender.close();
    }

    /// The same with a code and a reason: `close_with(1001, "goodbye")`.
    ///
    /// # Errors
    ///
    /// For a code that none may send, and for a reason of more than 123 bytes.
    pub fn close_with(&self, code: u16, reason: &str) -> Result<(), CloseFrameError> {
        self.sender.close_with(code, reason)
    }

    /// The code that the server has closed with, or the one by which this side had to end
    /// the connection, such as 1002. `None` before the end, and for none: the network is
    /// gone, or the server gives no code.
    #[must_use]
    pub fn close_code(&self) -> Option<u16> {
        self.closed.get().map(CloseFrame::code)
    }

    /// The reason beside the code; `None` where there is none.
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

    /// The headers that the server has answered with, such as `Set-Cookie`.
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
                // Where nobody reads any more, it ends soon.
                let _ = engine.during(reader.send(message)).await;
                continue;
            }
            Step::Event(Event::Ping(_) | Event::Pong(_)) => continue,
            Step::Event(Event::Close(close)) => {
                queue.close();
                queue.clear();
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
