//! `fill`: filling in the placeholders of a text.

use std::fmt::{Display, Write as _};

/// Fills in the placeholders of a text in Python's form, `%(name)s` or
/// `%(name)d`: `text % {"name": name}`. `%%` is a percent sign.
///
/// Translations come from files, so a placeholder without a value, or in
/// another form, is left as it is; Python raises an error.
///
/// ```
/// use tornado_locale::{Translations, fill};
///
/// let csv = "%(name)s has %(n)d guests,%(n)d Gäste bei %(name)s,plural";
/// let locale = Translations::new().add_csv("de", csv.as_bytes())?.get_closest(["de"]);
/// let guests = 3;
/// let text = locale.translate_plural("%(name)s has one guest", "%(name)s has %(n)d guests", guests);
/// assert_eq!(fill(text, &[("name", &"Kim"), ("n", &guests)]), "3 Gäste bei Kim");
/// # Ok::<(), tornado_locale::TranslationsError>(())
/// ```
#[must_use]
pub fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        filled.push_str(before);
        rest = after;
        if let Some(after) = rest.strip_prefix('%') {
            filled.push('%');
            rest = after;
        } else if let Some((name, after)) = place(rest)
            && let Some((_, value)) = values.iter().find(|(known, _)| *known == name)
        {
            write!(filled, "{value}").expect("a string takes all that is written");
            rest = after;
        } else {
            filled.push('%');
        }
    }
    filled.push_str(rest);
    filled
}

/// The name of a placeholder, and the text after it.
fn place(text: &str) -> Option<(&str, &str)> {
    let (name, after) = text.strip_prefix('(')?.split_once(')')?;
    Some((name, after.strip_prefix(['s', 'd'])?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_value_stays_as_it_is() {
        for (text, filled) in [
            ("%(a)s%(b)d", "12"),
            ("100%% %(a)s %(a)s", "100% 1 1"),
            ("%(c)s %(a)r %(a %(a) 5% %", "%(c)s %(a)r %(a %(a) 5% %"),
            ("%%(a)s", "%(a)s"),
            ("%(%(a)s)s", "%(1)s"),
            ("", ""),
        ] {
            assert_eq!(fill(text, &[("a", &"1"), ("b", &2)]), filled, "{text}");
        }
    }
}
