//! `Session`: the handle that a handler holds, and the state behind it.

mod changes;
mod default;
mod flash;
mod handle;
mod info;
mod login;
mod save;
mod state;
mod typed;

pub use default::DefaultFor;
pub use flash::Flash;
pub use handle::Session;
pub use info::SessionInfo;
pub(crate) use state::CookieDue;

#[cfg(test)]
mod tests;
