//! `Locale`: one language of the application.

use std::fmt;
use std::sync::Arc;

use tracing::warn;

use super::catalog::{Catalog, CsvCatalog};
use super::names::name_of;
use crate::log::GENERAL;

/// One of an application's languages (`tornado.locale.Locale`).
///
/// [`Translations::get_closest`](super::Translations::get_closest) returns one.
/// A clone is cheap. Texts without a translation are returned unchanged.
///
/// ```
/// use tornado_locale::Translations;
///
/// let translations = Translations::new().add_csv("de_DE", b"Sign out,Abmelden")?;
/// let locale = translations.get_closest(["de-DE"]);
/// assert_eq!((locale.code(), locale.name()), ("de_DE", "Deutsch"));
/// assert_eq!(locale.translate("Sign out"), "Abmelden");
/// # Ok::<(), tornado_locale::TranslationsError>(())
/// ```
#[derive(Clone)]
pub struct Locale(Arc<Data>);

struct Data {
    code: String,
    catalog: Catalog,
}

impl Locale {
    pub(super) fn new(code: &str, catalog: Catalog) -> Locale {
        Locale(Arc::new(Data {
            code: code.to_owned(),
            catalog,
        }))
    }

    /// A locale without translations.
    pub(super) fn untranslated(code: &str) -> Locale {
        Locale::new(code, Catalog::Csv(CsvCatalog::default()))
    }

    /// Its code: a language, usually with a country: `de`, `pt_BR`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// Its name in the language itself; `Unknown` for codes that are missing
    /// from Tornado's table, which includes all those without a country.
    ///
    /// ```
    /// use tornado_locale::Translations;
    /// let name = |code| Translations::new().set_default_locale(code).get_closest([code]).name();
    /// assert_eq!((name("es_LA"), name("es")), ("Español", "Unknown"));
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        name_of(&self.0.code)
    }

    /// Whether it is written from right to left, as Arabic, Hebrew and Persian
    /// are.
    #[must_use]
    pub fn rtl(&self) -> bool {
        ["fa", "ar", "he"]
            .iter()
            .any(|language| self.0.code.starts_with(language))
    }

    /// The translation of a text, or else the text:
    /// `locale.translate(message)`, in templates `_(message)`.
    #[must_use]
    pub fn translate<'a>(&'a self, message: &'a str) -> &'a str {
        match &self.0.catalog {
            Catalog::Csv(catalog) => catalog.get(message).unwrap_or(message),
            Catalog::Gettext(catalog) => catalog.get(message).unwrap_or(message),
        }
    }

    /// The translation of a text that depends on a number:
    /// `locale.translate(message, plural_message, count)`. Without a
    /// translation, the result is `message` for a `count` of 1, and `plural`
    /// for all others.
    ///
    /// `count` is any whole number.
    ///
    /// ```
    /// use tornado_locale::Translations;
    /// let csv = "1 guest,1 Gast,singular\n%(n)d guests,%(n)d Gäste,plural\n";
    /// let translations = Translations::new().add_csv("de", csv.as_bytes())?;
    /// let locale = translations.get_closest(["de"]);
    /// let guests = |count: usize| locale.translate_plural("1 guest", "%(n)d guests", count);
    /// assert_eq!((guests(1), guests(0)), ("1 Gast", "%(n)d Gäste"));
    /// # Ok::<(), tornado_locale::TranslationsError>(())
    /// ```
    #[must_use]
    pub fn translate_plural<'a>(
        &'a self,
        message: &'a str,
        plural: &'a str,
        count: impl TryInto<i128>,
    ) -> &'a str {
        match &self.0.catalog {
            Catalog::Csv(catalog) => catalog.get_plural(message, plural, whole(count)),
            Catalog::Gettext(catalog) => catalog.get_plural(message, plural, whole(count)),
        }
    }

    /// The translation of a text with several possible meanings:
    /// `locale.pgettext(context, message)`. CSV files have no contexts: for
    /// them it is [`translate`](Self::translate), with a warning in the log.
    #[must_use]
    pub fn pgettext<'a>(&'a self, context: &str, message: &'a str) -> &'a str {
        match &self.0.catalog {
            Catalog::Csv(catalog) => {
                warn_of_contexts(catalog);
                self.translate(message)
            }
            Catalog::Gettext(catalog) => {
                catalog.get_in_context(context, message).unwrap_or(message)
            }
        }
    }

    /// As [`pgettext`](Self::pgettext), with a number:
    /// `locale.pgettext(context, message, plural_message, count)`.
    #[must_use]
    pub fn pgettext_plural<'a>(
        &'a self,
        context: &str,
        message: &'a str,
        plural: &'a str,
        count: impl TryInto<i128>,
    ) -> &'a str {
        match &self.0.catalog {
            Catalog::Csv(catalog) => {
                warn_of_contexts(catalog);
                self.translate_plural(message, plural, count)
            }
            Catalog::Gettext(catalog) => {
                catalog.get_plural_in_context(context, message, plural, whole(count))
            }
        }
    }
}

fn warn_of_contexts(catalog: &CsvCatalog) {
    if !catalog.is_empty() {
        warn!(target: GENERAL, "pgettext is not supported by CSVLocale");
    }
}

/// Only the greater half of `u128` does not fit, where any number will do.
pub(super) fn whole(count: impl TryInto<i128>) -> i128 {
    count.try_into().unwrap_or(i128::MAX)
}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locale({:?})", self.0.code)
    }
}
