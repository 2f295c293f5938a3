//! `GettextCatalog`: the files in which a locale's texts are looked up.

use std::sync::Arc;

use super::mo::Mo;
use crate::TranslationsError;

/// The separator between a context and a text.
const CONTEXT_SEPARATOR: char = '\x04';

/// The files of a locale in order: `de_AT`, then `de`.
pub(crate) struct GettextCatalog(Vec<Arc<Mo>>);

impl GettextCatalog {
    pub(crate) fn new(files: Vec<Arc<Mo>>) -> GettextCatalog {
        GettextCatalog(files)
    }

    /// A single file.
    pub(crate) fn read(file: &[u8]) -> Result<GettextCatalog, TranslationsError> {
        Ok(GettextCatalog(vec![Arc::new(Mo::parse(file)?)]))
    }

    pub(crate) fn get(&self, message: &str) -> Option<&str> {
        self.0.iter().find_map(|mo| mo.get(message))
    }

    fn form(&self, message: &str, count: i128) -> Option<&str> {
        self.0.iter().find_map(|mo| mo.get_plural(message, count))
    }

    pub(crate) fn get_plural<'a>(
        &'a self,
        message: &'a str,
        plural: &'a str,
        count: i128,
    ) -> &'a str {
        let untranslated = if count == 1 { message } else { plural };
        self.form(message, count).unwrap_or(untranslated)
    }

    pub(crate) fn get_in_context(&self, context: &str, message: &str) -> Option<&str> {
        let found = self.get(&in_context(context, message));
        found.filter(|text| !text.contains(CONTEXT_SEPARATOR))
    }

    pub(crate) fn get_plural_in_context<'a>(
        &'a self,
        context: &str,
        message: &'a str,
        plural: &'a str,
        count: i128,
    ) -> &'a str {
        let found = self.form(&in_context(context, message), count);
        match found.filter(|text| !text.contains(CONTEXT_SEPARATOR)) {
            Some(text) => text,
            // Unlike a text without a plural, this one is also looked up without its
            // context, as in Tornado.
            None => self.get_plural(message, plural, count),
        }
    }
}

fn in_context(context: &str, message: &str) -> String {
    format!("{context}{CONTEXT_SEPARATOR}{message}")
}
