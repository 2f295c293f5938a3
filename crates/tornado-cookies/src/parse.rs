//! The `Cookie` header, read as Tornado reads it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use crate::quote::{is_legal, unquote_latin1};

/// Names that Python's `http.cookies` reserves for attributes, in any spelling.
/// It accepts no cookie with one of them.
const RESERVED: [&str; 9] = [
    "comment", "domain", "expires", "httponly", "max-age", "path", "samesite", "secure", "version",
];

/// Whether Python accepts this as the name of a cookie.
pub(crate) fn is_name(name: &[u8]) -> bool {
    is_legal(name) && !is_reserved(name)
}

pub(crate) fn is_reserved(name: &[u8]) -> bool {
    (4..=8).contains(&name.len())
        && RESERVED
            .iter()
            .any(|reserved| name.eq_ignore_ascii_case(reserved.as_bytes()))
}

/// The cookies of a request, by name.
///
/// The names are in the order in which they were first sent; each value is the
/// one that was sent last. [`parse_cookie`] and [`CookieMap::from_headers`]
/// make it. It is Tornado's `HTTPServerRequest.cookies`.
///
/// ```
/// let cookies = tornado_cookies::parse_cookie("a=1; b=\"2 3\"; a=4");
/// assert_eq!(cookies.get("b"), Some("2 3"));
/// assert_eq!(cookies.iter().collect::<Vec<_>>(), [("a", "4"), ("b", "2 3")]);
/// ```
#[derive(Clone, Default)]
pub struct CookieMap {
    /// All names and values, one after another, in one allocation.
    text: String,
    entries: Vec<Entry>,
}

#[derive(Clone)]
struct Entry {
    name: Range<usize>,
    value: Range<usize>,
}

impl CookieMap {
    /// Reads the `Cookie` headers of a request, each separately.
    ///
    /// An HTTP/1.1 client sends one header; a front end that speaks HTTP/2 may
    /// pass on several (RFC 9113, section 8.2.3). Tornado joins them with a
    /// comma, and so loses all but the first cookie of each.
    ///
    /// ```
    /// use tornado_cookies::CookieMap;
    /// let lines = [&b"a=1"[..], b"b=2; a=3"];
    /// let cookies = CookieMap::from_headers(lines.into_iter());
    /// assert_eq!(cookies.get("a"), Some("3"));
    /// assert_eq!(cookies.len(), 2);
    /// ```
    #[must_use]
    pub fn from_headers<'a>(headers: impl Iterator<Item = &'a [u8]>) -> CookieMap {
        let mut cookies = CookieMap::default();
        let mut places: BTreeMap<&[u8], usize> = BTreeMap::new();
        for header in headers {
            cookies.text.reserve(header.len());
            for (name, value) in header.split(|byte| *byte == b';').filter_map(pair) {
                if !is_name(name) {
                    continue;
                }
                let place = *places.entry(name).or_insert_with(|| {
                    let name = cookies.push(name);
                    cookies.entries.push(Entry { name, value: 0..0 });
                    cookies.entries.len() - 1
                });
                cookies.entries[place].value = cookies.push(value);
            }
        }
        cookies
    }

    fn push(&mut self, text: &[u8]) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(&unquote_latin1(text));
        start..self.text.len()
    }

    /// The value of a cookie, or `None`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|entry| {
            (
                &self.text[entry.name.clone()],
                &self.text[entry.value.clone()],
            )
        })
    }

    /// The number of cookies.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no cookies.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl fmt::Debug for CookieMap {
    /// Shows only the names: a value may be enough to log in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Reads one `Cookie` header. Parts that are not cookies are left out; nothing
