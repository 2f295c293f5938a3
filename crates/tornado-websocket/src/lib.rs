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
//! | [`Protocol`] | one end of a connection without I/O, for servers and clients |
//!
//! # Cargo features
//!
//! `handler` (default) is all but the last line of this table. What is left needs no
//! runtime and no server.

#[cfg(feature = "handler")]
mod connection;
mod deflate;
#[cfg(feature = "handler")]
mod handler;
mod protocol;

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
