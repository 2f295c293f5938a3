//! Hammers for sessions: many requests at once, over HTTP, and then a look at
//! what is left. Each asserts one promise of the session layer, for any store.
//!
//! [`run`] runs them all against a [`Site`], which is one server or several on
//! one store. Tests run a small [`Plan`]; `cargo run --release -p
//! session-hammer -- URL` runs a large one and tells how long it took.

#![expect(
    clippy::missing_panics_doc,
    reason = "a promise that is broken is a panic, everywhere in here"
)]

mod client;
pub mod hammers;
mod server;

use std::time::{Duration, Instant};

pub use client::{Answer, Client};
pub use server::{Site, application};

/// How much there is to do.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// How many sessions there are.
    pub sessions: usize,
    /// How many clients use each of them at once.
    pub clients: usize,
    /// How many requests each of these makes.
    pub requests: usize,
}

impl Plan {
    /// So many sessions, clients of each and requests of each of these.
    #[must_use]
    pub fn new(sessions: usize, clients: usize, requests: usize) -> Plan {
        Plan {
            sessions,
            clients,
            requests,
        }
    }

    /// All requests together.
    #[must_use]
    pub fn total(&self) -> usize {
        self.sessions * self.clients * self.requests
    }
}

/// What a hammer has done.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// Writes that were acknowledged, all of which were there in the end if
    /// that was promised.
    pub acknowledged: usize,
    /// Writes that were refused, because their session had ended or had got
    /// another id.
    pub refused: usize,
    /// How long it took, with the look at what is left.
    pub elapsed: Duration,
}

/// Runs all hammers one after the other and gives each report.
pub async fn run(site: &Site, plan: Plan) -> Vec<(&'static str, Report)> {
    let mut reports = Vec::new();
    macro_rules! hammers {
        ($($name:ident)*) => {$({
            let start = Instant::now();
            let mut report = hammers::$name(site, plan).await;
            report.elapsed = start.elapsed();
            reports.push((stringify!($name), report));
        })*};
    }
    hammers! {
        different_keys
        one_key
        logouts
        new_ids
        revocations
    }
    reports
}