/// is an error.
///
/// The header is split at each `;`, even inside quotes, and each part at its
/// first `=`. White space around names and values is stripped; around a name
/// that browsers make promises about, such as `__Host-id`, only spaces and tabs
/// are. A value in double quotes is [unquoted](crate::unquote()). If a name
/// occurs twice, the last cookie counts. Names that Python's `http.cookies`
/// refuses are left out: those that are empty, that have characters other than
/// letters, digits and
/// ``!#$%&'*+-.^_`|~:``, or that are an attribute such as `path`. Bytes above `0x7f`
/// are read as latin-1.
///
/// Tornado's `httputil.parse_cookie`, less the names that
/// `HTTPServerRequest.cookies` leaves out.
///
/// ```
/// let cookies = tornado_cookies::parse_cookie("a=1; no/name=2; =3; b=\"x\\054y\"");
/// assert_eq!(cookies.iter().collect::<Vec<_>>(), [("a", "1"), ("b", "x,y")]);
/// ```
#[must_use]
pub fn parse_cookie(header: impl AsRef<[u8]>) -> CookieMap {
    CookieMap::from_headers(std::iter::once(header.as_ref()))
}

/// One cookie of a `Cookie` header: the value that [`parse_cookie`] has under
/// this name, without reading the others.
///
/// ```
/// use tornado_cookies::find_cookie;
/// let header = b"a=1; b=2; a=\"3\"";
/// assert_eq!(find_cookie(header, "a").as_deref(), Some("3"));
/// assert_eq!(find_cookie(header, "c"), None);
/// ```
#[must_use]
pub fn find_cookie<'a>(header: &'a [u8], name: &str) -> Option<Cow<'a, str>> {
    find_cookies(header, name).next()
}

/// All cookies with this name in a `Cookie` header, the last one first, since
/// that is the one that counts if only one can.
///
/// A browser keeps a separate cookie for each path and domain that it was set
/// with. It sends all that match, without saying which is which.
///
/// ```
/// use tornado_cookies::find_cookies;
/// let header = b"a=1; b=2; a=\"3\"";
/// assert_eq!(find_cookies(header, "a").collect::<Vec<_>>(), ["3", "1"]);
/// assert_eq!(find_cookies(header, "c").count(), 0);
/// ```
pub fn find_cookies<'a>(header: &'a [u8], name: &str) -> impl Iterator<Item = Cow<'a, str>> {
    let name = name.as_bytes();
    let mut rest = is_name(name).then_some(header);
    std::iter::from_fn(move || {
        loop {
            let header = rest?;
            let semicolon = memchr::memrchr(b';', header);
            let part = semicolon.map_or(header, |at| &header[at + 1..]);
            rest = semicolon.map(|at| &header[..at]);
            if let Some((key, value)) = pair(part)
                && key == name
            {
                return Some(unquote_latin1(value));
            }
        }
    })
}

/// The name and value of a part between two `;`. Without `=`, the part is all
/// value and the name is empty. Python does not count that as a cookie, so the
/// result is `None`.
fn pair(part: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = memchr::memchr(b'=', part)?;
    let sent = &part[..equals];
    let mut name = trim(sent, is_space);
    if is_promised(name) {
        // To the browser, other white space makes it a different name, which
        // carries no promise. Spaces and tabs it strips itself (RFC 6265, 5.2).
        name = trim(sent, |byte| matches!(byte, b' ' | b'\t'));
    }
    Some((name, trim(&part[equals + 1..], is_space)))
}

