//! `check`: the requirements for an HTTP/1 or HTTP/2 request beyond those that
//! hyper enforces.
//!
//! By now hyper has read the head, so there is one reading of it, and the end
//! of the body is settled. What remains is which host is meant, and what is
//! requested.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{HOST, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderValue, Method, Uri, Version};

/// Why a request is rejected, for the log.
pub(super) type Malformed = Cow<'static, str>;

/// Checks the head of a request, and reconciles what it says in two places: a
/// target that names a host takes precedence (RFC 9112, 3.2.2; RFC 9113,
/// 8.3.1), and bytes that are not allowed in a target are percent-encoded.
#[inline]
pub(super) fn check(head: &mut Parts) -> Result<(), Malformed> {
    check_host(head)?;
    let target = head.uri.path_and_query().map_or("", PathAndQuery::as_str);
    if target.starts_with('?') {
        // A URL without a path: `http://example.com?a=b`.
        encode_target(head)
    } else if !target.starts_with('/') {
        check_form(&head.method, &head.uri)
    } else if !all_in(&PLAIN_TARGET, target.as_bytes()) {
        encode_target(head)
    } else {
        Ok(())
    }
}

#[inline]
fn check_host(head: &mut Parts) -> Result<(), Malformed> {
    let headers = &head.headers;
    // If no name occurs twice, a single comparison shows it.
    let repeated = headers.len() != headers.keys_len();
    if repeated && headers.get_all(HOST).iter().nth(1).is_some() {
        return Err("Multiple host headers not allowed".into());
    }
    let host = headers.get(HOST);
    if let Some(host) = host
        && !is_host(host.as_bytes())
    {
        let host = host.as_bytes().escape_ascii();
        return Err(format!("Invalid Host header: '{host}'").into());
    }
    let Some(authority) = head.uri.authority() else {
        return match host {
            None if head.version > Version::HTTP_10 => Err("Missing Host header".into()),
            _ => Ok(()),
        };
    };
    // Requests must not include a user there (RFC 9110, 4.2.4).
    if !is_host(authority.as_str().as_bytes()) {
        return Err("Invalid host in the target".into());
    }
    if host.is_some_and(|host| host.as_bytes() != authority.as_str().as_bytes()) {
        let authority = HeaderValue::from_str(authority.as_str());
        let authority = authority.map_err(|_| "Invalid host in the target")?;
        head.headers.insert(HOST, authority);
    }
    Ok(())
}

/// hyper handles only the last coding and removes it from the body. Any other
/// would remain, unknown to everyone.
pub(super) fn check_coding(head: &Parts) -> Result<(), Malformed> {
    let mut codings = head.headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => Ok(()),
        (Some(coding), None) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => Ok(()),
        (Some(coding), _) => {
            let coding = coding.as_bytes().escape_ascii();
            Err(format!("Unsupported Transfer-Encoding {coding}").into())
        }
    }
}

/// The forms in RFC 9112, 3.2, that are not a path.
#[cold]
fn check_form(method: &Method, uri: &Uri) -> Result<(), Malformed> {
    let is_star = *method == Method::OPTIONS && uri.path() == "*";
    if is_star || *method == Method::CONNECT {
        return Ok(());
    }
    Err("Malformed HTTP request line".into())
}

