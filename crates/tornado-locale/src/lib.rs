//! Pages in the reader's language: Tornado's module `tornado.locale`, for any
//! Rust program.
//!
//! [`Translations`] are the languages that a program has been translated into.
//! They are loaded once: from CSV files by [`load_translations`], from
//! gettext's `.mo` files by [`load_gettext_translations`], or from bytes in the
//! program. For a given reader, [`Translations::get_closest`] returns the best
//! match, a [`Locale`]; [`accept_language`] reads the wishes of a browser. A
//! locale translates texts, and formats dates, lists and numbers.
//!
//! Tornado keeps translations in global variables of its module. Here they are
//! values, so two applications in one process, or two tests, can have their
//! own.
//!
//! ```
//! use tornado_locale::load_translations;
//! # let directory = tempfile::tempdir().unwrap();
//! # let es = "\"Sign out\",\"Cerrar sesión\"\n\
//! #     \"%(name)s liked this\",\"A %(name)s les gustó esto\",\"plural\"\n\
//! #     \"%(name)s liked this\",\"A %(name)s le gustó esto\",\"singular\"\n";
//! # std::fs::write(directory.path().join("es_LA.csv"), es).unwrap();
//! # let directory = directory.path();
//!
//! let translations = load_translations(directory)?; // with es_LA.csv
//! let locale = translations.get_closest(["es-LA"]); // tornado.locale.get("es-LA")
//! assert_eq!(locale.code(), "es_LA");
//! assert_eq!(locale.translate("Sign out"), "Cerrar sesión");
//! assert_eq!(locale.translate("Log in"), "Log in", "not translated");
//! # Ok::<(), tornado_locale::TranslationsError>(())
//! ```
//!
//! The crate works without requests and handlers, and without tornado-web.
//! There, a handler's `locale` is that of the request, and
//! `Settings::translations` takes what was loaded.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod accept_language;
mod catalog;
pub mod codecs;
mod complaints;
mod csv;
mod dates;
mod encoding;
mod error;
mod fill;
mod gettext;
#[cfg(test)]
mod golden;
mod language;
mod lists;
mod load;
mod log;
mod names;
mod python;
#[cfg(test)]
mod tests;
mod translations;

pub use accept_language::accept_language;
pub use dates::DateFormat;
pub use error::{TranslationsError, TranslationsErrorKind};
pub use fill::fill;
pub use language::Locale;
pub use load::{load_gettext_translations, load_translations, load_translations_with_encoding};
pub use translations::Translations;
