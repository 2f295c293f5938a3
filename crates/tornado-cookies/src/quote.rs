//! Cookie values in double quotes, as Python's `http.cookies` writes them.

use std::borrow::Cow;

/// What a byte needs in a cookie value: `LEGAL` needs nothing, `QUOTED` needs
/// double quotes around the value, `ESCAPED` needs a backslash as well.
const LEGAL: u8 = 0;
const QUOTED: u8 = 1;
const ESCAPED: u8 = 2;

const CLASSES: [u8; 256] = {
    let mut classes = [ESCAPED; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => LEGAL,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_'
            | b'`' | b'|' | b'~' | b':' => LEGAL,
            b' ' | b'(' | b')' | b'/' | b'<' | b'=' | b'>' | b'?' | b'@' | b'[' | b']' | b'{'
            | b'}' => QUOTED,
            _ => ESCAPED,
        };
        byte += 1;
    }
    classes
};

/// Whether a text needs no quotes. This is also Python's rule for the name of a
/// cookie.
pub(crate) fn is_legal(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| CLASSES[usize::from(*byte)] == LEGAL)
}

/// Puts a cookie value in double quotes if it needs them.
///
/// Letters, digits and
/// ``!#$%&'*+-.^_`|~:`` need no quotes. Inside quotes, `"` and `\` are preceded by a backslash, and `,`, `;`, control characters and `U+0080` to `U+00FF` become a backslash and three octal digits. Characters above `U+00FF` are kept as they are; a header can't carry them, so [`SetCookie`](crate::SetCookie)
/// refuses them.
///
/// From Python's `http.cookies._quote`, with which Tornado writes cookies.
///
/// ```
/// use tornado_cookies::quote;
/// assert_eq!(quote("plain|1:0"), "plain|1:0");
/// assert_eq!(quote("John Doe"), r#""John Doe""#);
/// assert_eq!(quote("a;b\"é"), r#""a\073b\"\351""#);
/// assert_eq!(quote(""), r#""""#);
/// ```
#[must_use]
pub fn quote(value: &str) -> Cow<'_, str> {
    if is_legal(value.as_bytes()) {
        return Cow::Borrowed(value);
    }
    let mut quoted = String::with_capacity(value.len() + 2);
    push_quoted(&mut quoted, value);
    Cow::Owned(quoted)
}

/// Appends `quote(value)`.
pub(crate) fn push_quoted(out: &mut String, value: &str) {
    if is_legal(value.as_bytes()) {
        out.push_str(value);
        return;
    }
    out.push('"');
    for char in value.chars() {
        match u8::try_from(char) {
            Ok(byte) if CLASSES[usize::from(byte)] != ESCAPED => out.push(char),
            Ok(b'"' | b'\\') => out.extend(['\\', char]),
            Ok(byte) => {
                out.extend([b'\\', octal(byte >> 6), octal(byte >> 3), octal(byte)].map(char::from))
            }
            Err(_) => out.push(char),
        }
    }
    out.push('"');
}

fn octal(bits: u8) -> u8 {
    b'0' + (bits & 7)
}

/// Takes a cookie value out of its double quotes, if it has them.
///
/// `\` and three octal digits become the character with that number, up to
/// `U+00FF`; `\` and any other character become that character. A value without
/// quotes at both ends is kept as it is, backslashes included.
///
/// From Tornado's `httputil._unquote_cookie`, which is Python's
/// `http.cookies._unquote`.
///
/// ```
/// use tornado_cookies::unquote;
/// assert_eq!(unquote("plain"), "plain");
/// assert_eq!(unquote(r#""a\073b\"\351""#), "a;b\"é");
/// assert_eq!(unquote(r#""open"#), r#""open"#);
/// ```
#[must_use]
pub fn unquote(value: &str) -> Cow<'_, str> {
    match within_quotes(value.as_bytes()) {
        // The quotes are one byte each, so these are character boundaries.
        Some(_) => unescape(&value[1..value.len() - 1]),
        None => Cow::Borrowed(value),
    }
}

/// `unquote` for the bytes of a header, which Tornado reads as latin-1.
pub(crate) fn unquote_latin1(value: &[u8]) -> Cow<'_, str> {
    if value.is_ascii() {
        // ASCII is valid UTF-8, so the default is never used.
        return unquote(std::str::from_utf8(value).unwrap_or_default());
    }
    let text: String = value.iter().copied().map(char::from).collect();
    Cow::Owned(unquote(&text).into_owned())
}

fn within_quotes(value: &[u8]) -> Option<&[u8]> {
    value.strip_prefix(b"\"")?.strip_suffix(b"\"")
}

fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('\\') else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    let (mut plain, mut rest) = text.split_at(first);
    loop {
        out.push_str(plain);
        let Some(escape) = rest.strip_prefix('\\') else {
            return Cow::Owned(out);
        };
        let (char, length) = match *escape.as_bytes() {
            [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] => (
                Some(char::from((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'))),
                3,
            ),
            _ => {
                let next = escape.chars().next();
                (next, next.map_or(0, char::len_utf8))
            }
        };
        // Python's `.` does not match a line break, so a backslash before one
        // stays.
        match char {
            Some('\n') if length == 1 => out.push_str("\\\n"),
            Some(char) => out.push(char),
            None => out.push('\\'),
        }
        let after = &escape[length..];
        (plain, rest) = after.split_at(after.find('\\').unwrap_or(after.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_value_is_unquoted_as_python_does() {
        for (quoted, value) in [
            ("", ""),
            ("\"", "\""),
            ("\"\"", ""),
            ("\"a", "\"a"),
            ("a\"", "a\""),
            (r#""\012""#, "\n"),
            (r#""\12""#, "12"),
            (r#""\400""#, "400"),
            (r#""\377""#, "\u{ff}"),
            (r#""a\"#, r#""a\"#),
            (r#""a\""#, r"a\"),
            (r#""\\\\""#, r"\\"),
            ("\"a\\\nb\"", "a\\\nb"),
            (r#""\€€""#, "€€"),
            (r"\073", r"\073"),
        ] {
            assert_eq!(unquote(quoted), value, "{quoted}");
        }
    }

    #[test]
    fn bytes_of_a_header_are_latin1() {
        assert_eq!(unquote_latin1(b"\xe9"), "é");
        assert_eq!(unquote_latin1("é".as_bytes()), "Ã©");
        assert_eq!(unquote_latin1(b"\"\xe9\\054\""), "é,");
    }

    #[test]
    fn what_needs_nothing_is_borrowed() {
        assert!(matches!(quote("a"), Cow::Borrowed("a")));
        assert!(matches!(unquote("a"), Cow::Borrowed("a")));
        assert!(matches!(unquote("\"a b\""), Cow::Borrowed("a b")));
    }

    proptest! {
        #[test]
        fn unquote_takes_back_what_quote_does(value: String) {
            let quoted = quote(&value);
            prop_assert_eq!(&unquote(&quoted), &value);
        }

        #[test]
        fn a_quoted_value_has_no_separator(value: String) {
            let quoted = quote(&value);
            prop_assert!(!quoted.contains([';', ',', '\r', '\n', '\0']));
        }

        #[test]
        fn any_bytes_are_read(value: Vec<u8>) {
            let text: String = value.iter().copied().map(char::from).collect();
            prop_assert_eq!(&unquote_latin1(&value), &unquote(&text));
        }
    }
}
