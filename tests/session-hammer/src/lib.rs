//! Hammers for sessions: many concurrent requests, over HTTP, and then a check
//! of what is left. Each tests one promise of the session layer, for any store.
//!
//! [`run`] runs them all against a [`Site`], which is one or more servers on
//! one store. Tests run a small [`Plan`]; `cargo xtask bench hammer` runs large
//! ones, on each store, and for comparison against a server with the crate
//! tower-sessions.

#![expect(
    clippy::missing_panics_doc,
    reason = "a promise that is broken is a panic, everywhere in here, or counted in the report"
)]

mod client;
pub mod hammers;
mod peer;
mod plan;
mod report;
mod server;

pub use client::{Answer, Client};
pub use hammers::{Hammer, run};
pub use plan::Plan;
pub use report::Report;
pub use server::{Site, application};