/// Whether browsers make a promise about where a cookie with this name was set:
/// that no other host can set it, or nobody without TLS (RFC 6265bis, 4.1.3).
/// They ignore case. `__Host-Http-` also begins with `__Host-`.
fn is_promised(name: &[u8]) -> bool {
    name.strip_prefix(b"__").is_some_and(|rest| {
        [&b"host-"[..], b"http-", b"secure-"].iter().any(|prefix| {
            rest.get(..prefix.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        })
    })
}

fn trim(mut text: &[u8], is_space: impl Fn(u8) -> bool) -> &[u8] {
    while let [byte, rest @ ..] = text
        && is_space(*byte)
    {
        text = rest;
    }
    while let [rest @ .., byte] = text
        && is_space(*byte)
    {
        text = rest;
    }
    text
}

/// What Python's `str.strip` removes, within latin-1.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 0x09..=0x0d | 0x1c..=0x1f | 0x85 | 0xa0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A header, and the names and values in it.
    type Case = (&'static [u8], &'static [(&'static str, &'static str)]);

    /// What Tornado's own tests of `parse_cookie` say, less the names that
    /// `HTTPServerRequest.cookies` leaves out.
    #[test]
    fn a_header_is_read_as_tornado_does() {
        let cases: [Case; 19] = [
            (
                b"chips=ahoy; vienna=finger",
                &[("chips", "ahoy"), ("vienna", "finger")],
            ),
            (
                br#"keebler="E=mc2; L=\"Loves\"; fudge=\012;""#,
                &[
                    ("keebler", "\"E=mc2"),
                    ("L", "\\\"Loves\\\""),
                    ("fudge", "\\012"),
                ],
            ),
            (b"keebler=E=mc2", &[("keebler", "E=mc2")]),
            (b"key:term=value:term", &[("key:term", "value:term")]),
            (
                b"a=b; c=[; d=r; f=h",
                &[("a", "b"), ("c", "["), ("d", "r"), ("f", "h")],
            ),
            (b"a=b; Domain=example.com", &[("a", "b")]),
            (b"a=b; h=i; a=c", &[("a", "c"), ("h", "i")]),
            (
                b"first=IamTheFirst ; a=1; a=2 ;second=IamTheSecond",
                &[
                    ("first", "IamTheFirst"),
                    ("a", "2"),
                    ("second", "IamTheSecond"),
                ],
            ),
            (b"value_without_key; a=1", &[("a", "1")]),
            (b"a=1; Version=3; $Path=/x", &[("a", "1"), ("$Path", "/x")]),
            (b"a", &[]),
            (b"", &[]),
            (b";;=;= ;a=", &[("a", "")]),
            (
                b"a=\"\"; b=\"; c=\"x",
                &[("a", ""), ("b", "\""), ("c", "\"x")],
            ),
            (b"bad/name=1; \xe9=2; good=3", &[("good", "3")]),
            (b"a=\xe9; b=\"\xe9\\351\"", &[("a", "é"), ("b", "éé")]),
            (b"\xa0a\x85=\xa01\t", &[("a", "1")]),
            (b"a=1,b=2", &[("a", "1,b=2")]),
            (b"a=\xc3\xa9", &[("a", "Ã©")]),
        ];
        for (header, expected) in cases {
            let cookies = parse_cookie(header);
            assert_eq!(cookies.iter().collect::<Vec<_>>(), expected);
            assert_eq!(cookies.is_empty(), expected.is_empty());
        }
    }

    /// Everything that Python's `str.strip` removes.
    const SPACE: &[u8] = b"\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0";

    /// What both functions find under a name, in a header where the name has
    /// white space around it.
    fn value_in_space(name: &str, before: &[u8], after: &[u8]) -> Option<String> {
        let header = [before, name.as_bytes(), after, b"=1"].concat();
        let cookies = parse_cookie(&header);
        let value = cookies.get(name);
        assert_eq!(find_cookie(&header, name).as_deref(), value, "{header:?}");
        assert_eq!(cookies.len(), usize::from(value.is_some()), "{header:?}");
        value.map(str::to_owned)
    }

    #[test]
    fn a_name_with_a_promise_is_not_made_of_another_name() {
        let stripped: Vec<u8> = (0..=255).filter(|byte| is_space(*byte)).collect();
        assert_eq!(stripped, SPACE);
        for name in [
            "__Host-a",
            "__Secure-a",
            "__Http-a",
            "__Host-Http-a",
            "__host-a",
            "__SECURE-a",
            "__hTTP-a",
            "__HOST-HTTP-a",
            "__Host-",
        ] {
            assert_eq!(value_in_space(name, b"", b"").as_deref(), Some("1"));
            for byte in SPACE {
                // Browsers strip these two, so they keep no name that has them.
                let same = matches!(byte, b' ' | b'\t').then_some("1");
                for (before, after) in [
                    (&[*byte][..], &b""[..]),
                    (b"", &[*byte]),
                    (&[*byte], &[*byte]),
                    (&[b' ', *byte], b""),
                    (&[*byte, b' '], b""),
                    (b"", &[b'\t', *byte]),
                    (b"", &[*byte, b'\t']),
                ] {
                    let value = value_in_space(name, before, after);
                    assert_eq!(value.as_deref(), same, "{before:?} {name} {after:?}");
                }
                // It does not displace another cookie.
                let bytes = name.as_bytes();
                let header = [bytes, b"=good; ", &[*byte], bytes, b"=bad"].concat();
                let expected = if same.is_some() { "bad" } else { "good" };
                assert_eq!(parse_cookie(&header).get(name), Some(expected));
                assert_eq!(find_cookie(&header, name).as_deref(), Some(expected));
            }
        }
    }

    #[test]
    fn other_names_are_stripped_as_python_does() {
        for name in [
            "a",
            "__",
            "__Host",
            "__Hosta-",
            "__Http",
            "__Secure",
            "_Host-a",
            "Host-a",
            "a__Host-b",
            "___Host-a",
            "__Other-a",
        ] {
            for byte in SPACE {
                let value = value_in_space(name, &[*byte], &[*byte, b' ']);
                assert_eq!(value.as_deref(), Some("1"), "{byte:#x} {name}");
            }
        }
        // White space around a value is not part of a name.
        let found = parse_cookie(b"__Host-a=\xa01\x85");
        assert_eq!(found.get("__Host-a"), Some("1"));
    }

    #[test]
    fn many_names_take_no_square_time() {
        let header: String = (0..20_000).map(|n| format!("{n}=;")).collect();
        assert_eq!(parse_cookie(header).len(), 20_000);
    }

    #[test]
    fn debug_has_no_values() {
        let text = format!("{:?}", parse_cookie("name=secret"));
        assert_eq!(text, "{\"name\"}");
    }

    proptest! {
        #[test]
        fn find_cookie_is_the_map_of_one(
            header in prop::collection::vec(prop::sample::select(
                &b"ab=;\"\\05 \xe9\xa0path"[..]), 0..40),
            name in "[ab=;p\u{e9} ]{0,2}|path",
        ) {
            let cookies = parse_cookie(&header);
            let found = find_cookie(&header, &name);
            prop_assert_eq!(found.as_deref(), cookies.get(&name));
            for (name, value) in cookies.iter() {
                let found = find_cookie(&header, name);
                prop_assert_eq!(found.as_deref(), Some(value));
            }
        }

        #[test]
        fn both_read_names_with_a_promise_alike(
            parts in prop::collection::vec(prop::sample::select(&[
                "__Host-", "__secure-", "__Http-", "a", "=", ";", " ", "\t", "\u{1c}", "\u{a0}",
            ][..]), 0..20),
            name in "(__Host-|__secure-|__Http-)?a?",
        ) {
            let header: Vec<u8> = parts.concat().chars().map(|char| char as u8).collect();
            let cookies = parse_cookie(&header);
            let found = find_cookie(&header, &name);
            prop_assert_eq!(found.as_deref(), cookies.get(&name));
        }

        #[test]
        fn find_cookies_is_each_part_by_itself(
            header in prop::collection::vec(prop::sample::select(
                &b"aab==;;\"\\05 \xe9\xa0path"[..]), 0..40),
            name in "[ab=;p\u{e9} ]{0,2}|path",
        ) {
            let parts = header.rsplit(|byte| *byte == b';').map(parse_cookie);
            let values: Vec<_> = parts
                .filter_map(|part| part.get(&name).map(str::to_owned))
                .collect();
            prop_assert_eq!(find_cookies(&header, &name).collect::<Vec<_>>(), values);
        }

        #[test]
        fn any_bytes_are_read(header: Vec<u8>) {
            let _ = parse_cookie(&header);
        }
    }
}
