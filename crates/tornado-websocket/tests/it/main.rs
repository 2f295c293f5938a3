//! Tests of the crate from the outside.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

#[cfg(feature = "handler")]
mod autobahn;
#[cfg(feature = "handler")]
mod client;
#[cfg(feature = "handler")]
mod handler;
mod protocol;
