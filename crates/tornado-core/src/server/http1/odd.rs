//! `rewrite`: a closer look at a head, and its plain form for hyper.

use super::head::{MAX_HEADERS, digits, is_host, trim};
use super::wire::{Malformed, Special};

/// A head as hyper is to see it, with one reading only.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rewritten {
    pub(super) bytes: Vec<u8>,
    pub(super) body: BodyLength,
    pub(super) http10: bool,
    pub(super) upgrade: bool,
    pub(super) special: Option<Special>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyLength {
    Fixed(u64),
    Chunked,
}

/// Why a head goes no further.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Malformed(Malformed),
    TooManyHeaders,
}

impl From<Malformed> for Refused {
    fn from(why: Malformed) -> Refused {
        Refused::Malformed(why)
    }
}

/// Reads a head by the rules of RFC 9112, with Tornado's words for what breaks
/// them, and writes it anew.
pub(super) fn rewrite(head: &[u8]) -> Result<Rewritten, Refused> {
    let mut lines = head
        .split(|b| *b == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let request_line = RequestLine::parse(lines.next().unwrap_or_default())?;
    let mut headers = Vec::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        headers.push(header(line)?);
        if headers.len() > MAX_HEADERS {
            return Err(Refused::TooManyHeaders);
        }
    }
    let http10 = request_line.http10;
    let all = |name: &'static str| {
        let of_name = move |(n, _): &&(&[u8], &[u8])| n.eq_ignore_ascii_case(name.as_bytes());
        headers.iter().filter(of_name).map(|(_, value)| *value)
    };
    check_host(all("host"), http10)?;
    let length = content_length(all("content-length"))?;
    let chunked = is_chunked(all("transfer-encoding"), length.is_some())?;
    // RFC 9112, 6.1: such a message may be processed, and then it is the last.
    let last = http10 && chunked;

    let mut bytes = Vec::with_capacity(head.len() + 64);
    request_line.write(&mut bytes, http10 && !last);
    for (name, value) in &headers {
        let framing: &[&[u8]] = &[b"content-length", b"transfer-encoding"];
        let dropped = framing.iter().any(|f| name.eq_ignore_ascii_case(f))
            || (last && name.eq_ignore_ascii_case(b"connection"));
        if !dropped {
            line(&mut bytes, name, value);
        }
    }
    if chunked {
        line(&mut bytes, b"Transfer-Encoding", b"chunked");
    } else if let Some(length) = length {
        line(&mut bytes, b"Content-Length", length.to_string().as_bytes());
    }
    if last {
        line(&mut bytes, b"Connection", b"close");
    }
    bytes.extend_from_slice(b"\r\n");
    Ok(Rewritten {
        bytes,
        body: if chunked {
            BodyLength::Chunked
        } else {
            BodyLength::Fixed(length.unwrap_or(0))
        },
        http10: http10 && !last,
        upgrade: !last && all("upgrade").next().is_some(),
        special: last.then_some(Special::Http10),
    })
}

struct RequestLine<'a> {
    method: &'a [u8],
    target: &'a [u8],
    http10: bool,
}

impl<'a> RequestLine<'a> {
    fn parse(line: &'a [u8]) -> Result<RequestLine<'a>, Malformed> {
        let malformed = || Malformed::new("Malformed HTTP request line");
        let mut words = line.split(|b| *b == b' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(malformed());
        };
        let in_target = |b: &u8| matches!(b, 0x21..=0x7e | 0x80..);
        if !is_token(method) || target.is_empty() || !target.iter().all(in_target) {
            return Err(malformed());
        }
        let [major, minor] = match version.strip_prefix(b"HTTP/") {
            Some([major, b'.', minor]) if major.is_ascii_digit() && minor.is_ascii_digit() => {
                [*major, *minor]
            }
            _ => return Err(malformed()),
        };
        if major != b'1' {
            let version = String::from_utf8_lossy(version);
            return Err(Malformed::because(format!(
                "Unexpected HTTP version '{version}'"
            )));
        }
        Ok(RequestLine {
            method,
            target,
            // RFC 9110, 2.5: a later minor version is read as the last one known.
            http10: minor == b'0',
        })
    }

    /// RFC 3986 allows less in a target than clients send; the rest is
    /// percent-encoded, as they should have done.
    fn write(&self, out: &mut Vec<u8>, http10: bool) {
        out.extend_from_slice(self.method);
        out.push(b' ');
        let absolute = self.target[0] != b'/';
        for byte in self.target {
            match byte {
                0x80.. | b'#' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'}'
                    if !absolute =>
                {
                    out.extend_from_slice(format!("%{byte:02X}").as_bytes());
                }
                _ => out.push(*byte),
            }
        }
        out.extend_from_slice(if http10 {
            b" HTTP/1.0\r\n"
        } else {
            b" HTTP/1.1\r\n"
        });
    }
}

/// Name and value of a header line.
fn header(line: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        let why = "header line cannot start with whitespace, folding not supported";
        return Err(Malformed::new(why));
    }
    let colon = memchr::memchr(b':', line).ok_or(Malformed::new("no colon in header line"))?;
    let (name, value) = (&line[..colon], trim(&line[colon + 1..]));
    if !is_token(name) {
        return Err(Malformed::because(format!(
            "Invalid header name '{}'",
            name.escape_ascii()
        )));
    }
    let in_value = |b: &u8| matches!(b, b'\t' | b' '..=b'~' | 0x80..);
    if !value.iter().all(in_value) {
        let name = name.escape_ascii();
        return Err(Malformed::because(format!(
            "Invalid header value of '{name}'"
        )));
    }
    Ok((name, value))
}

