//! Tests of the crate from the outside.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

#[cfg(feature = "handler")]
mod autobahn;
#[cfg(feature = "handler")]
mod client;
#[cfg(all(feature = "client", feature = "tls"))]
mod connect;
#[cfg(feature = "handler")]
mod ends;
#[cfg(feature = "handler")]
mod handler;
#[cfg(feature = "handler")]
mod http2;
#[cfg(all(feature = "handler", target_os = "linux"))]
mod misbehaviour;
#[cfg(all(feature = "postgres", feature = "redis"))]
mod nodes;
mod protocol;
#[cfg(feature = "handler")]
mod settings;
#[cfg(all(feature = "postgres-tls", feature = "redis"))]
mod tls;
