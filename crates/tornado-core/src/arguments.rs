//! `Arguments`: the fields of a query string or of a form; `Argument`: how one is selected and
//! read.

use bytes::Bytes;
use percent_encoding::percent_decode;

use crate::python;

/// Where an argument is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArgumentSource {
    /// In a form in the body, then in the query: `get_argument`.
    Both,
    /// Only in the query: `get_query_argument`.
    Query,
    /// Only in a form in the body: `get_body_argument`.
    Body,
}

/// Which argument to read and how: its name, and what `get_query_argument`,
/// `get_body_argument` and `strip=False` express in Tornado.
///
/// The methods of [`Input`](crate::Input) take one. A plain name means the
/// argument with that name in the body or the query, stripped.
///
/// ```
/// use tornado_web::{Application, Argument, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct Entry(Exchange);
///
/// impl RequestHandler for Entry {
///     async fn post(&mut self) -> Result {
///         // self.get_query_argument("width", "72")
///         let width: usize = self.get_argument_or(Argument::query("width"), 72)?;
///         // self.get_argument("text", strip=False)
///         let text = self.get_argument(Argument::new("text").strip(false))?;
///         self.write(format!("{text:.width$}|"));
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let client = TestClient::new(Application::new([url("/", Entry)], Settings::new()).unwrap());
/// assert_eq!(client.post("/?width=3").form([("text", "  a b"), ("width", "9")]).await.text(), "  a|");
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument<'a> {
    name: &'a str,
    source: ArgumentSource,
    strip: bool,
}

impl<'a> Argument<'a> {
    /// An argument of the body or the query: `get_argument(name)`.
    #[must_use]
    pub fn new(name: &'a str) -> Argument<'a> {
        Argument::of(name, ArgumentSource::Both)
    }

    /// An argument of the query only: `get_query_argument(name)`.
    #[must_use]
    pub fn query(name: &'a str) -> Argument<'a> {
        Argument::of(name, ArgumentSource::Query)
    }

    /// A field of a form in the body only: `get_body_argument(name)`.
    #[must_use]
    pub fn body(name: &'a str) -> Argument<'a> {
        Argument::of(name, ArgumentSource::Body)
    }

    /// Whether white space at both ends is stripped, which is the default;
    /// `false` is Tornado's `strip=False`.
    #[must_use]
    pub fn strip(mut self, strip: bool) -> Argument<'a> {
        self.strip = strip;
        self
    }

    pub(crate) fn of(name: &'a str, source: ArgumentSource) -> Argument<'a> {
        Argument {
            name,
            source,
            strip: true,
        }
    }

    pub(crate) fn name(&self) -> &'a str {
        self.name
    }

    pub(crate) fn source(&self) -> ArgumentSource {
        self.source
    }

    pub(crate) fn is_stripped(&self) -> bool {
        self.strip
    }
}

/// A plain name means the argument with that name in the body or the query.
impl<'a, S: AsRef<str> + ?Sized> From<&'a S> for Argument<'a> {
    fn from(name: &'a S) -> Argument<'a> {
        Argument::new(name.as_ref())
    }
}

/// The fields of a query string or of a form, each with its values as bytes
/// (Tornado's `request.arguments`).
///
/// Handlers usually read them as text, through [`Input`](crate::Input).
///
/// ```
/// use tornado_web::arguments::parse_query;
///
/// let arguments = parse_query(b"a=1&b=x+y&a=%32&c");
/// assert_eq!(arguments.get_all("a").collect::<Vec<_>>(), [b"1", b"2"]);
/// assert_eq!(arguments.get_all("b").last(), Some(&b"x y"[..]));
/// assert_eq!(arguments.get_all("c").last(), Some(&b""[..]));
/// assert_eq!(arguments.names().collect::<Vec<_>>(), ["a", "b", "c"]);
/// assert!(arguments.contains("c") && !arguments.contains("d"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments(Vec<(String, Bytes)>);

impl Arguments {
    pub(crate) fn push(&mut self, name: String, value: Bytes) {
        self.0.push((name, value));
    }

    /// The values of a name, in the order in which they were sent.
    pub fn get_all(&self, name: &str) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| &**value)
    }

