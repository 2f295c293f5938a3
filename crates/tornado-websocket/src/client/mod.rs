//! `websocket_connect`: a client.

mod connection;
mod error;
mod handshake;
mod options;
mod stream;

pub use connection::WebSocketClientConnection;
pub use error::{WebSocketConnectError, WebSocketConnectErrorKind};
pub use options::{WebSocketConnect, websocket_connect};
