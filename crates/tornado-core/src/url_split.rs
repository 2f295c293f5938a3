//! The part of a URL before its path, as Python and browsers see it.

use std::borrow::Cow;

/// Scheme and network location of a URL, in lower case; each is empty if
/// missing. `None` for unbalanced brackets, where Python raises an exception.
pub(crate) fn scheme_and_netloc(url: &str) -> Option<(String, String)> {
    let url = url.trim_start_matches(|c| c <= ' ');
    let url: Cow<'_, str> = if url.contains(['\t', '\r', '\n']) {
        Cow::Owned(url.replace(['\t', '\r', '\n'], ""))
    } else {
        Cow::Borrowed(url)
    };
    let (scheme, rest) = match url.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme, rest),
        _ => ("", &*url),
    };
    let netloc = match rest.strip_prefix("//") {
        Some(rest) => rest.split(['/', '?', '#']).next().unwrap_or(""),
        None => "",
    };
    if netloc.contains('[') != netloc.contains(']') {
        return None;
    }
    Some((scheme.to_ascii_lowercase(), netloc.to_lowercase()))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// A URL as a browser cleans it up before parsing it (WHATWG URL): no white
/// space at its ends, no tabs or line ends anywhere, slashes for backslashes.
pub(crate) fn as_browser_reads(url: &str) -> String {
    url.trim_matches(|c| c <= ' ')
        .replace(['\t', '\r', '\n'], "")
        .replace('\\', "/")
}

/// Whether a browser reads this as a URL on another host: `//host/`. A redirect
/// to one, made from client input, would lead anywhere.
pub(crate) fn is_protocol_relative(url: &str) -> bool {
    as_browser_reads(url).starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python's answers.
    #[test]
    fn urls_are_split_as_python_splits_them() {
        for (url, scheme, netloc) in [
            ("http://Example.com:80/a?b#c", "http", "example.com:80"),
            ("HTTP://u:p@H?x", "http", "u:p@h"),
            ("//h#x", "", "h"),
            ("///h", "", ""),
            ("/a//b", "", ""),
            ("/a:b", "", ""),
            ("mailto:x", "mailto", ""),
            ("1http://h", "", ""),
            ("a_b://h", "", ""),
            (" \u{1}ht\ntp://h", "http", "h"),
            ("http://[::1]:8/", "http", "[::1]:8"),
            ("null", "", ""),
            ("", "", ""),
        ] {
            let expected = Some((scheme.to_owned(), netloc.to_owned()));
            assert_eq!(scheme_and_netloc(url), expected, "{url:?}");
        }
        assert_eq!(scheme_and_netloc("http://[h/"), None);
    }

    #[test]
    fn what_a_browser_takes_for_another_host_is_known() {
        for url in ["//h", "\\\\h", "/\\h", " \t//h", "/\n/h", "///h"] {
            assert!(is_protocol_relative(url), "{url:?}");
        }
        for url in ["/h", "h//", "/ /h", "http://h", ""] {
            assert!(!is_protocol_relative(url), "{url:?}");
        }
    }
}
