//! `WebSocket`: the hooks of a handler that serves a WebSocket.

use std::time::Duration;

use bytes::Bytes;
use tornado_core::{AsyncHook, Handler, RequestHandler, Result};

use crate::{CompressionOptions, Message};

/// The hooks of a WebSocket, for those who wrap
/// [`WebSocketHandler`](crate::WebSocketHandler).
///
/// As with [`RequestHandler`], a hook that is left out is that of what the handler
/// wraps. `#[handler(websocket)]` on the struct lets the connection be served with these
/// hooks; without it, the compiler asks for it.
///
/// For one connection they run in Tornado's order: `prepare`,
/// [`check_origin`](Self::check_origin) where the request is from another origin,
/// [`get_compression_options`](Self::get_compression_options),
/// [`select_subprotocol`](Self::select_subprotocol), then, when the client has the answer,
/// `on_finish`, [`open`](Self::open), [`on_message`](Self::on_message) for each message,
/// and [`on_close`](Self::on_close). One runs at a time: the next message is read when the
/// hook for the last one has returned.
///
/// An error or a panic in a hook is logged by
/// [`log_exception`](RequestHandler::log_exception) and closes the connection with 1011.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not serve a WebSocket",
    label = "has no `impl WebSocket`",
    note = "a handler of a WebSocket has `#[handler(websocket)]` beside `#[derive(Handler)]`, the base `WebSocketHandler`, or \
            another one of these, and `impl WebSocket for {Self} {{ .. }}` with its hooks",
    note = "hooks are written as `async fn on_message(&mut self, message: Message) -> Result`"
)]
pub trait WebSocket: RequestHandler + InheritsWebSocket {
    /// Runs when the connection is there, before anything is read from it. The groups of
    /// the route's pattern are [`path_args`](tornado_core::PathArgs::path_args), as in a
    /// `get`.
    ///
    /// # Errors
    ///
    /// Closes the connection with 1011, as in all hooks below.
    fn open(&mut self) -> impl AsyncHook<Result> + Send {
        self.socket_mut().open()
    }

    /// Takes a message. Until it returns, no other is read; what was written is sent all
    /// the same.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    fn on_message(&mut self, message: Message) -> impl AsyncHook<Result> + Send {
        self.socket_mut().on_message(message)
    }

    /// Runs once for each [`open`](Self::open), behind all other hooks, however the
    /// connection has ended; [`close_code`](crate::WebSocketMixin::close_code) and
    /// [`close_reason`](crate::WebSocketMixin::close_reason) say how. Where the network is
    /// gone, that is noticed by [`ping_interval`](Self::ping_interval).
    ///
    /// # Errors
    ///
    /// An error is logged.
    fn on_close(&mut self) -> impl AsyncHook<Result> + Send {
        self.socket_mut().on_close()
    }

    /// Runs for a ping of the client; its pong is sent by itself.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    fn on_ping(&mut self, data: Bytes) -> impl AsyncHook<Result> + Send {
        self.socket_mut().on_ping(data)
    }

    /// Runs for a pong of the client.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    fn on_pong(&mut self, data: Bytes) -> impl AsyncHook<Result> + Send {
        self.socket_mut().on_pong(data)
    }

    /// Whether a page of this origin may open a connection. It is asked, behind
    /// `prepare`, about an origin that is another one; browsers let any page open a
    /// WebSocket anywhere, with the user's cookies. By default it asks
    /// [`check_trusted_origin`](RequestHandler::check_trusted_origin), whose default are
    /// the origins of the setting
    /// [`trusted_origins`](tornado_core::Settings::trusted_origins).
    fn check_origin(&self, origin: &str) -> bool {
        self.socket().check_origin(origin)
    }

    /// Selects one of the subprotocols that the client offers, which may be none; `None`,
    /// the default, selects none. It is asked once for each connection.
    fn select_subprotocol(&mut self, subprotocols: &[&str]) -> Option<String> {
        self.socket_mut().select_subprotocol(subprotocols)
    }

    /// How to compress messages, where the client can; `None`, the default, for not at
    /// all.
    fn get_compression_options(&self) -> Option<CompressionOptions> {
        self.socket().get_compression_options()
    }

    /// How often a ping is sent; zero for never. By default the setting
    /// [`websocket_ping_interval`](crate::WebSocketSettings::websocket_ping_interval).
    fn ping_interval(&self) -> Duration {
        self.socket().ping_interval()
    }

    /// How long after a ping something has to have come from the client, a pong or
    /// anything else; zero for however long. By default the setting
    /// [`websocket_ping_timeout`](crate::WebSocketSettings::websocket_ping_timeout), and
    /// without that, as long as [`ping_interval`](Self::ping_interval).
    fn ping_timeout(&self) -> Duration {
        self.socket().ping_timeout()
    }

    /// The longest message that is taken, in bytes. By default the setting
    /// [`websocket_max_message_size`](crate::WebSocketSettings::websocket_max_message_size).
    fn max_message_size(&self) -> usize {
        self.socket().max_message_size()
    }
}

/// How a handler reaches the WebSocket that it inherits: `#[handler(websocket)]` writes
/// it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not serve a WebSocket",
    label = "lacks `#[handler(websocket)]`",
    note = "put `#[handler(websocket)]` beside `#[derive(Handler)]`; the base must be `WebSocketHandler`, \
            `WebSocketHandler<YourBase>`, or a handler that has the same"
)]
pub trait InheritsWebSocket: Handler {
    /// What it inherits its hooks from.
    type Socket: WebSocket;

    /// What it inherits from, for `super().hook()`.
    fn socket(&self) -> &Self::Socket;

    /// What it inherits from, for `super().hook()`.
    fn socket_mut(&mut self) -> &mut Self::Socket;
}
