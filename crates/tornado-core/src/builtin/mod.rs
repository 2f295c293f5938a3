//! The handlers that come with the framework, as Tornado's `web` module has
//! them.

mod error;
mod format;
mod redirect;
mod undecided;

pub use error::ErrorHandler;
pub use redirect::RedirectHandler;
pub(crate) use undecided::UndecidedHandler;
