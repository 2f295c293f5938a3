//! Translations from files: a directory of CSV files, or a gettext directory
//! tree.

mod common;
mod csv;
mod directories;
mod gettext;

pub use csv::{load_translations, load_translations_with_encoding};
pub use gettext::load_gettext_translations;
