//! Sessions.

#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod id;
mod json;
mod lifetime;
mod options;
mod patch;
mod record;
mod session;
pub mod store;
mod timestamp;

pub use error::{SessionError, SessionErrorKind};
pub use id::{SessionId, StoreKey};
pub use json::Json;
pub use lifetime::{Expiry, Lifetime};
pub use options::SessionOptions;
pub use patch::Patch;
pub use record::Record;
pub use session::Session;
pub use store::{AnyStore, MemoryStore, SessionStore};
pub use timestamp::Timestamp;
