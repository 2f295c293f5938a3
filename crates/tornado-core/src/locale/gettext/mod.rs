//! gettext: its `.mo` files, its plural forms, its directories.

mod catalog;
mod directories;
mod load;
mod mo;
mod plural;

pub(super) use catalog::GettextCatalog;
pub use load::load_gettext_translations;
#[cfg(test)]
pub(super) use plural::Plural;
