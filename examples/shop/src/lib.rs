//! A shop: accounts, a cart in the session, orders, an admin page and a JSON API,
//! with SQLite through the crate sqlx.
//!
//! It is a library, so that the tests in `tests/` can create one too.

mod accounts;
mod admin;
mod api;
mod app;
mod articles;
mod base;
mod cart;
mod html;
mod orders;
mod transaction;

pub use app::{application, open};

// ANCHOR: db
/// The database. With sqlx's `Postgres` or `MySql` instead, the Rust code stays the
/// same and only the SQL changes: PostgreSQL writes `$1` for `?`, and MySQL has no
/// `RETURNING`.
pub type Db = sqlx::Sqlite;
// ANCHOR_END: db
