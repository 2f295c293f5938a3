//! `load_gettext_translations`: a directory tree of gettext.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::common::{loaded, names};
use super::directories::directories;
use crate::catalog::Catalog;
use crate::complaints::Complaints;
use crate::gettext::{GettextCatalog, Mo};
use crate::{Translations, TranslationsError};

/// Loads the translations from a gettext directory tree
/// (`tornado.locale.load_gettext_translations`):
///
/// ```text
/// {directory}/{language}/LC_MESSAGES/{domain}.mo
/// ```
///
/// `xgettext` collects the texts of a program, `msgmerge` updates a translation
/// to match, and `msgfmt` makes its `.mo` file.
///
/// Texts that a language with a country lacks are looked up in the language
/// itself: for `de_AT` in `de`. A file that can't be used is logged as an
/// error, and its language is left out.
///
/// # Errors
///
/// When the directory can't be read.
///
/// ```no_run
/// use tornado_locale::load_gettext_translations;
///
/// let translations = load_gettext_translations("locale", "mydomain")?;
/// let locale = translations.get_closest(["fr-FR"]);
/// assert_eq!(locale.pgettext("law", "right"), "le droit");
/// # Ok::<(), tornado_locale::TranslationsError>(())
/// ```
pub fn load_gettext_translations(
    directory: impl AsRef<Path>,
    domain: &str,
) -> Result<Translations, TranslationsError> {
    let mut files = Files {
        directory: directory.as_ref(),
        file: format!("{domain}.mo"),
        read: HashMap::new(),
    };
    let mut translations = Translations::new();
    let mut complaints = Complaints::default();
    for language in names(files.directory)? {
        // Python's `glob` does not see hidden directories.
        if language.starts_with('.') || !files.path(&language).exists() {
            continue;
        }
        match files.catalog(&language) {
            Ok(catalog) => translations = translations.add(&language, Catalog::Gettext(catalog)),
            Err(error) => {
                complaints.error(format!("Cannot load translation for '{language}': {error}"))
            }
        }
    }
    Ok(loaded(translations, complaints))
}

struct Files<'a> {
    directory: &'a Path,
    file: String,
    read: HashMap<PathBuf, Arc<Mo>>,
}

impl Files<'_> {
    fn path(&self, language: &str) -> PathBuf {
        let directory = self.directory.join(language);
        directory.join("LC_MESSAGES").join(&self.file)
    }

    /// All files for a language.
    fn catalog(&mut self, language: &str) -> Result<GettextCatalog, TranslationsError> {
        let mut found = Vec::new();
        for directory in directories(language) {
            let path = self.path(&directory);
            if path.exists() {
                found.push(self.mo(path)?);
            }
        }
        Ok(GettextCatalog::new(found))
    }

    /// A file, which is read once.
    fn mo(&mut self, path: PathBuf) -> Result<Arc<Mo>, TranslationsError> {
        if let Some(mo) = self.read.get(&path) {
            return Ok(Arc::clone(mo));
        }
        let bytes = fs::read(&path).map_err(|error| TranslationsError::read(&path, error))?;
        let mo = Mo::parse(&bytes).map_err(|error| error.in_file(&path))?;
        let mo = Arc::new(mo);
        self.read.insert(path, Arc::clone(&mo));
        Ok(mo)
    }
}
