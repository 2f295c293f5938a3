//! The stores of databases, with servers of their own.

#![cfg(all(
    feature = "conformance",
    any(feature = "postgres", feature = "redis", feature = "sqlite")
))]
#![expect(
    clippy::unwrap_used,
    reason = "the tests share functions, and in those, too, an error is a failure"
)]

mod application;
mod hammer;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "sqlite")]
mod sqlite;
