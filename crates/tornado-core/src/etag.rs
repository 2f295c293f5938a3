//! Entity tags: how one is made, and whether the client already has it.

use http::{HeaderMap, HeaderValue, header};
use sha1::{Digest as _, Sha1};

/// Tornado's tag for a body: its SHA-1 in hex, in quotes.
pub(crate) fn strong(body: &[u8]) -> HeaderValue {
    let digest: [u8; 20] = Sha1::digest(body).into();
    let mut tag = [b'"'; 42];
    for (pair, byte) in tag[1..41].chunks_exact_mut(2).zip(digest) {
        pair.copy_from_slice(&HEX[usize::from(byte)]);
    }
    HeaderValue::from_bytes(&tag).expect("quotes and hex digits are legal in a header")
}

/// Each byte as two digits, since a page is hashed for every request.
const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut table = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    table
};

/// Whether `If-None-Match` names this tag (`check_etag_header`): the weak
/// comparison of RFC 9110, 13.1.2, with Tornado's reading of the list, in which
/// `*` counts only as the first element.
pub(crate) fn matches(request: &HeaderMap, tag: &HeaderValue) -> bool {
    // Usually there is none, and `get` finds that out for less than `get_all`.
    let Some(first) = request.get(header::IF_NONE_MATCH) else {
        return false;
    };
    let tag = opaque(tag.as_bytes());
    if tags(first.as_bytes()).next() == Some(b"*") {
        return true;
    }
    let mut lines = request.get_all(header::IF_NONE_MATCH).iter();
    lines.any(|line| tags(line.as_bytes()).any(|t| opaque(t) == tag))
}

/// A tag without the prefix of a weak one.
fn opaque(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

/// What Tornado's `\*|(?:W/)?"[^"]*"` finds in a header.
fn tags(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        loop {
            let start = text.iter().position(|b| matches!(b, b'*' | b'"'))?;
            if text[start] == b'*' {
                let found = &text[start..=start];
                text = &text[start + 1..];
                return Some(found);
            }
            let weak = start >= 2 && &text[start - 2..start] == b"W/";
            let Some(length) = text[start + 1..].iter().position(|b| *b == b'"') else {
                // An unclosed quote: a star may still follow it.
                text = &text[start + 1..];
                continue;
            };
            let found = &text[start - if weak { 2 } else { 0 }..=start + 1 + length];
            text = &text[start + 2 + length..];
            return Some(found);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(if_none_match: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::IF_NONE_MATCH,
            HeaderValue::from_str(if_none_match).unwrap(),
        );
        matches(&headers, &HeaderValue::from_static("\"abc\""))
    }

    #[test]
    fn the_tag_is_tornados() {
        assert_eq!(
            strong(b"hello"),
            "\"aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d\""
        );
        assert_eq!(strong(b""), "\"da39a3ee5e6b4b0d3255bfef95601890afd80709\"");
    }

    #[test]
    fn a_list_is_read_as_tornado_reads_it() {
        for hit in [
            "*",
            "\"abc\"",
            "W/\"abc\"",
            "\"x\", \"abc\"",
            "\"x\",W/\"abc\", \"y\"",
            " *, \"x\"",
        ] {
            assert!(check(hit), "{hit}");
        }
        for miss in ["", "abc", "\"abc", "\"x\", *", "\"ABC\"", "\"x\"abc\"y\""] {
            assert!(!check(miss), "{miss}");
        }
    }
}
