//! Small utilities for HTTP (`tornado.httputil`): dates, hosts, URLs.

use time::{Date, OffsetDateTime, UtcOffset};
use tornado_escape::{url_escape_bytes, url_unescape};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A moment as HTTP writes it, in GMT (Tornado's `format_timestamp`; RFC 9110,
/// section 5.6.7).
///
/// ```
/// use time::macros::datetime;
/// use tornado_web::httputil::format_timestamp;
///
/// let moment = datetime!(2013-01-27 18:43:20 +01:00);
/// assert_eq!(format_timestamp(moment), "Sun, 27 Jan 2013 17:43:20 GMT");
/// ```
#[must_use]
pub fn format_timestamp(moment: OffsetDateTime) -> String {
    // The first and last days of the range can't change their offset, so they
    // keep it.
    let utc = moment.checked_to_offset(UtcOffset::UTC).unwrap_or(moment);
    let date: Date = utc.date();
    let day = DAYS[usize::from(date.weekday().number_days_from_monday())];
    let month = MONTHS[usize::from(u8::from(date.month())) - 1];
    format!(
        "{day}, {:02} {month} {:04} {:02}:{:02}:{:02} GMT",
        date.day(),
        date.year(),
        utc.hour(),
        utc.minute(),
        utc.second()
    )
}

/// Host and port of a `Host` header; the port is `None` if it is missing
/// (Tornado's `split_host_and_port`).
///
/// ```
/// use tornado_web::httputil::split_host_and_port;
///
/// assert_eq!(split_host_and_port("example.com:8888"), ("example.com", Some(8888)));
/// assert_eq!(split_host_and_port("[::1]:80"), ("[::1]", Some(80)));
/// assert_eq!(split_host_and_port("example.com"), ("example.com", None));
/// assert_eq!(split_host_and_port("example.com:"), ("example.com:", None));
/// ```
#[must_use]
pub fn split_host_and_port(netloc: &str) -> (&str, Option<u16>) {
    let split = netloc.rsplit_once(':').filter(|(host, port)| {
        !host.is_empty() && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
    });
    match split.and_then(|(host, port)| Some((host, port.parse().ok()?))) {
        Some((host, port)) => (host, Some(port)),
        None => (netloc, None),
    }
}

/// Adds arguments to the query of a URL, which may already have one (Tornado's
/// `url_concat`).
///
/// The existing query is rewritten, with `+` for a space.
///
/// ```
/// use tornado_web::httputil::url_concat;
///
/// let url = url_concat("http://example.com/foo?a=%20#part", [("c", "d"), ("c", "é")]);
/// assert_eq!(url, "http://example.com/foo?a=+&c=d&c=%C3%A9#part");
/// assert_eq!(url_concat("/foo", [("next", "/a b")]), "/foo?next=%2Fa+b");
/// ```
#[must_use]
pub fn url_concat<K, V>(url: &str, arguments: impl IntoIterator<Item = (K, V)>) -> String
where
    K: AsRef<str>,
    V: AsRef<str>,
{
    let arguments: Vec<(K, V)> = arguments.into_iter().collect();
    let bytes = arguments
        .iter()
        .map(|(name, value)| (name.as_ref().as_bytes(), value.as_ref().as_bytes()));
    url_concat_bytes(url, bytes)
}

/// As [`url_concat`], for raw names and values, which may not be text.
pub(crate) fn url_concat_bytes<'a>(
    url: &str,
    arguments: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) -> String {
    let (rest, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (base, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut result = without_empty_parameters(base).to_owned();
    let mut separator = '?';
    let mut push = |name: &[u8], value: &[u8]| {
        result.push(separator);
        result.push_str(&url_escape_bytes(name, true));
        result.push('=');
        result.push_str(&url_escape_bytes(value, true));
        separator = '&';
    };
    for field in query.split('&').filter(|field| !field.is_empty()) {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        let text = |text| url_unescape(text, true);
        push(text(name).as_bytes(), text(value).as_bytes());
    }
    for (name, value) in arguments {
        push(name, value);
    }
    if !fragment.is_empty() {
        result.push('#');
        result.push_str(fragment);
    }
    result
}

/// Python treats what follows the first `;` of the last segment as parameters
/// (RFC 2396, 3.3), and drops the `;` if nothing follows.
fn without_empty_parameters(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or(path);
    match last.split_once(';') {
        Some((_, "")) => &path[..path.len() - 1],
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From Tornado's `TestUrlConcat`.
    #[test]
    fn url_concat_does_what_tornado_s_does() {
        for (url, arguments, expected) in [
            ("/a;", &[("y", "1")][..], "/a?y=1"),
            ("/a;b;", &[("y", "1")][..], "/a;b;?y=1"),
            ("/a;/b", &[("y", "1")][..], "/a;/b?y=1"),
            (
                "https://localhost/path",
                &[("y", "y"), ("z", "z")][..],
                "https://localhost/path?y=y&z=z",
            ),
            (
                "https://localhost/path?",
                &[("y", "y")],
                "https://localhost/path?y=y",
            ),
            (
                "https://localhost/path?x",
                &[("y", "y")],
                "https://localhost/path?x=&y=y",
            ),
            (
                "https://localhost/path?x&",
                &[("y", "y")],
                "https://localhost/path?x=&y=y",
            ),
            (
                "https://localhost/path?a=1&b=2",
                &[("y", "y")],
                "https://localhost/path?a=1&b=2&y=y",
            ),
            (
                "https://localhost/path?a=1&a=1",
                &[("y", "/")],
                "https://localhost/path?a=1&a=1&y=%2F",
            ),
            (
                "https://localhost/path?r=1&t=2",
                &[],
                "https://localhost/path?r=1&t=2",
            ),
            (
                "https://localhost/path#tab",
                &[("y", "y")],
                "https://localhost/path?y=y#tab",
            ),
            ("/path?a=a+b", &[], "/path?a=a+b"),
        ] {
            assert_eq!(
                url_concat(url, arguments.iter().copied()),
                expected,
                "{url}"
            );
        }
    }

    #[test]
    fn a_port_is_a_number_of_sixteen_bits() {
        assert_eq!(split_host_and_port("a:65535"), ("a", Some(65535)));
        assert_eq!(split_host_and_port("a:65536"), ("a:65536", None));
        assert_eq!(split_host_and_port(":80"), (":80", None));
        assert_eq!(split_host_and_port("a:+80"), ("a:+80", None));
    }
}