/// RFC 3986 allows less in a target than clients send; the rest is
/// percent-encoded, as clients should have done.
#[cold]
fn encode_target(head: &mut Parts) -> Result<(), Malformed> {
    let mut parts = std::mem::take(&mut head.uri).into_parts();
    let target = parts.path_and_query.as_ref();
    let target = target.map_or("", PathAndQuery::as_str);
    let mut encoded = String::new();
    if !target.starts_with('/') {
        encoded.push('/');
    }
    for byte in target.bytes() {
        if PLAIN_TARGET[usize::from(byte)] {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    let malformed = |_| Malformed::from("Malformed HTTP request line");
    let target = PathAndQuery::from_maybe_shared(Bytes::from(encoded)).map_err(malformed)?;
    parts.path_and_query = Some(target);
    head.uri =
        Uri::from_parts(parts).map_err(|_| Malformed::from("Malformed HTTP request line"))?;
    Ok(())
}

/// Without an early exit, since a short loop is then unrolled.
#[inline]
fn all_in(table: &[bool; 256], bytes: &[u8]) -> bool {
    bytes
        .iter()
        .fold(true, |all, byte| all & table[usize::from(*byte)])
}

/// Tornado's reading of RFC 9110, 7.2: brackets and colons in any order, and no
/// comma, which would mean two hosts.
#[inline]
fn is_host(host: &[u8]) -> bool {
    all_in(&PLAIN_HOST, host) || is_encoded_host(host)
}

#[cold]
fn is_encoded_host(host: &[u8]) -> bool {
    let mut bytes = host;
    while let [first, rest @ ..] = bytes {
        bytes = match (first, rest) {
            (b'%', [a, b, rest @ ..]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => rest,
            (byte, rest) if PLAIN_HOST[usize::from(*byte)] => rest,
            _ => return false,
        };
    }
    true
}

/// The characters that a target may contain unencoded, and brackets, which
/// browsers send as they are.
static PLAIN_TARGET: [bool; 256] = table(b"-._~:/?@!$&'()*+,;=%[]|");

/// RFC 3986, reg-name and IP-literal, without the comma and `%`.
static PLAIN_HOST: [bool; 256] = table(b"-._~!$&'()*+;=:[]");

/// Letters, digits, and these.
const fn table(others: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut index = 0;
    while index < others.len() {
        table[others[index] as usize] = true;
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    /// `host target` for a request that passes.
    fn checked(
        method: &str,
        target: &str,
        version: Version,
        headers: &[(&str, &str)],
    ) -> Result<String, String> {
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .version(version);
        for (name, value) in headers {
            request = request.header(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        let checked = check(&mut head).and_then(|()| check_coding(&head));
        checked.map_err(Cow::into_owned)?;
        let host = head.headers.get(HOST);
        let host = host.map_or("-", |host| host.to_str().unwrap());
        let target = head.uri.path_and_query();
        Ok(format!("{host} {}", target.map_or("-", |t| t.as_str())))
    }

    #[test]
    fn the_target_has_the_last_word_on_the_host_in_both_protocols() {
        for version in [Version::HTTP_11, Version::HTTP_2] {
            for (target, headers, expected) in [
                ("/a", &[("host", "h")][..], "h /a"),
                (
                    "http://example.com/a",
                    &[("host", "evil")],
                    "example.com /a",
                ),
                (
                    "http://example.com/a",
                    &[("host", "example.com")],
                    "example.com /a",
                ),
                ("http://example.com/a", &[], "- /a"),
                (
                    "http://example.com:8080",
                    &[("host", "")],
                    "example.com:8080 /",
                ),
            ] {
                let found = checked("GET", target, version, headers);
                assert_eq!(found.as_deref(), Ok(expected), "{version:?} {target}");
            }
            for (target, headers, expected) in [
                ("/a", &[][..], "Missing Host header"),
                (
                    "/a",
                    &[("host", "a"), ("host", "a")],
                    "Multiple host headers not allowed",
                ),
                ("/a", &[("host", "a b")], "Invalid Host header: 'a b'"),
                ("/a", &[("host", "a,b")], "Invalid Host header: 'a,b'"),
                ("/a", &[("host", "u@a")], "Invalid Host header: 'u@a'"),
                (
                    "http://u@a/",
                    &[("host", "a")],
                    "Invalid host in the target",
                ),
                (
                    "http://a/",
                    &[("host", "a b")],
                    "Invalid Host header: 'a b'",
                ),
            ] {
                let found = checked("GET", target, version, headers);
                assert_eq!(found, Err(expected.to_owned()), "{version:?} {target}");
            }
        }
        assert_eq!(
            checked("GET", "/a", Version::HTTP_10, &[]).as_deref(),
            Ok("- /a")
        );
    }

    #[test]
    fn a_target_is_a_path_and_has_the_bytes_that_it_may_have() {
        let get = |target| checked("GET", target, Version::HTTP_11, &[("host", "h")]);
        for (target, expected) in [
            ("/é\"{b}?x=|\\^", "h /%C3%A9%22%7Bb%7D?x=|%5C%5E"),
            ("/a%20b?x[]=1", "h /a%20b?x[]=1"),
        ] {
            assert_eq!(get(target).as_deref(), Ok(expected));
        }
        for target in ["*", "h:80", "word"] {
            assert_eq!(get(target), Err("Malformed HTTP request line".to_owned()));
        }
        let host = &[("host", "h")];
        assert!(checked("OPTIONS", "*", Version::HTTP_11, host).is_ok());
        assert!(checked("CONNECT", "h:443", Version::HTTP_11, host).is_ok());
    }

    #[test]
    fn chunked_is_the_one_coding() {
        let post = |codings: &[&str]| {
            let mut headers = vec![("host", "h")];
            headers.extend(codings.iter().map(|coding| ("transfer-encoding", *coding)));
            checked("POST", "/", Version::HTTP_11, &headers).is_ok()
        };
        assert!(post(&["chunked"]) && post(&["Chunked"]));
        for codings in [
            &["gzip, chunked"][..],
            &["chunked", "chunked"],
            &["identity"],
            &[""],
        ] {
            assert!(!post(codings), "{codings:?}");
        }
    }
}