fn check_host<'a>(
    mut hosts: impl Iterator<Item = &'a [u8]>,
    http10: bool,
) -> Result<(), Malformed> {
    match (hosts.next(), hosts.next()) {
        (None, _) if http10 => Ok(()),
        (None, _) => Err(Malformed::new("Missing Host header")),
        (Some(_), Some(_)) => Err(Malformed::new("Multiple host headers not allowed")),
        (Some(host), None) if is_host(host) => Ok(()),
        (Some(host), None) => Err(Malformed::because(format!(
            "Invalid Host header: '{}'",
            host.escape_ascii()
        ))),
    }
}

/// Several of them may be there, by the fault of a proxy, if they are the same.
fn content_length<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Result<Option<u64>, Malformed> {
    let mut found: Option<&[u8]> = None;
    for value in lines.flat_map(|line| line.split(|b| *b == b',')).map(trim) {
        if found.is_some_and(|before| before != value) {
            return Err(Malformed::new("Multiple unequal Content-Lengths"));
        }
        found = Some(value);
    }
    found
        .map(|value| {
            digits(value).ok_or_else(|| {
                let value = value.escape_ascii();
                Malformed::because(format!("Only integer Content-Length is allowed: {value}"))
            })
        })
        .transpose()
}

fn is_chunked<'a>(
    mut lines: impl Iterator<Item = &'a [u8]>,
    has_length: bool,
) -> Result<bool, Malformed> {
    let (Some(value), other) = (lines.next(), lines.next()) else {
        return Ok(false);
    };
    if has_length {
        let why = "Message with both Transfer-Encoding and Content-Length";
        return Err(Malformed::new(why));
    }
    if other.is_some() || !value.eq_ignore_ascii_case(b"chunked") {
        let value = value.escape_ascii();
        return Err(Malformed::because(format!(
            "Unsupported Transfer-Encoding {value}"
        )));
    }
    Ok(true)
}

fn line(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    for part in [name, b": ", value, b"\r\n"] {
        out.extend_from_slice(part);
    }
}

/// RFC 9110's `token`.
fn is_token(text: &[u8]) -> bool {
    let tchar = |b: &u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(b);
    !text.is_empty() && text.iter().all(tchar)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(head: &str) -> String {
        let found = rewrite(head.as_bytes()).unwrap();
        String::from_utf8(found.bytes).unwrap()
    }

    fn why(head: &str) -> String {
        match rewrite(head.as_bytes()) {
            Err(Refused::Malformed(why)) => why.to_string(),
            other => panic!("{head:?}: {other:?}"),
        }
    }

    #[test]
    fn a_head_is_written_in_its_plain_form() {
        for (head, expected) in [
            (
                "GET /é\"<x>#y HTTP/1.2\nHost:a\nX:  b\t\n\n",
                "GET /%C3%A9%22%3Cx%3E%23y HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\n",
            ),
            (
                "GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n",
            ),
            (
                "POST / HTTP/1.1\r\nContent-Length: 3, 3\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
            ),
            (
                "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            ),
            (
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n",
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
            ),
        ] {
            assert_eq!(rewritten(head), expected);
        }
    }

    #[test]
    fn what_breaks_the_rules_is_named() {
        let get = |headers: &str| why(&format!("GET / HTTP/1.1\r\n{headers}\r\n"));
        assert_eq!(why("asdf\r\n\r\n"), "Malformed HTTP request line");
        assert_eq!(
            why("GET  / HTTP/1.1\r\n\r\n"),
            "Malformed HTTP request line"
        );
        assert_eq!(why("G(T / HTTP/1.1\r\n\r\n"), "Malformed HTTP request line");
        assert_eq!(
            why("GET / HTTP/1.10\r\n\r\n"),
            "Malformed HTTP request line"
        );
        assert_eq!(
            why("GET / HTTP/2.0\r\n\r\n"),
            "Unexpected HTTP version 'HTTP/2.0'"
        );
        assert_eq!(get(""), "Missing Host header");
        assert_eq!(
            get("Host: a\r\nHost: a\r\n"),
            "Multiple host headers not allowed"
        );
        assert_eq!(get("Host: a b\r\n"), "Invalid Host header: 'a b'");
        assert_eq!(get("Host: a\r\nasdf\r\n"), "no colon in header line");
        assert_eq!(get("Host: a\r\nX : y\r\n"), "Invalid header name 'X '");
        assert_eq!(
            get("Host: a\r\nX: a\x01b\r\n"),
            "Invalid header value of 'X'"
        );
        assert_eq!(
            get("Host: a\r\n folded\r\n"),
            "header line cannot start with whitespace, folding not supported"
        );
        for (value, expected) in [
            ("3, 4", "Multiple unequal Content-Lengths"),
            ("", "Only integer Content-Length is allowed: "),
            ("0x3", "Only integer Content-Length is allowed: 0x3"),
        ] {
            assert_eq!(
                get(&format!("Host: a\r\nContent-Length: {value}\r\n")),
                expected
            );
        }
        for value in [
            "gzip, chunked",
            "identity",
            "",
            "chunked\r\nTransfer-Encoding: chunked",
        ] {
            let found = get(&format!("Host: a\r\nTransfer-Encoding: {value}\r\n"));
            assert!(
                found.starts_with("Unsupported Transfer-Encoding"),
                "{value}"
            );
        }
        assert_eq!(
            get("Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n"),
            "Message with both Transfer-Encoding and Content-Length"
        );
    }

    #[test]
    fn there_is_a_limit_of_headers() {
        let head = format!(
            "GET / HTTP/1.1\r\nHost: a\r\n{}\r\n",
            "X: y\r\n".repeat(100)
        );
        assert_eq!(rewrite(head.as_bytes()), Err(Refused::TooManyHeaders));
    }
}
