//! The header `Accept-Language`, as Tornado reads it.

use crate::python;

/// The language codes in an `Accept-Language` header that are not refused, the
/// most wanted first: the argument of
/// [`Translations::get_closest`](super::Translations::get_closest).
///
/// As in Tornado, a weight counts only if `q=` is the first parameter. It is
/// whatever Python's `float` reads, and may be above 1. A weight of 0, or one
/// that can't be read, refuses the language. `*` is a code like any other, and
/// no language has it.
///
/// ```
/// use tornado_locale::{Translations, accept_language};
///
/// let translations = Translations::new().add_csv("de", b"Yes,Ja")?;
/// let codes = accept_language("de;q=0.5, fr, en;q=0");
/// assert_eq!(codes, ["fr", "de"]);
/// assert_eq!(translations.get_closest(codes).code(), "de");
/// # Ok::<(), tornado_locale::TranslationsError>(())
/// ```
#[must_use]
pub fn accept_language(header: &str) -> Vec<&str> {
    let mut languages: Vec<(&str, f64)> = header
        .split(',')
        .filter_map(|language| {
            let mut parts = python::strip(language).split(';');
            let code = parts.next()?;
            let weight = match parts.next().map(python::strip) {
                Some(parameter) => match parameter.strip_prefix("q=") {
                    Some(number) => python::float(number).unwrap_or(0.0),
                    None => 1.0,
                },
                None => 1.0,
            };
            // NaN is not above 0 either.
            (weight > 0.0).then_some((code, weight))
        })
        .collect();
    // The sort is stable: of two with the same weight, the first stays first.
    languages.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    languages.into_iter().map(|(code, _)| code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_come_in_the_order_of_their_weights() {
        for (header, codes) in [
            ("fr-FR;q=0.9", &["fr-FR"][..]),
            ("en;q=0.5, de , fr;q=0.5", &["de", "en", "fr"]),
            ("en;q=1_0, de;q=inf,fr; q= 2 ;x", &["de", "en", "fr"]),
            ("en;q=0,de;q=-1,fr;q=nan,es;q=,it;q=x", &[]),
            // Not a weight, since it is not the first parameter, or not `q=`.
            ("en;a=b;q=0,de;Q=0,fr;q =0", &["en", "de", "fr"]),
            // The text before the semicolon is not stripped.
            ("en ;q=1", &["en "]),
            (",", &["", ""]),
            ("", &[""]),
        ] {
            assert_eq!(accept_language(header), codes, "{header}");
        }
    }
}
