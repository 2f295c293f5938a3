//! WebSockets (RFC 6455), compressed where both sides want it (RFC 7692).
//!
//! [`Protocol`] is one end of a connection without I/O: it needs no runtime, and serves
//! servers and clients.

mod deflate;
mod protocol;

pub use deflate::{CompressionOptions, Deflate, ExtensionError};
pub use protocol::{
    CloseFrame, CloseFrameError, Closing, Event, Message, Output, PingTooLong, Protocol,
    ProtocolError, Role, SharedMessage,
};
