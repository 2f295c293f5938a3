//! The handlers that come with the framework, as Tornado's `web` module has
//! them.

mod error;
mod format;
mod redirect;

pub use error::ErrorHandler;
pub use redirect::RedirectHandler;
