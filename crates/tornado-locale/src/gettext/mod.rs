//! gettext: its `.mo` files and its plural forms.

mod catalog;
mod mo;
mod plural;

pub(super) use catalog::GettextCatalog;
pub(super) use mo::Mo;
#[cfg(test)]
pub(super) use plural::Plural;
