//! Logins by the public API, with providers that are right, and with such that are not.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

mod account;
mod attacks;
mod login;
mod mock;
mod support;
mod tokens;
