//! Formatting lists and numbers.

use super::language::whole;
use super::{Locale, fill};

impl Locale {
    /// The parts joined by commas, with `and` before the last: `A, B and C`,
    /// `A and B`, `A`.
    ///
    /// ```
    /// use tornado_locale::Translations;
    /// let csv = "%(commas)s and %(last)s,%(commas)s und %(last)s";
    /// let locale = Translations::new().add_csv("de", csv.as_bytes())?.get_closest(["de"]);
    /// assert_eq!(locale.list(&["Ann", "Ben", "Kim"]), "Ann, Ben und Kim");
    /// assert_eq!(locale.list(&["Ann"]), "Ann");
    /// # Ok::<(), tornado_locale::TranslationsError>(())
    /// ```
    #[must_use]
    pub fn list<S: AsRef<str>>(&self, parts: &[S]) -> String {
        let (last, others) = match parts {
            [] => return String::new(),
            [only] => return only.as_ref().to_owned(),
            [others @ .., last] => (last.as_ref(), others),
        };
        let comma = if self.code().starts_with("fa") {
            " و "
        } else {
            ", "
        };
        let others: Vec<&str> = others.iter().map(AsRef::as_ref).collect();
        fill(
            self.translate("%(commas)s and %(last)s"),
            &[("commas", &others.join(comma)), ("last", &last)],
        )
    }

    /// A whole number, with commas in English: `1,000,000`.
    #[must_use]
    pub fn friendly_number(&self, value: impl TryInto<i128>) -> String {
        let value = whole(value);
        if !matches!(self.code(), "en" | "en_US") {
            return value.to_string();
        }
        let digits = value.unsigned_abs().to_string();
        let mut text = String::from(if value < 0 { "-" } else { "" });
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    }
}
