//! What both ways of loading have in common.

use std::fs;
use std::path::Path;

use tracing::debug;

use crate::complaints::Complaints;
use crate::log::GENERAL;
use crate::python::repr;
use crate::{Translations, TranslationsError};

/// Finishes loading: logs which languages there are.
pub(super) fn loaded(translations: Translations, complaints: Complaints) -> Translations {
    let shown: Vec<String> = translations
        .get_supported_locales()
        .into_iter()
        .map(repr)
        .collect();
    debug!(target: GENERAL, "Supported locales: [{}]", shown.join(", "));
    translations.keep(complaints)
}

/// The names in a directory, sorted, so that the log is the same on every
/// machine.
pub(super) fn names(directory: &Path) -> Result<Vec<String>, TranslationsError> {
    let list = || {
        let mut names = Vec::new();
        for entry in fs::read_dir(directory)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    };
    list().map_err(|error| TranslationsError::read(directory, error))
}
