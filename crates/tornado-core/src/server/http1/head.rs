//! `scan`: the first look at the head of a request.

use memchr::memchr;

/// What a look has found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// It does not end here.
    Partial,
    /// There is an empty line in front of it.
    Blank(usize),
    /// It can go through as it is.
    Plain(Plain),
    /// It ends here, and needs a closer look.
    Odd(usize),
}

/// A head in the form that nearly all clients send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Plain {
    /// Its length, with the empty line at its end.
    pub(super) len: usize,
    pub(super) content_length: u64,
    pub(super) http10: bool,
    /// It asks for another protocol.
    pub(super) upgrade: bool,
}

/// How many header lines hyper takes.
pub(super) const MAX_HEADERS: usize = 100;

/// Looks at a head. hyper checks what this does not: method, names, values.
pub(super) fn scan(bytes: &[u8]) -> Scan {
    let Some(end) = newline(bytes) else {
        return Scan::Partial;
    };
    let line = without_cr(&bytes[..end]);
    if line.is_empty() {
        return Scan::Blank(end + 1);
    }
    let mut head = Plain::default();
    let mut odd = !request_line(line, &mut head);
    let (mut hosts, mut lengths, mut headers) = (0_u32, 0_u32, 0_usize);
    let mut at = end + 1;
    loop {
        let Some(end) = newline(&bytes[at..]) else {
            return Scan::Partial;
        };
        let line = without_cr(&bytes[at..at + end]);
        at += end + 1;
        let Some(first) = line.first() else {
            break;
        };
        headers += 1;
        match first | 0x20 {
            b'h' => {
                if let Some(host) = value(line, b"host") {
                    hosts += 1;
                    odd |= !all_in(&PLAIN_HOST, host);
                }
            }
            b'c' => {
                if let Some(length) = value(line, b"content-length") {
                    lengths += 1;
                    match digits(length) {
                        Some(length) => head.content_length = length,
                        None => odd = true,
                    }
                }
            }
            b't' => odd |= value(line, b"transfer-encoding").is_some(),
            b'u' => head.upgrade |= value(line, b"upgrade").is_some(),
            _ => {}
        }
    }
    odd |= hosts != 1 && !(hosts == 0 && head.http10);
    odd |= lengths > 1 || headers > MAX_HEADERS;
    if odd {
        return Scan::Odd(at);
    }
    head.len = at;
    Scan::Plain(head)
}

/// Whether the line is plain: a target of usual bytes, and a version that hyper
/// knows.
#[inline]
fn request_line(line: &[u8], head: &mut Plain) -> bool {
    let Some((line, version)) = line.split_last_chunk::<9>() else {
        return false;
    };
    head.http10 = version == b" HTTP/1.0";
    if !head.http10 && version != b" HTTP/1.1" {
        return false;
    }
    let Some(space) = line.iter().position(|b| *b == b' ') else {
        return false;
    };
    let target = &line[space + 1..];
    target.first() == Some(&b'/') && all_in(&PLAIN_TARGET, target)
}

/// The value of a header line, if it has this name in lower case.
#[inline]
fn value<'a, const N: usize>(line: &'a [u8], name: &[u8; N]) -> Option<&'a [u8]> {
    let (start, rest) = line.split_first_chunk::<N>()?;
    let value = rest.strip_prefix(b":")?;
    // All letters and a hyphen, which this bit does not make of anything else
    // that may be in a name.
    let same = start
        .iter()
        .zip(name)
        .fold(true, |same, (a, b)| same & (a | 0x20 == *b));
    same.then(|| trim(value))
}

/// The end of a line. Most lines are short, and then eight bytes at a time cost
/// less than the call of `memchr`.
#[inline]
fn newline(bytes: &[u8]) -> Option<usize> {
    const LOW: u64 = u64::MAX / 255;
    const SHORT: usize = 48;
    let short = &bytes[..bytes.len().min(SHORT)];
    let (words, rest) = short.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        // The high bit of the first byte that is a line feed, and of none before.
        let zero = u64::from_le_bytes(*word) ^ (LOW * b'\n' as u64);
        let found = zero.wrapping_sub(LOW) & !zero & (LOW << 7);
        if found != 0 {
            return Some(index * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    if let Some(index) = rest.iter().position(|b| *b == b'\n') {
        return Some(words.len() * 8 + index);
    }
    let long = bytes.get(SHORT..)?;
    memchr(b'\n', long).map(|index| SHORT + index)
}

#[inline]
fn without_cr(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Without a way out in the middle, since a loop of few steps is unrolled then.
#[inline]
fn all_in(table: &[bool; 256], bytes: &[u8]) -> bool {
    bytes
        .iter()
        .fold(true, |all, byte| all & table[usize::from(*byte)])
}

/// Without the spaces and tabs at both ends.
pub(super) fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// A number in digits alone; one that fits.
pub(super) fn digits(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// Tornado's reading of RFC 9110, 7.2: any order of brackets and colons, and no
/// comma, which would be two hosts.
pub(super) fn is_host(host: &[u8]) -> bool {
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

/// The bytes of a target that `http::Uri` takes, too.
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
    use super::*;

    fn plain(head: &str) -> Option<Plain> {
        match scan(head.as_bytes()) {
            Scan::Plain(plain) => Some(plain),
            _ => None,
        }
    }

    #[test]
    fn usual_heads_are_plain() {
        let head = "GET /a?b=c HTTP/1.1\r\nHost: example.com:8888\r\n\r\n";
        let expected = Plain {
            len: head.len(),
            ..Plain::default()
        };
        assert_eq!(plain(head), Some(expected));
        assert_eq!(plain(&format!("{head}GET")), Some(expected));
        let found = plain("POST / HTTP/1.0\nConTent-lenGth:  12 \nUpgrade: h2c\n\n").unwrap();
        assert_eq!(
            (found.content_length, found.http10, found.upgrade),
            (12, true, true)
        );
    }

    #[test]
    fn others_get_a_closer_look() {
        for head in [
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a%20\r\n\r\n",
            "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /é HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        ] {
            assert_eq!(scan(head.as_bytes()), Scan::Odd(head.len()), "{head:?}");
        }
        let many = format!(
            "GET / HTTP/1.1\r\nHost: a\r\n{}\r\n",
            "X: y\r\n".repeat(100)
        );
        assert_eq!(scan(many.as_bytes()), Scan::Odd(many.len()));
    }

    #[test]
    fn lines_of_any_length_end() {
        for length in 0..200 {
            let mut bytes = vec![b'\x0b'; length];
            assert_eq!(newline(&bytes), None);
            bytes.extend_from_slice(b"\n\n\xff");
            assert_eq!(newline(&bytes), Some(length));
        }
    }

    #[test]
    fn a_head_that_is_not_there_is_waited_for() {
        let head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        for end in 0..head.len() {
            assert_eq!(scan(&head.as_bytes()[..end]), Scan::Partial, "{end}");
        }
        assert_eq!(scan(b"\r\nGET"), Scan::Blank(2));
        assert_eq!(scan(b"\nGET"), Scan::Blank(1));
    }

    #[test]
    fn what_is_plain_here_is_plain_for_the_library() {
        for byte in (0_u8..=255).filter(|byte| PLAIN_TARGET[usize::from(*byte)]) {
            for target in [[b'/', byte, b'x'], [b'/', b'?', byte]] {
                assert!(
                    http::Uri::try_from(&target[..]).is_ok(),
                    "{:?}",
                    char::from(byte)
                );
            }
        }
        assert!(http::Uri::try_from("//x/y").is_ok_and(|uri| uri.path() == "//x/y"));
    }
}
