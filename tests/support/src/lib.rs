//! What the tests of several packages share.
//!
//! [`Program`] is a server in a process of its own, as a user would start it;
//! [`Client`] speaks HTTP/1.1 to it over a real socket and keeps cookies as a
//! browser does. Both use the standard library only, so that what is tested
//! does not test itself.

mod client;
mod program;

pub use client::{Client, Response};
pub use program::Program;
