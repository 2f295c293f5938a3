//! Shared by the tests of several packages.
//!
//! [`Program`] is a server in a separate process, as a user would start it:
//! ours, or one in Python. Tests send it requests with `tornado-testing`. Where
//! the bytes on the wire matter, [`send_raw`] sends and reads them with the
//! standard library alone, so that the code under test does not test itself.
//!
//! [`RedisServer`], [`RedisCluster`] and [`PostgresServer`] are servers that
//! belong to a test, [`Browser`] is a Chromium, and [`Proxy`] is a network in
//! between that fails on command. [`mo_file`] writes what gettext's tools
//! would.

#![expect(
    clippy::missing_panics_doc,
    reason = "what is not as a test expects is a panic, everywhere in here"
)]

mod browser;
mod mo;
mod postgres_server;
mod program;
mod proxy;
mod python;
mod raw;
mod redis_cluster;
mod redis_server;
mod server;

pub use browser::Browser;
pub use mo::mo_file;
pub use postgres_server::PostgresServer;
pub use program::Program;
pub use proxy::Proxy;
pub use raw::{RawResponse, send_raw};
pub use redis_cluster::RedisCluster;
pub use redis_server::RedisServer;
pub use server::free_port;
