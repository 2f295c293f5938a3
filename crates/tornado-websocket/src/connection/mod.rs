//! A connection with its socket: the queue of messages to send, and the engine
//! that moves the bytes.

mod engine;
mod queue;
mod rooms;
mod sender;
mod slow;

pub(crate) use engine::{Engine, Step, Times};
pub use queue::Queued;
pub(crate) use queue::{Limits, Queue};
pub use rooms::Rooms;
pub use sender::{PingError, TryWriteError, WebSocketClosedError, WebSocketSender};
pub use slow::SlowReaders;
