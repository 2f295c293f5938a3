//! `linkify`: plain text to HTML in which URLs are links.

use std::fmt;
use std::sync::LazyLock;

use regex_automata::meta::Regex;
use regex_automata::util::captures::Captures;

use crate::html::xhtml_escape;

/// Turns plain text into HTML in which each `http` and `https` URL, and each
/// word that begins with `www.`, is a link (Tornado's `linkify`).
///
/// The text is escaped. [`Linkify`] has Tornado's options.
///
/// ```
/// use tornado_escape::linkify;
///
/// assert_eq!(
///     linkify("Hello http://tornadoweb.org!"),
///     "Hello <a href=\"http://tornadoweb.org\">http://tornadoweb.org</a>!"
/// );
/// ```
#[must_use]
pub fn linkify(text: &str) -> String {
    Linkify::new().apply(text)
}

/// How [`linkify`] finds and writes links.
///
/// ```
/// use tornado_escape::Linkify;
///
/// let links = Linkify::new()
///     .require_protocol(true)
///     .permitted_protocols(["https"])
///     .extra_params(|_href| "rel=\"nofollow\"".to_owned());
/// assert_eq!(
///     links.apply("www.example.com, https://example.com"),
///     "www.example.com, <a href=\"https://example.com\" rel=\"nofollow\">https://example.com</a>"
/// );
/// ```
pub struct Linkify {
    shorten: bool,
    require_protocol: bool,
    permitted_protocols: Vec<String>,
    extra_params: Option<ExtraParams>,
}

/// Makes extra attributes from an address.
type ExtraParams = Box<dyn Fn(&str) -> String + Send + Sync>;

/// The approximate length of a shortened link's text.
const MAX_LENGTH: usize = 30;

impl Linkify {
    /// Makes the links that [`linkify`] makes.
    #[must_use]
    pub fn new() -> Linkify {
        Linkify {
            shorten: false,
            require_protocol: false,
            permitted_protocols: vec!["http".to_owned(), "https".to_owned()],
            extra_params: None,
        }
    }

    /// Whether a long URL is shown as its host and the beginning of its path.
    #[must_use]
    pub fn shorten(mut self, shorten: bool) -> Linkify {
        self.shorten = shorten;
        self
    }

    /// Whether `www.example.com`, which has no protocol, is left alone.
    #[must_use]
    pub fn require_protocol(mut self, require_protocol: bool) -> Linkify {
        self.require_protocol = require_protocol;
        self
    }

    /// The protocols whose URLs become links. `javascript` would let the author
    /// of the text run scripts on your page.
    #[must_use]
    pub fn permitted_protocols<P: Into<String>>(
        mut self,
        protocols: impl IntoIterator<Item = P>,
    ) -> Linkify {
        self.permitted_protocols = protocols.into_iter().map(Into::into).collect();
        self
    }

    /// Extra attributes for each link, made from its address.
    #[must_use]
    pub fn extra_params(
        mut self,
        params: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> Linkify {
        self.extra_params = Some(Box::new(params));
        self
    }

    /// Turns a text into HTML.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let text = xhtml_escape(text);
        let mut html = String::with_capacity(text.len() + 64);
        let mut copied = 0;
        for found in URL.captures_iter(&*text) {
            let Some(url) = found.get_match() else {
                continue;
            };
            html.push_str(&text[copied..url.start()]);
            self.push_link(&mut html, &text, &found);
            copied = url.end();
        }
        html.push_str(&text[copied..]);
        html
    }

    fn push_link(&self, html: &mut String, text: &str, found: &Captures) {
        let group = |index| found.get_group(index).map(|span| &text[span.range()]);
        let (url, protocol) = (group(0).unwrap_or_default(), group(1));
        let permitted = |protocol| self.permitted_protocols.iter().any(|p| *p == protocol);
        if !protocol.map_or(!self.require_protocol, permitted) {
            html.push_str(url);
            return;
        }
        let prefix = if protocol.is_some() { "" } else { "http://" };
        let href = format!("{prefix}{url}");
        let mut params = match &self.extra_params {
            Some(params) => format!(" {}", params(&href).trim()),
            None => String::new(),
        };
        let mut shown = url.to_owned();
        if self.shorten {
            let fixed =
                protocol.map_or(0, |p| p.chars().count() + 1) + group(2).map_or(0, str::len);
            if let Some(short) = shortened(url, fixed) {
                shown = short;
                params.push_str(&format!(" title=\"{href}\""));
            }
        }
        html.push_str(&format!("<a href=\"{href}\"{params}>{shown}</a>"));
    }
}

impl Default for Linkify {
    fn default() -> Linkify {
        Linkify::new()
    }
}

impl fmt::Debug for Linkify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Linkify")
            .field("shorten", &self.shorten)
            .field("require_protocol", &self.require_protocol)
            .field("permitted_protocols", &self.permitted_protocols)
            .finish_non_exhaustive()
    }
}

