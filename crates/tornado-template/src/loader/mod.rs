//! Templates, and where they come from.

mod collection;
mod directory;
mod path;
mod template;

pub use collection::{DictLoader, Loader};
pub use template::{Host, Template};

pub(crate) use collection::Collection;
