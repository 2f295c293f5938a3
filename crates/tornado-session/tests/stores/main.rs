//! The database stores, with their own servers.

#![cfg(all(
    feature = "conformance",
    feature = "postgres",
    feature = "redis-cluster",
    feature = "sqlite",
    feature = "tls",
    feature = "tower-sessions"
))]
#![expect(
    clippy::unwrap_used,
    reason = "the tests share functions, and in those, too, an error is a failure"
)]

mod application;
mod expired;
mod hammer;
mod postgres;
mod python;
mod redis;
mod size;
mod sqlite;
mod tls;
mod tower_sessions;
mod trouble;
