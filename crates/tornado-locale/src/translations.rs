//! `Translations`: the languages of an application.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use super::catalog::{Catalog, CsvCatalog};
use super::complaints::Complaints;
use super::encoding::detect;
use super::gettext::GettextCatalog;
use super::{Locale, TranslationsError};

/// The languages of an application: what Tornado's module `locale` keeps in its
/// global variables. A clone is cheap.
///
/// [`load_translations`](super::load_translations) and
/// [`load_gettext_translations`](super::load_gettext_translations) load one
/// from files; [`add_csv`](Self::add_csv) and [`add_mo`](Self::add_mo) take
/// bytes that are part of the program, through `include_bytes!`.
///
/// ```
/// use tornado_locale::Translations;
///
/// let translations = Translations::new()
///     .add_csv("de", b"Sign out,Abmelden")?
///     .add_csv("fr_CA", b"Sign out,Se d\xc3\xa9connecter")?;
/// assert_eq!(translations.get_supported_locales(), ["de", "en_US", "fr_CA"]);
/// # Ok::<(), tornado_locale::TranslationsError>(())
/// ```
#[derive(Clone)]
pub struct Translations(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    locales: BTreeMap<String, Locale>,
    default: Locale,
    complaints: Complaints,
}

impl Translations {
    /// No translations yet: the default locale, `en_US`, is the only one.
    #[must_use]
    pub fn new() -> Translations {
        static NONE: LazyLock<Translations> = LazyLock::new(|| {
            Translations(Arc::new(Inner {
                locales: BTreeMap::new(),
                default: Locale::untranslated("en_US"),
                complaints: Complaints::default(),
            }))
        });
        NONE.clone()
    }

    /// Adds a language from the bytes of a file in the form that
    /// [`load_translations`](super::load_translations) reads. It replaces what
    /// was there for `code`.
    ///
    /// # Errors
    ///
    /// When the bytes are not text in UTF-8, nor in UTF-16 with its mark, or
    /// not CSV.
    pub fn add_csv(self, code: &str, file: &[u8]) -> Result<Translations, TranslationsError> {
        let mut complaints = Complaints::default();
        let catalog = CsvCatalog::read(file, detect(file), code, &mut complaints)?;
        Ok(self.add(code, Catalog::Csv(catalog)).keep(complaints))
    }

    /// Adds a language from the bytes of a gettext `.mo` file. It replaces what
    /// was there for `code`.
    ///
    /// # Errors
    ///
    /// When the bytes are not a `.mo` file, or its texts are not in the
    /// encoding that it names.
    pub fn add_mo(self, code: &str, file: &[u8]) -> Result<Translations, TranslationsError> {
        let catalog = GettextCatalog::read(file)?;
        Ok(self.add(code, Catalog::Gettext(catalog)))
    }

    pub(super) fn add(mut self, code: &str, catalog: Catalog) -> Translations {
        let locale = Locale::new(code, catalog);
        let inner = Arc::make_mut(&mut self.0);
        if inner.default.code() == code {
            inner.default = locale.clone();
        }
        inner.locales.insert(code.to_owned(), locale);
        self
    }

    /// Sets the language of the program's own texts
    /// (`tornado.locale.set_default_locale`), which is used if none fits
    /// better. It needs no translations.
    #[must_use]
    pub fn set_default_locale(mut self, code: &str) -> Translations {
        let inner = Arc::make_mut(&mut self.0);
        inner.default = match inner.locales.get(code) {
            Some(locale) => locale.clone(),
            None => Locale::untranslated(code),
        };
        self
    }

    /// The codes of all languages, sorted
    /// (`tornado.locale.get_supported_locales`): those with translations, and
    /// the default.
    #[must_use]
    pub fn get_supported_locales(&self) -> Vec<&str> {
        let mut codes: Vec<&str> = self.0.locales.keys().map(String::as_str).collect();
        if let Err(at) = codes.binary_search(&self.0.default.code()) {
            codes.insert(at, self.0.default.code());
        }
        codes
    }

    /// The language that fits best (`tornado.locale.get`,
    /// `Locale.get_closest`): that of the first code with translations, or at
    /// least with translations for its language without the country; otherwise
    /// the default.
    ///
    /// `-` means the same as `_`. Codes of more than two parts, such as
    /// `zh-Hant-TW`, are skipped.
    ///
    /// ```
    /// use tornado_locale::Translations;
    /// let translations = Translations::new().add_csv("de", b"Yes,Ja")?;
    /// let closest = |codes: &[&str]| translations.get_closest(codes).code().to_owned();
    /// assert_eq!(closest(&["fr-CA", "de-at"]), "de");
    /// assert_eq!(closest(&["fr-CA", "de-Latn-AT"]), "en_US");
    /// # Ok::<(), tornado_locale::TranslationsError>(())
    /// ```
    #[must_use]
    pub fn get_closest<I>(&self, codes: I) -> Locale
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut codes = codes.into_iter();
        let found = codes.find_map(|code| self.find(code.as_ref()));
        found.unwrap_or(&self.0.default).clone()
    }

    fn find(&self, code: &str) -> Option<&Locale> {
        if code.is_empty() {
            return None;
        }
        let code = code.replace('-', "_");
        let (language, exact) = match code.split_once('_') {
            None => (code.to_lowercase(), code),
            Some((_, country)) if country.contains('_') => return None,
            Some((language, country)) => {
                let language = language.to_lowercase();
                let exact = format!("{language}_{}", country.to_uppercase());
                (language, exact)
            }
        };
        self.supported(&exact).or_else(|| self.supported(&language))
    }

    pub(super) fn supported(&self, code: &str) -> Option<&Locale> {
        if self.0.default.code() == code {
            return Some(&self.0.default);
        }
        self.0.locales.get(code)
    }

    pub(super) fn keep(mut self, complaints: Complaints) -> Translations {
        Arc::make_mut(&mut self.0).complaints.extend(complaints);
        self
    }

    /// Logs the problems with the files that could not be logged when they were
    /// read, because there was no `tracing` subscriber.
    ///
    /// `Settings::translations` of tornado-web does so when the application
    /// starts. Elsewhere, call it if a program loads its translations before it
    /// installs a subscriber.
    pub fn log_complaints(&self) {
        self.0.complaints.say();
    }
}

impl Default for Translations {
    fn default() -> Translations {
        Translations::new()
    }
}

impl fmt::Debug for Translations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Translations")
            .field("supported", &self.get_supported_locales())
            .field("default", &self.0.default.code())
            .finish()
    }
}