/// A URL cut to its host and part of its path, if that makes it shorter. The
/// first `fixed` characters are the protocol.
fn shortened(url: &str, fixed: usize) -> Option<String> {
    let length = |text: &str| text.chars().count();
    if length(url) <= MAX_LENGTH {
        return None;
    }
    let (protocol, rest) = split_at_char(url, fixed);
    let mut parts = rest.split('/');
    let mut short = url.to_owned();
    if let (Some(host), Some(path)) = (parts.next(), parts.next()) {
        let path = split_at_char(path, 8).0;
        let path = path.split(['?', '.']).next().unwrap_or_default();
        short = format!("{protocol}{host}/{path}");
    }
    if length(&short) * 2 > MAX_LENGTH * 3 {
        short.truncate(split_at_char(&short, MAX_LENGTH).0.len());
    }
    if short == url {
        return None;
    }
    // Not in the middle of `&amp;`.
    if let Some(at) = short
        .rfind('&')
        .filter(|at| length(&short[..*at]) > MAX_LENGTH - 5)
    {
        short.truncate(at);
    }
    short.push_str("...");
    (length(&short) < length(url)).then_some(short)
}

fn split_at_char(text: &str, index: usize) -> (&str, &str) {
    let at = text
        .char_indices()
        .nth(index)
        .map_or(text.len(), |(at, _)| at);
    text.split_at(at)
}

/// What Tornado considers a URL, in escaped text: a protocol or `www.`,
/// followed by text that does not end with punctuation or that is in
/// parentheses. Of the entities, `&amp;` and `&quot;` can be part of it.
static URL: LazyLock<Regex> = LazyLock::new(|| {
    // Python's `\s` includes four more separators, and its `\w` excludes marks.
    let space = r"\s\x1c-\x1f";
    let start = r"(?:([\p{L}\p{N}_-]+):(/{1,3})|www[.])";
    let inside = format!(r"(?:[^{space}&()]|&amp;|&quot;)*");
    let last = format!(r##"[^!"#$%&'()*+,.:;<=>?@\[\]^`{{|}}~{space}]"##);
    let pattern = format!(r"\b{start}(?:{inside}{last}|\({inside}\))+");
    Regex::new(&pattern).expect("the pattern is a good one")
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn urls_are_found_where_tornado_finds_them() {
        let link = |url: &str| format!("<a href=\"{url}\">{url}</a>");
        for (text, expected) in [
            ("no links", "no links".to_owned()),
            (
                "(http://foo.com/x_(y)).",
                format!("({}).", link("http://foo.com/x_(y)")),
            ),
            ("http://a.com/?a=1&b=2", link("http://a.com/?a=1&amp;b=2")),
            (
                "<http://a.com/>",
                format!("&lt;{}&gt;", link("http://a.com/")),
            ),
            (
                "ftp://a.com javascript:alert(1)",
                "ftp://a.com javascript:alert(1)".to_owned(),
            ),
            ("xhttp://a.com", "xhttp://a.com".to_owned()),
            (
                "http://\u{e9}.com/\u{4e2d}, etc",
                format!("{}, etc", link("http://\u{e9}.com/\u{4e2d}")),
            ),
            (
                "www.a.com",
                "<a href=\"http://www.a.com\">www.a.com</a>".to_owned(),
            ),
        ] {
            assert_eq!(linkify(text), expected, "{text}");
        }
    }

    /// The answers are Tornado's.
    #[test]
    fn long_urls_are_shortened() {
        let links = Linkify::new().shorten(true);
        let shown = |text: &str| {
            let html = links.apply(text);
            let text = html
                .split_once('>')
                .unwrap()
                .1
                .strip_suffix("</a>")
                .unwrap();
            text.to_owned()
        };
        assert_eq!(shown("http://short.com/"), "http://short.com/");
        assert_eq!(
            shown("http://www.example.com/directory/page.html?query=1"),
            "http://www.example.com/director..."
        );
        assert_eq!(
            shown("http://a-very-long-host-name.example.com.without.a.path.example.org"),
            "http://a-very-long-host-name.e..."
        );
        assert!(
            links
                .apply("http://www.example.com/directory/page.html")
                .contains(" title=\"http://www.example.com/directory/page.html\"")
        );
    }

    proptest! {
        #[test]
        fn nothing_but_links_is_added(text in "[a-z0-9:/.<>&\"'() \u{e9}]{0,60}") {
            let html = linkify(&text);
            let plain = html.replace("</a>", "");
            let mut rest = plain.as_str();
            let mut without = String::new();
            while let Some((before, after)) = rest.split_once("<a href=\"") {
                without.push_str(before);
                rest = after.split_once("\">").unwrap().1;
            }
            without.push_str(rest);
            prop_assert_eq!(without, xhtml_escape(&text));
        }
    }
}
