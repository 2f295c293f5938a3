//! Pages in the language of those who read them (`tornado.locale`).
//!
//! [`Translations`] are what an application has been translated into. They are
//! read once, from files of CSV by [`load_translations`] or from the `.mo` files
//! of gettext by [`load_gettext_translations`], and given to the application
//! with [`Settings::translations`](crate::Settings::translations). For a
//! request, the handler's [`locale`](crate::Localization::locale) is the one
//! that fits best of them, a [`Locale`].
//!
//! Tornado keeps translations in global variables of its module. Here they are
//! values: two applications in one process, or two tests, can have their own.
//!
//! ```
//! use tornado_core::locale::load_translations;
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
//! # Ok::<(), tornado_core::locale::TranslationsError>(())
//! ```

mod accept_language;
mod catalog;
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
mod names;
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
