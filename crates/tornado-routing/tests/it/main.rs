//! What Tornado makes of patterns, and what a table makes of its rules.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

mod patterns;
mod support;
mod table;
mod undecided;