    /// Whether there is a value with that name:
    /// `"a" in self.request.arguments`.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// The names, each once, in the order in which they were first sent.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let mut seen = std::collections::HashSet::new();
        self.0
            .iter()
            .map(|(name, _)| &**name)
            .filter(move |name| seen.insert(*name))
    }

    /// These arguments followed by another set. For a name in both, the values
    /// here come first.
    pub(crate) fn followed_by(&self, other: &Arguments) -> Arguments {
        Arguments(self.0.iter().chain(&other.0).cloned().collect())
    }

    /// Names and values, as they were sent.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Reads a query string or an urlencoded form (Tornado's `parse_qs_bytes`, with
/// `keep_blank_values`; WHATWG URL, section 5.1).
///
/// Nothing is an error: a `%` without two hexadecimal digits after it stands
/// for itself. A name that is not UTF-8 is read as Latin-1.
///
/// ```
/// use tornado_web::arguments::parse_query;
/// assert_eq!(parse_query(b"a=%zz&&=1").iter().collect::<Vec<_>>(), [("a", &b"%zz"[..]), ("", b"1")]);
/// ```
#[must_use]
pub fn parse_query(query: &[u8]) -> Arguments {
    let mut arguments = Arguments::default();
    for field in query
        .split(|b| *b == b'&')
        .filter(|field| !field.is_empty())
    {
        let (name, value) = match field.iter().position(|b| *b == b'=') {
            Some(at) => (&field[..at], &field[at + 1..]),
            None => (field, &b""[..]),
        };
        let name =
            String::from_utf8(unescape(name)).unwrap_or_else(|error| latin1(error.as_bytes()));
        arguments.push(name, unescape(value).into());
    }
    arguments
}

fn unescape(text: &[u8]) -> Vec<u8> {
    if text.contains(&b'+') {
        let spaced: Vec<u8> = text
            .iter()
            .map(|b| if *b == b'+' { b' ' } else { *b })
            .collect();
        return percent_decode(&spaced).collect();
    }
    percent_decode(text).collect()
}

pub(crate) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// What Tornado does with each argument: control characters other than white
/// space become spaces, and white space at the ends is stripped.
pub(crate) fn clean_argument(value: String, strip: bool) -> String {
    let control = |c: char| c < ' ' && !('\t'..='\r').contains(&c);
    let value = if value.contains(control) {
        value.replace(control, " ")
    } else {
        value
    };
    match strip {
        true if python::strip(&value).len() < value.len() => python::strip(&value).to_owned(),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_tornado_reads_them() {
        for (query, expected) in [
            (&b""[..], &[][..]),
            (b"&&", &[]),
            (b"a", &[("a", &b""[..])]),
            (b"=", &[("", b"")]),
            (b"a=b=c", &[("a", b"b=c")]),
            (b"a+b=c+d%2B", &[("a b", b"c d+")]),
            (b"%61=%6", &[("a", b"%6")]),
            (b"a=1;b=2", &[("a", b"1;b=2")]),
            (b"%C3%A9=%ff", &[("\u{e9}", b"\xff")]),
            (b"%ff=1", &[("\u{ff}", b"1")]),
        ] {
            let arguments = parse_query(query);
            assert_eq!(arguments.iter().collect::<Vec<_>>(), expected, "{query:?}");
        }
    }

    #[test]
    fn values_are_cleaned_as_in_get_argument() {
        let clean = |text: &str, strip| clean_argument(text.to_owned(), strip);
        assert_eq!(clean(" a\x01b\x7f\t", true), "a b\x7f");
        assert_eq!(clean("\u{a0}a\u{3000}\x1f", true), "a");
        assert_eq!(clean(" a\r\nb ", false), " a\r\nb ");
    }
}
