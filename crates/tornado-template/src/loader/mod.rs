//! Templates, and where they come from.

mod directory;
mod loader;
mod path;
mod template;

pub use loader::{DictLoader, Loader};
pub use template::{Host, Template};

pub(crate) use loader::Collection;
