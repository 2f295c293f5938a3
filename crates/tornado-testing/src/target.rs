//! Where requests go: the paths and URLs that a test writes.

use std::fmt::Write as _;

use http::Uri;
use url::Url;

/// The path and query to send for what a test has written. It is sent as it is,
/// except for the bytes that a request line can't contain: those are encoded,
/// as in a browser.
pub(crate) fn path_and_query(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    let (text, _fragment) = text.split_once('#').unwrap_or((text, ""));
    for byte in text.bytes() {
        match byte {
            b'"' | b'<' | b'>' | 0..=b' ' | 0x7f.. => {
                write!(encoded, "%{byte:02X}").expect("a string takes all text");
            }
            _ => encoded.push(char::from(byte)),
        }
    }
    encoded
}

/// The whole URL of a request, for cookies and redirects.
///
/// `text` is a path, or a URL with its own host.
pub(crate) fn url(base: &Url, text: &str) -> Url {
    base.join(text)
        .unwrap_or_else(|error| panic!("{text:?} is no path and no URL: {error}"))
}

/// As `url`, for what a test requests. Text that begins with `/` is a path,
/// even with two of them, which in a server's redirect would mean another host.
#[track_caller]
pub(crate) fn asked(base: &Url, text: &str) -> Url {
    // A browser reads a backslash as a slash.
    let text = text.replace('\\', "%5C");
    let is_url = Url::parse(&text).is_ok_and(|url| url.has_host());
    assert!(
        text.starts_with('/') || is_url,
        "{text:?} can't be asked for; a path begins with `/`"
    );
    match text.strip_prefix("//") {
        Some(rest) => url(base, &format!("/.//{rest}")),
        None => url(base, &text),
    }
}

/// The target in the request line for what a test has written.
pub(crate) fn target(text: &str) -> String {
    match Url::parse(text) {
        Ok(url) if url.has_host() => {
            let query = url.query().map(|query| format!("?{query}"));
            format!("{}{}", url.path(), query.unwrap_or_default())
        }
        _ => path_and_query(text),
    }
}

pub(crate) fn uri(target: &str) -> Uri {
    Uri::try_from(target).unwrap_or_else(|error| {
        panic!("{target:?} can't be asked for: {error}; a path begins with `/`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_out_as_it_was_written() {
        for path in ["/", "/a/../b", "/a%2Fb?c=d&e", "//x", "/?a[]={1}|2"] {
            assert_eq!(target(path), path);
        }
        assert_eq!(target("/café \"x\"#top"), "/caf%C3%A9%20%22x%22");
        assert_eq!(target("https://other.example/x?y=z"), "/x?y=z");
    }

    #[test]
    fn two_slashes_are_a_path_to_who_asks_and_a_host_to_who_redirects() {
        let base = Url::parse("http://localhost:8888/a").unwrap();
        for (text, expected) in [
            ("//", "http://localhost:8888//"),
            (
                "//x.example//?y=//z",
                "http://localhost:8888//x.example//?y=//z",
            ),
            ("/x", "http://localhost:8888/x"),
            ("https://x.example/", "https://x.example/"),
        ] {
            assert_eq!(asked(&base, text).as_str(), expected);
        }
        assert_eq!(url(&base, "//x.example").as_str(), "http://x.example/");
    }
}
