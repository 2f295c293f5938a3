//! Text of users on its way into HTML, JSON and URLs.

use tornado_escape::{
    Linkify, json_decode, json_encode, squeeze, url_escape, url_escape_bytes, url_unescape,
    xhtml_escape, xhtml_unescape,
};

use super::latin1;

pub(crate) fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let html = xhtml_escape(&text);
    assert!(!html.contains(['<', '>', '"', '\'']), "{html}");
    assert_eq!(xhtml_unescape(&html), text);
    // What is no HTML of ours is read as well.
    let _ = xhtml_unescape(&text);

    for shorten in [false, true] {
        links(&text, &html, shorten);
    }

    let json = json_encode(&*text).expect("a text is JSON");
    assert!(!json.contains("</"), "{json}");
    let again: String = json_decode(&json).expect("it was written just now");
    assert_eq!(again, text);

    let squeezed = squeeze(&text);
    assert_eq!(squeeze(&squeezed), squeezed);

    for plus in [false, true] {
        let url = url_escape_bytes(input, plus);
        let odd = |c: char| !c.is_ascii_graphic() || "\"<>&=?#".contains(c);
        assert!(!url.contains(odd), "{url}");
        assert_eq!(url_unescape(&url_escape(&text, plus), plus), text);
        let _ = url_unescape(&latin1(input), plus);
    }
}

/// Of text, HTML with links and nothing else: each leads to the web, and what stands
/// outside of them is the text.
fn links(text: &str, html: &str, shorten: bool) {
    let linked = Linkify::new().shorten(shorten).apply(text);
    let mut without = String::new();
    let mut rest = linked.as_str();
    while let Some((before, link)) = rest.split_once("<a href=\"") {
        let (url, after) = link.split_once('"').expect("the attribute ends");
        let (attributes, after) = after.split_once('>').expect("the tag ends");
        let (shown, after) = after.split_once("</a>").expect("the element ends");
        assert!(!shown.contains('<'), "{linked}");
        let whole = match attributes.strip_prefix(" title=\"") {
            Some(title) if shorten => {
                let title = title.strip_suffix('"').expect("the attribute ends");
                // Where the text has none, a protocol is put in front.
                match shown.starts_with("www.") {
                    true => title.strip_prefix("http://").expect("it has one"),
                    false => title,
                }
            }
            _ => {
                assert_eq!(attributes, "", "{linked}");
                shown
            }
        };
        let web = ["http:", "https:"].iter().any(|scheme| {
            let start = url.get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        });
        assert!(web && url.ends_with(whole), "{linked}");
        without.push_str(before);
        without.push_str(if attributes.is_empty() { shown } else { whole });
        rest = after;
    }
    without.push_str(rest);
    assert_eq!(without, html, "{linked}");
}
