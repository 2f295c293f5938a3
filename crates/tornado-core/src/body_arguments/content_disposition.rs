//! `Content-Disposition` of a part: quoted strings, and the encoded file names
//! of RFC 2231 and RFC 8187.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use tornado_locale::codecs::decode_lossy;

/// The parts of the header that matter in a form.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ContentDisposition {
    pub(super) kind: String,
    pub(super) name: Option<String>,
    pub(super) filename: Option<String>,
}

/// Reads one as Tornado's `_parse_header` does. It never fails: unreadable
/// parts are left out.
pub(super) fn parse(line: &str) -> ContentDisposition {
    let mut fields = Fields { rest: Some(line) };
    let mut found = ContentDisposition {
        kind: fields.next().unwrap_or_default().to_owned(),
        ..Default::default()
    };
    let mut encoded = BTreeMap::<String, Vec<Piece>>::new();
    for field in fields {
        let Some((name, value)) = field.split_once('=') else {
            continue;
        };
        let (name, value) = (name.trim().to_lowercase(), unquote(value.trim()));
        match Piece::name(&name) {
            Some((name, number)) => {
                let is_encoded = field
                    .split_once('=')
                    .is_some_and(|(name, _)| name.trim().ends_with('*'));
                let piece = Piece {
                    number,
                    value,
                    is_encoded,
                };
                encoded.entry(name.to_owned()).or_default().push(piece);
            }
            None => found.set(&name, value),
        }
    }
    // Tornado handles these last, so they override the plain form.
    for (name, pieces) in encoded {
        found.set(&name, join(pieces));
    }
    found
}

impl ContentDisposition {
    fn set(&mut self, name: &str, value: String) {
        let stripped = value
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'));
        let value = stripped.map(str::to_owned).unwrap_or(value);
        match name {
            "name" => self.name = Some(value),
            "filename" => self.filename = Some(value),
            _ => {}
        }
    }
}

/// One piece of a value that is split (`name*0`), encoded (`name*`), or both.
struct Piece {
    number: Option<u32>,
    value: String,
    is_encoded: bool,
}

impl Piece {
    /// `filename*1*` is piece 1 of `filename`.
    fn name(name: &str) -> Option<(&str, Option<u32>)> {
        let (base, suffix) = name.split_once('*')?;
        let word = !base.is_empty() && base.chars().all(|c| c.is_alphanumeric() || c == '_');
        let number = suffix.strip_suffix('*').unwrap_or(suffix);
        match (word, suffix, number) {
            (true, "", _) => Some((base, None)),
            (true, _, number) if number.bytes().all(|b| b.is_ascii_digit()) => {
                Some((base, Some(number.parse().ok()?)))
            }
            _ => None,
        }
    }
}

fn join(mut pieces: Vec<Piece>) -> String {
    pieces.sort_by(|a, b| (a.number, &a.value).cmp(&(b.number, &b.value)));
    let is_encoded = pieces.iter().any(|piece| piece.is_encoded);
    // Percent signs stand for bytes, and those can be decoded only once they
    // are all together: UTF-8 may be split across two pieces.
    let mut bytes = Vec::new();
    for piece in &pieces {
        match piece.is_encoded {
            true => bytes.extend(percent_decode_str(&piece.value)),
            false => bytes.extend_from_slice(piece.value.as_bytes()),
        }
    }
    if !is_encoded {
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let mut parts = bytes.splitn(3, |b| *b == b'\'');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(charset), Some(_language), Some(text)) => decode(charset, text),
        _ => String::from_utf8_lossy(&bytes).into_owned(),
    }
}

/// Text in a charset that Python does not know is read as UTF-8.
fn decode(charset: &[u8], text: &[u8]) -> String {
    let charset = std::str::from_utf8(charset).ok();
    charset
        .and_then(|charset| decode_lossy(text, charset))
        .unwrap_or_else(|| String::from_utf8_lossy(text).into_owned())
}

/// The fields between semicolons, except semicolons in quoted strings.
struct Fields<'a> {
    rest: Option<&'a str>,
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let (mut in_quotes, mut escaped) = (false, false);
        let end = rest.bytes().position(|b| {
            match b {
                b'"' if !escaped => in_quotes = !in_quotes,
                b';' if !in_quotes => return true,
                _ => {}
            }
            escaped = b == b'\\';
            false
        });
        match end {
            Some(end) => self.rest = Some(&rest[end + 1..]),
            None => self.rest = None,
        }
        Some(rest[..end.unwrap_or(rest.len())].trim())
    }
}

/// Removes the quotes, and the backslashes before quotes and backslashes. Old
/// browsers send `C:\dir\file.txt` unescaped; other backslashes stay.
fn unquote(value: &str) -> String {
    let inner = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    match inner {
        Some(inner) => inner.replace("\\\\", "\\").replace("\\\"", "\""),
        None => match value
            .strip_prefix('<')
            .and_then(|value| value.strip_suffix('>'))
        {
            Some(inner) => inner.to_owned(),
            None => value.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From Tornado's `MultipartFormDataTest`, with its behaviour in other
    /// cases.
    #[test]
    fn names_of_files() {
        for (line, filename) in [
            (r#"form-data; name="files"; filename="ab.txt""#, "ab.txt"),
            (r#"form-data; name=files; filename=ab.txt"#, "ab.txt"),
            (
                r#"form-data; name="files"; filename="a\"b.txt""#,
                "a\"b.txt",
            ),
            (
                r#"form-data; name="files"; filename="a\\b.txt""#,
                "a\\b.txt",
            ),
            (r#"form-data; name="files"; filename="a;b.txt""#, "a;b.txt"),
            (
                r#"form-data; name="files"; filename="a\";b.txt""#,
                "a\";b.txt",
            ),
            (
                r#"form-data; name="files"; filename="a;\"b.txt""#,
                "a;\"b.txt",
            ),
            (
                r#"form-data; name="files"; filename="a\";\"b.txt""#,
                "a\";\"b.txt",
            ),
            (r#"form-data; name="files"; filename="áb.txt""#, "áb.txt"),
            (
                r#"form-data; name="files"; filename="ab.txt"; filename*=UTF-8''%C3%A1b.txt"#,
                "áb.txt",
            ),
            (
                r#"form-data; name="files"; filename*0*=utf-8''%C3; filename*1*=%A1b.txt"#,
                "áb.txt",
            ),
            (
                r#"form-data; name="files"; filename*1="b.txt"; filename*0="a""#,
                "ab.txt",
            ),
            (
                r#"form-data; name="files"; filename*=iso-8859-1'en'%E1b.txt"#,
                "áb.txt",
            ),
            (
                r#"form-data; name="files"; filename*=windows-1252''%80.txt"#,
                "€.txt",
            ),
            (
                r#"form-data; name="files"; filename*=Windows_1252'en'%80%81.txt"#,
                "€\u{fffd}.txt",
            ),
            (
                r#"form-data; name="files"; filename*=cp932''%93%FA%96%7B.txt"#,
                "日本.txt",
            ),
            (
                r#"form-data; name="files"; filename*0*=koi8-r''%D0; filename*1*=%D1.txt"#,
                "пя.txt",
            ),
            (
                r#"form-data; name="files"; filename*=klingon''%C3%A9.txt"#,
                "é.txt",
            ),
            (r#"form-data; name="files"; FileName = "ab.txt" "#, "ab.txt"),
        ] {
            let found = parse(line);
            assert_eq!(found.kind, "form-data");
            assert_eq!(found.name.as_deref(), Some("files"), "{line}");
            assert_eq!(found.filename.as_deref(), Some(filename), "{line}");
        }
    }
}
