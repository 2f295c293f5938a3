//! Escaping and unescaping of HTML, JSON and URLs (`tornado.escape`).

mod json;
mod linkify;

use std::borrow::Cow;

use percent_encoding::{
    AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode, utf8_percent_encode,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use linkify::{Linkify, linkify};

/// Makes text safe within HTML and XML, attribute values in quotes included
/// (Tornado's `xhtml_escape`).
///
/// ```
/// use tornado_core::escape::xhtml_escape;
///
/// assert_eq!(xhtml_escape("<a href='/?x&y'>\"</a>"), "&lt;a href=&#x27;/?x&amp;y&#x27;&gt;&quot;&lt;/a&gt;");
/// assert_eq!(xhtml_escape("plain"), "plain");
/// ```
#[must_use]
pub fn xhtml_escape(text: &str) -> Cow<'_, str> {
    let special = |b: u8| matches!(b, b'&' | b'<' | b'>' | b'"' | b'\'');
    let Some(first) = text.bytes().position(special) else {
        return Cow::Borrowed(text);
    };
    let mut escaped = String::with_capacity(text.len() + 16);
    escaped.push_str(&text[..first]);
    for c in text[first..].chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#x27;"),
            _ => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// What Python's `urllib.parse.quote` leaves alone, but for the slash.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'.')
    .remove(b'-')
    .remove(b'~');
const PATH: &AsciiSet = &QUERY.remove(b'/');

/// Percent-encodes text for a URL (Tornado's `url_escape`).
///
/// With `plus`, as for a query string, a space becomes `+` and a slash `%2F`;
/// without, as for a path, a space becomes `%20` and a slash stays.
///
/// ```
/// use tornado_core::escape::url_escape;
///
/// assert_eq!(url_escape("a b/é", true), "a+b%2F%C3%A9");
/// assert_eq!(url_escape("a b/é", false), "a%20b/%C3%A9");
/// ```
#[must_use]
pub fn url_escape(text: &str, plus: bool) -> String {
    if plus {
        quote_plus(text.as_bytes())
    } else {
        utf8_percent_encode(text, PATH).collect()
    }
}

/// Python's `urllib.parse.quote_plus` for bytes.
pub(crate) fn quote_plus(bytes: &[u8]) -> String {
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
/// A `%` that no two hexadecimal digits follow stands for itself; what is not
/// UTF-8 becomes the replacement character.
///
/// ```
/// use tornado_core::escape::url_unescape;
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

/// Makes JSON of a value, in the very bytes that Python makes (Tornado's
/// `json_encode`): a space after `,` and `:`, all of it ASCII. `</` becomes
/// `<\/`, so that it can stand in a `<script>`.
///
/// # Errors
///
/// When the value can't be JSON, such as a map with keys that are no text.
///
/// ```
/// use tornado_core::escape::json_encode;
///
/// let value = serde_json::json!({"name": "Zoë", "tags": ["</b>", 1.0, null]});
/// assert_eq!(json_encode(&value).unwrap(), r#"{"name": "Zo\u00eb", "tags": ["<\/b>", 1.0, null]}"#);
/// ```
pub fn json_encode<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    json::encode(value)
}

/// Reads JSON (Tornado's `json_decode`).
///
/// # Errors
///
/// When it is no JSON, or not that of a `T`.
pub fn json_decode<T: DeserializeOwned>(text: impl AsRef<[u8]>) -> serde_json::Result<T> {
    serde_json::from_slice(text.as_ref())
}

/// Makes one space of each run of white space and control characters, and none
/// at the ends (Tornado's `squeeze`).
///
/// ```
/// assert_eq!(tornado_core::escape::squeeze(" a\r\n\t b "), "a b");
/// ```
#[must_use]
pub fn squeeze(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c| c <= ' ')
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").trim().to_owned()
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

        #[test]
        fn escaped_text_is_safe(text: String) {
            let safe = xhtml_escape(&text).replace("&amp;", "").replace("&lt;", "").replace("&gt;", "");
            let safe = safe.replace("&quot;", "").replace("&#x27;", "");
            prop_assert!(!safe.contains(['&', '<', '>', '"', '\'']));
        }

        #[test]
        fn json_comes_back(text: String, number: f64, whole: i64) {
            let value = serde_json::json!({ "t": text, "f": number, "i": whole, text.clone(): [] });
            let encoded = json_encode(&value).unwrap();
            prop_assert!(encoded.is_ascii() && !encoded.contains("</"));
            prop_assert_eq!(json_decode::<serde_json::Value>(&encoded).unwrap(), value);
        }
    }
}
