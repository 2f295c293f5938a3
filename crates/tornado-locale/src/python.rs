//! What Python's built-in types do to text.
//!
//! tornado-core has copies of `repr` and `strip` for its own use. They are a
//! few lines that never change; sharing them would take a public API in one of
//! the crates.

/// A text as Python's `repr` shows it.
pub(crate) fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut shown = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => shown.push_str("\\\\"),
            '\t' => shown.push_str("\\t"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            c if c == quote => shown.extend(['\\', c]),
            c if c.is_control() || matches!(c, '\u{a0}' | '\u{ad}') => {
                shown.push_str(&format!("\\x{:02x}", u32::from(c)));
            }
            c => shown.push(c),
        }
    }
    shown.push(quote);
    shown
}

/// `str.strip`.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// `str.isspace`: Unicode's white space and four separators.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// `float(text)`, for Latin-1 text, which has only the digits of ASCII.
pub(crate) fn float(text: &str) -> Option<f64> {
    let text = strip(text);
    if !text.contains('_') {
        return text.parse().ok();
    }
    // An underscore between two digits is ignored.
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut underscores = text.match_indices('_');
    let between = underscores.all(|(at, _)| at > 0 && is_digit(at - 1) && is_digit(at + 1));
    between.then(|| text.replace('_', "").parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_shown_as_python_shows_them() {
        assert_eq!(repr("null"), "'null'");
        assert_eq!(repr("it's"), "\"it's\"");
        assert_eq!(repr("'\"\\\t\r\n\u{80}é"), "'\\'\"\\\\\\t\\r\\n\\x80é'");
    }

    #[test]
    fn white_space_is_that_of_python() {
        assert_eq!(strip("\u{a0}\x1f\u{85} a\x1cb \t\r\n"), "a\x1cb");
    }

    #[test]
    fn numbers_are_read_as_python_reads_them() {
        for (text, number) in [
            ("0.5", Some(0.5)),
            (" 1\u{a0}", Some(1.0)),
            ("+.5e1", Some(5.0)),
            ("1.", Some(1.0)),
            ("1_0.0_1", Some(10.01)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("1e999", Some(f64::INFINITY)),
            ("_1", None),
            ("1_", None),
            ("1__0", None),
            ("1_.5", None),
            ("1e_5", None),
            ("in_f", None),
            ("", None),
            (".", None),
            ("e5", None),
            ("1 0", None),
            ("0x10", None),
            ("\u{b2}", None),
        ] {
            assert_eq!(float(text), number, "{text:?}");
        }
        assert!(float("NaN").is_some_and(f64::is_nan));
    }
}
