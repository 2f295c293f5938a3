//! The snippets of `docs/guide`: one file here for each chapter that has any.
//!
//! A chapter quotes the lines between `ANCHOR` and `ANCHOR_END`, and
//! `cargo xtask docs` keeps the two in sync. If a chapter shows Python next to
//! the Rust, both run here, and must give the same answers.

#![expect(
    clippy::unwrap_used,
    reason = "what fails here is to fail the test, and so is what fails in a snippet"
)]

mod abstract_bases;
mod checked_forms;
mod cookies_and_sessions;
mod database;
mod errors;
mod first_project;
mod forms;
mod handlers;
mod json;
mod languages;
mod logging;
mod login;
mod middleware;
mod routing;
mod running;
mod sessions;
mod settings;
mod settings_table;
mod static_files;
mod streams;
mod streams_load;
mod support;
mod templates;
mod testing;
mod websockets;
