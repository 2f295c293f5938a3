//! A blog modelled on Tornado's demo: its pages are Tornado templates, with a UI
//! module for a post. Posts are written in Markdown, and stored in SQLite or
//! PostgreSQL with the crate sqlx.
//!
//! It is a library, so that the tests in `tests/` can create one too.

mod app;
mod auth;
mod base;
mod compose;
mod entries;
mod pages;
mod password;

pub use app::{application, open};
