//! The handlers that come with the framework, as in Tornado's module `web`.

mod error;
mod format;
mod redirect;
mod undecided;

pub use error::ErrorHandler;
pub use redirect::RedirectHandler;
pub(crate) use undecided::UndecidedHandler;
