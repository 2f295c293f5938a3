//! `load_translations`: a directory of CSV files.

use std::fs;
use std::path::Path;

use super::common::{loaded, names};
use crate::catalog::{Catalog, CsvCatalog};
use crate::complaints::Complaints;
use crate::encoding::detect;
use crate::python::repr;
use crate::{Translations, TranslationsError};

/// Loads the translations from a directory of CSV files
/// (`tornado.locale.load_translations`).
///
/// A file is named after its locale, `es_LA.csv`, and has rows of two or three
/// columns: the text, its translation, and, if that depends on a number,
/// `singular` or `plural`. It is in UTF-8, or in UTF-16 with a byte order mark,
/// and in the dialect of Excel: no spaces after commas.
///
/// ```csv
/// "I love you","Te amo"
/// "%(name)s liked this","A %(name)s les gustó esto","plural"
/// "%(name)s liked this","A %(name)s le gustó esto","singular"
/// ```
///
/// A file with any other name, or a row with any other third column, is logged
/// as an error and left out.
///
/// # Errors
///
/// When the directory or one of its files can't be read, is not text, or is not
/// CSV.
pub fn load_translations(directory: impl AsRef<Path>) -> Result<Translations, TranslationsError> {
    load(directory.as_ref(), None)
}

/// As [`load_translations`], for files in another encoding:
/// `load_translations(directory, encoding)`. The encoding has the name that
/// Python's codecs use, such as `latin1` or `utf-16`.
///
/// # Errors
///
/// As [`load_translations`], and when there is no such encoding.
///
/// ```
/// use tornado_locale::load_translations_with_encoding;
/// # let directory = tempfile::tempdir().unwrap();
/// # std::fs::write(directory.path().join("fr.csv"), b"school,\xe9cole\n").unwrap();
/// # let directory = directory.path();
///
/// let translations = load_translations_with_encoding(directory, "latin1")?;
/// assert_eq!(translations.get_closest(["fr"]).translate("school"), "école");
/// # Ok::<(), tornado_locale::TranslationsError>(())
/// ```
pub fn load_translations_with_encoding(
    directory: impl AsRef<Path>,
    encoding: &str,
) -> Result<Translations, TranslationsError> {
    load(directory.as_ref(), Some(encoding))
}

fn load(directory: &Path, encoding: Option<&str>) -> Result<Translations, TranslationsError> {
    let mut translations = Translations::new();
    let mut complaints = Complaints::default();
    for file in names(directory)? {
        let path = directory.join(&file);
        let Some(code) = file.strip_suffix(".csv") else {
            continue;
        };
        if !is_code(code) {
            complaints.error(format!(
                "Unrecognized locale {} (path: {})",
                repr(code),
                path.display()
            ));
            continue;
        }
        let bytes = fs::read(&path).map_err(|error| TranslationsError::read(&path, error))?;
        let encoding = encoding.unwrap_or_else(|| detect(&bytes));
        let catalog = CsvCatalog::read(&bytes, encoding, &file, &mut complaints)
            .map_err(|error| error.in_file(&path))?;
        translations = translations.add(code, Catalog::Csv(catalog));
    }
    Ok(loaded(translations, complaints))
}

/// Tornado's `[a-z]+(_[A-Z]+)?`.
fn is_code(text: &str) -> bool {
    let (language, country) = match text.split_once('_') {
        Some((language, country)) => (language, Some(country)),
        None => (text, None),
    };
    let all =
        |text: &str, wanted: fn(&u8) -> bool| !text.is_empty() && text.bytes().all(|b| wanted(&b));
    all(language, u8::is_ascii_lowercase)
        && country.is_none_or(|country| all(country, u8::is_ascii_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_a_language_and_perhaps_a_country() {
        assert!(["de", "pt_BR", "x_YZZY"].into_iter().all(is_code));
        let others = [
            "", "_", "de_", "_DE", "DE", "de_de", "de-DE", "de_DE.x", "de_DE_X", "dé",
        ];
        assert!(!others.into_iter().any(is_code));
    }
}
