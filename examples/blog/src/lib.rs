//! A blog in the shape of Tornado's demo: its pages are Tornado's templates, with a
//! UI module for a post. Posts are Markdown, and in SQLite or PostgreSQL by the
//! crate sqlx.
//!
//! It is a library, so that the tests in `tests/` can make one, too.

mod app;
mod auth;
mod base;
mod compose;
mod entries;
mod pages;
mod password;

pub use app::{application, open};
