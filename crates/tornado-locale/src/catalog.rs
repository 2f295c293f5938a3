//! `Catalog`: the translations into one language, as they were loaded.

use std::collections::HashMap;

use super::TranslationsError;
use super::complaints::Complaints;
use super::csv::rows;
use super::encoding::decode;
use super::gettext::GettextCatalog;
use crate::python::{repr, strip};

/// The source of a locale's texts.
pub(super) enum Catalog {
    /// Also for the default locale, which needs no translations.
    Csv(CsvCatalog),
    Gettext(GettextCatalog),
}

/// Tornado's own form: text to text, separately for the singular, the plural,
/// and texts without a number.
#[derive(Default)]
pub(super) struct CsvCatalog {
    singular: HashMap<String, String>,
    plural: HashMap<String, String>,
    unknown: HashMap<String, String>,
}

impl CsvCatalog {
    /// Reads a file; `name` is used in messages about it.
    pub(super) fn read(
        bytes: &[u8],
        encoding: &str,
        name: &str,
        complaints: &mut Complaints,
    ) -> Result<CsvCatalog, TranslationsError> {
        let mut catalog = CsvCatalog::default();
        for (index, row) in rows(&decode(bytes, encoding)?)?.iter().enumerate() {
            let [english, translation, rest @ ..] = row.as_slice() else {
                continue;
            };
            let table = match rest.first().map_or("", |indicator| strip(indicator)) {
                "" | "unknown" => &mut catalog.unknown,
                "plural" => &mut catalog.plural,
                "singular" => &mut catalog.singular,
                other => {
                    complaints.error(format!(
                        "Unrecognized plural indicator {} in {name} line {}",
                        repr(other),
                        index + 1
                    ));
                    continue;
                }
            };
            table.insert(strip(english).to_owned(), strip(translation).to_owned());
        }
        Ok(catalog)
    }

    pub(super) fn get(&self, message: &str) -> Option<&str> {
        self.unknown.get(message).map(String::as_str)
    }

    pub(super) fn get_plural<'a>(
        &'a self,
        message: &'a str,
        plural: &'a str,
        count: i128,
    ) -> &'a str {
        let (table, message) = if count == 1 {
            (&self.singular, message)
        } else {
            (&self.plural, plural)
        };
        table.get(message).map_or(message, String::as_str)
    }

    #[cfg(test)]
    pub(super) fn table(&self, indicator: &str) -> &HashMap<String, String> {
        match indicator {
            "singular" => &self.singular,
            "plural" => &self.plural,
            _ => &self.unknown,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.singular.is_empty() && self.plural.is_empty() && self.unknown.is_empty()
    }
}
