//! From the bytes of a file to text, by the name of an encoding.

use encoding_rs::Encoding;

use super::TranslationsError;

/// The bytes as text. `label` is a name of an encoding as Python's codecs have
/// them: UTF-8, ASCII, Latin-1 and UTF-16 are read as Python reads them, all
/// others as the WHATWG's standard has it.
pub(super) fn decode(bytes: &[u8], label: &str) -> Result<String, TranslationsError> {
    let name = label.to_ascii_lowercase().replace('_', "-");
    match name.as_str() {
        "utf-8" | "utf8" | "u8" => utf8(bytes),
        "utf-8-sig" => utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)),
        "ascii" | "us-ascii" => ascii(bytes),
        "iso-8859-1" | "iso8859-1" | "latin-1" | "latin1" => {
            Ok(bytes.iter().copied().map(char::from).collect())
        }
        "utf-16" | "utf16" => utf16(bytes),
        _ => {
            let encoding = Encoding::for_label(label.as_bytes()).ok_or_else(|| {
                let message = format!("there is no encoding {label:?}; UTF-8 is the best choice");
                TranslationsError::encoding(message)
            })?;
            match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
                Some(text) => Ok(text.into_owned()),
                None => Err(not_in(encoding.name(), None)),
            }
        }
    }
}

/// What Tornado makes of a file whose encoding it is not told: UTF-16 with its
/// mark, else UTF-8 with or without.
pub(super) fn detect(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        "utf-16"
    } else {
        "utf-8-sig"
    }
}

fn utf8(bytes: &[u8]) -> Result<String, TranslationsError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(not_in("UTF-8", Some(error.valid_up_to()))),
    }
}

fn ascii(bytes: &[u8]) -> Result<String, TranslationsError> {
    match bytes.iter().position(|byte| !byte.is_ascii()) {
        None => Ok(bytes.iter().copied().map(char::from).collect()),
        Some(at) => Err(not_in("ASCII", Some(at))),
    }
}

/// UTF-16 needs its mark, as it does in Python, or the order of bytes would be
/// anybody's guess.
fn utf16(bytes: &[u8]) -> Result<String, TranslationsError> {
    let (order, rest): (fn([u8; 2]) -> u16, _) = match bytes {
        [0xff, 0xfe, rest @ ..] => (u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => (u16::from_be_bytes, rest),
        [] => return Ok(String::new()),
        _ => {
            return Err(TranslationsError::encoding(
                "UTF-16 without a byte order mark",
            ));
        }
    };
    let (units, []) = rest.as_chunks::<2>() else {
        return Err(not_in("UTF-16", Some(bytes.len() - 1)));
    };
    char::decode_utf16(units.iter().copied().map(order))
        .collect::<Result<_, _>>()
        .map_err(|_| not_in("UTF-16", None))
}

fn not_in(encoding: &str, at: Option<usize>) -> TranslationsError {
    let at = at.map_or_else(String::new, |at| format!(" at byte {at}"));
    TranslationsError::encoding(format!(
        "this is not {encoding}{at}; save the file as UTF-8, or say which encoding it has"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_known_by_the_names_that_python_has_for_them() {
        for (label, bytes, text) in [
            ("UTF-8", &b"\xef\xbb\xbf\xc3\xa9"[..], "\u{feff}é"),
            ("utf_8_sig", b"\xef\xbb\xbf\xc3\xa9", "é"),
            ("US-ASCII", b"e", "e"),
            ("latin1", b"\xe9\x80", "é\u{80}"),
            ("utf-16", b"\xff\xfee\0", "e"),
            ("utf-16", b"\xfe\xff\0e", "e"),
            ("utf-16", b"", ""),
            ("iso-8859-15", b"\xa4", "€"),
            ("koi8-r", b"\xd0", "п"),
            ("windows-1252", b"\x80", "€"),
            ("euc-jp", b"\xc6\xfc", "日"),
        ] {
            assert_eq!(decode(bytes, label).unwrap(), text, "{label}");
        }
    }

    #[test]
    fn what_is_not_in_the_encoding_is_an_error() {
        for (label, bytes) in [
            ("utf-8", &b"\xe9"[..]),
            ("ascii", b"\xe9"),
            ("utf-16", b"e\0"),
            ("utf-16", b"\xff\xfee"),
            ("utf-16", b"\xff\xfe\x00\xd8"),
            ("euc-jp", b"\xc6"),
            ("CHARSET", b""),
        ] {
            assert!(decode(bytes, label).is_err(), "{label}");
        }
    }
}
