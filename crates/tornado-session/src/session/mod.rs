//! `Session`: what a handler holds, and the state behind it.

mod changes;
mod handle;
mod save;
mod state;

pub use handle::Session;
pub(crate) use state::CookieDue;

#[cfg(test)]
mod tests;
