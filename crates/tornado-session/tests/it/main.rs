//! Sessions over HTTP: what a handler does, and what the client sees of it.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

mod cookie;
mod guarantees;
mod lifecycle;
mod login;
mod settings;
mod several;
mod support;
