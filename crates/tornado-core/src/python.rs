//! What Python's built-in types do to text, where a client could notice.
//!
//! tornado-locale has copies of both: a few lines that never change are not
//! worth a public API.

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
}
