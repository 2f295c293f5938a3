//! `WebSocketHandler`: a WebSocket as a handler among handlers.

mod class;
mod handshake;
mod hooks;
mod mixin;
mod serve;
mod settings;
mod slot;

pub use class::WebSocketHandler;
pub use handshake::serve_websocket;
pub use hooks::{InheritsWebSocket, WebSocket};
pub use mixin::WebSocketMixin;
pub use settings::WebSocketSettings;
