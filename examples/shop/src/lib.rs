//! A shop: accounts, a cart in the session, orders, a page for the admin and a
//! JSON API, with SQLite by the crate sqlx.
//!
//! It is a library, so that the tests in `tests/` can make one, too.

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
/// The database. With `Postgres` or `MySql` of sqlx in its place, the code stays
/// as it is, but for the placeholders in the SQL: PostgreSQL writes `$1` for `?`.
pub type Db = sqlx::Sqlite;
// ANCHOR_END: db
