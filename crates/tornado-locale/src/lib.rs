//! Pages in the language of those who read them: Tornado's module
//! `tornado.locale`, for any Rust program.
//!
//! [`Translations`] are what a program has been translated into. They are read
//! once, from files of CSV by [`load_translations`], from the `.mo` files of
//! gettext by [`load_gettext_translations`], or from bytes in the program. For
//! one reader, [`Translations::get_closest`] gives the one that fits best, a
//! [`Locale`]; [`accept_language`] reads what a browser asks for. A locale
//! translates texts, and writes dates, lists and numbers.
//!
//! Tornado keeps translations in global variables of its module. Here they are
//! values: two applications in one process, or two tests, can have their own.
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
//! It knows nothing of requests and handlers, and needs no tornado-web. There
//! the handler's `locale` is the one of the request, and `Settings::translations`
//! takes what was loaded.

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
