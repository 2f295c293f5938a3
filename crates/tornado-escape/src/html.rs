//! Text for HTML.

use std::borrow::Cow;

/// Escapes text for HTML and XML, including quoted attribute values (Tornado's
/// `xhtml_escape`).
///
/// ```
/// use tornado_escape::xhtml_escape;
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

/// Unescapes HTML: all of its named, decimal and hexadecimal references,
/// including those without a semicolon that browsers accept (Tornado's
/// `xhtml_unescape`).
///
/// ```
/// use tornado_escape::xhtml_unescape;
///
/// assert_eq!(xhtml_unescape("&lt;&quot;Caf&eacute;&quot;&#62; &#x27; &unknown;"), "<\"Café\"> ' &unknown;");
/// ```
#[must_use]
pub fn xhtml_unescape(text: &str) -> Cow<'_, str> {
    htmlize::unescape(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn escaped_text_is_safe(text: String) {
            let safe = xhtml_escape(&text).replace("&amp;", "").replace("&lt;", "").replace("&gt;", "");
            let safe = safe.replace("&quot;", "").replace("&#x27;", "");
            prop_assert!(!safe.contains(['&', '<', '>', '"', '\'']));
        }
    }
}
