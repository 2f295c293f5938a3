//! An application of several files. It is a library, so that the tests in
//! `tests/` can create one too.

mod app;
mod base;
mod db;
mod handlers;

pub use app::application;
pub use db::Db;
