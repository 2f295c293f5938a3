//! Text for URLs, and back.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

/// What Python's `urllib.parse.quote` leaves alone, except for the slash.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'.')
    .remove(b'-')
    .remove(b'~');
const PATH: &AsciiSet = &QUERY.remove(b'/');

/// Percent-encodes text for a URL (Tornado's `url_escape`).
///
/// With `plus`, as for a query string, a space becomes `+` and a slash `%2F`.
/// Without it, as for a path, a space becomes `%20` and a slash stays.
///
/// ```
/// use tornado_escape::url_escape;
///
/// assert_eq!(url_escape("a b/é", true), "a+b%2F%C3%A9");
/// assert_eq!(url_escape("a b/é", false), "a%20b/%C3%A9");
/// ```
#[must_use]
pub fn url_escape(text: &str, plus: bool) -> String {
    url_escape_bytes(text.as_bytes(), plus)
}

/// As [`url_escape`], for bytes, which may not be text. Tornado's `url_escape`
/// takes both.
///
/// ```
/// assert_eq!(tornado_escape::url_escape_bytes(b"a \xff", true), "a+%FF");
/// ```
#[must_use]
pub fn url_escape_bytes(bytes: &[u8], plus: bool) -> String {
    if !plus {
        return percent_encode(bytes, PATH).collect();
    }
    // A literal `+` is encoded, so each `%20` was a space.
    let parts: Vec<String> = bytes
        .split(|b| *b == b' ')
        .map(|part| percent_encode(part, QUERY).collect())
        .collect();
    parts.join("+")
}

/// Decodes text from a URL (Tornado's `url_unescape`). With `plus`, as for a
/// query string, a `+` is a space.
///
/// A `%` without two hexadecimal digits after it stands for itself. Bytes that
/// are not UTF-8 become the replacement character.
///
/// ```
/// use tornado_escape::url_unescape;
///
/// assert_eq!(url_unescape("a+b%2F%C3%A9%", true), "a b/é%");
/// assert_eq!(url_unescape("a+b", false), "a+b");
/// assert_eq!(url_unescape("%ff", false), "\u{fffd}");
/// ```
#[must_use]
pub fn url_unescape(text: &str, plus: bool) -> String {
    let text = match plus && text.contains('+') {
        true => Cow::Owned(text.replace('+', " ")),
        false => Cow::Borrowed(text),
    };
    percent_decode(text.as_bytes())
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_escaped_comes_back(text: String, plus: bool) {
            prop_assert_eq!(url_unescape(&url_escape(&text, plus), plus), text);
        }
    }
}
