//! WebSockets for [tornado-web](https://docs.rs/tornado-web) (`tornado.websocket`):
//! RFC 6455, compressed where both sides want it (RFC 7692).
//!
//! Applications use it as `tornado_web::websocket`.
//!
//! | where | what |
//! |---|---|
//! | [`WebSocketHandler`] | what a handler wraps |
//! | [`WebSocket`] | the hooks that it overrides |
//! | [`WebSocketMixin`] | what it calls |
//! | [`WebSocketSender`] | writes from any task |
//! | [`Rooms`] | one message for many |
//! | [`CompressionOptions`] | how messages are compressed |
//! | [`WebSocketSettings`] | the settings |
//! | [`websocket_connect`] | a client |
//! | [`Protocol`] | one end of a connection without I/O, for servers and clients |
//!
//! # Cargo features
//!
//! - `handler` (default) is all of this table but the last two lines. The protocol, which is
//!   always there, needs no runtime and no server.
//! - `client` (default): `websocket_connect`.
//! - `redis`, `postgres`: `Rooms::connect`, rooms across nodes.
//! - `tls`: the client speaks TLS, and so do rooms by Redis; `postgres-tls`: rooms by
//!   PostgreSQL.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "handler")]
mod accept;
#[cfg(any(feature = "client", feature = "postgres", feature = "redis"))]
mod causes;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "handler")]
mod connection;
mod deflate;
#[cfg(feature = "handler")]
mod handler;
mod protocol;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod relay;
#[cfg(all(
    feature = "tls",
    any(feature = "client", feature = "postgres", feature = "redis")
))]
mod tls;

#[cfg(feature = "client")]
pub use client::{
    WebSocketClientConnection, WebSocketConnect, WebSocketConnectError, WebSocketConnectErrorKind,
    websocket_connect,
};
#[cfg(feature = "handler")]
pub use connection::{
    PingError, Queued, Rooms, SlowReaders, TryWriteError, WebSocketClosedError, WebSocketSender,
};
pub use deflate::{CompressionOptions, Deflate, ExtensionError};
#[cfg(feature = "handler")]
pub use handler::{
    InheritsWebSocket, WebSocket, WebSocketHandler, WebSocketMixin, WebSocketSettings,
    serve_websocket,
};
pub use protocol::{
    CloseFrame, CloseFrameError, Closing, Event, Message, Output, PingTooLong, Protocol,
    ProtocolError, Role, SharedMessage,
};
#[cfg(any(feature = "postgres", feature = "redis"))]
pub use relay::{RoomsError, RoomsErrorKind};
