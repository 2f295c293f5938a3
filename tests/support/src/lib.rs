//! What the tests of several packages share.
//!
//! [`Program`] is a server in a process of its own, as a user would start it:
//! ours, or one in Python. [`Client`] speaks HTTP/1.1 to it over a real socket
//! and keeps cookies as a browser does. Both use the standard library only, so
//! that what is tested does not test itself.
//!
//! [`RedisServer`], [`RedisCluster`] and [`PostgresServer`] are servers of a
//! test's own, and [`Proxy`] is a network between that fails on command.
//! [`mo_file`] writes what gettext's tools would.

#![expect(
    clippy::missing_panics_doc,
    reason = "what is not as a test expects is a panic, everywhere in here"
)]

mod client;
mod mo;
mod postgres_server;
mod program;
mod proxy;
mod python;
mod raw;
mod redis_cluster;
mod redis_server;
mod server;

pub use client::{Client, Response};
pub use mo::mo_file;
pub use postgres_server::PostgresServer;
pub use program::Program;
pub use proxy::Proxy;
pub use raw::{RawResponse, send_raw};
pub use redis_cluster::RedisCluster;
pub use redis_server::RedisServer;
pub use server::free_port;
