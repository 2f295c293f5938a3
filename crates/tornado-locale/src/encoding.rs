//! Decoding the bytes of a file, by the name of an encoding.

use super::TranslationsError;
use super::codecs::Codec;

/// The bytes as text. `label` is one of Python's names for an encoding.
pub(super) fn decode(bytes: &[u8], label: &str) -> Result<String, TranslationsError> {
    let codec = Codec::lookup(label).ok_or_else(|| {
        let message = format!("there is no encoding {label:?}; UTF-8 is the best choice");
        TranslationsError::encoding(message)
    })?;
    if matches!(codec, Codec::Utf16(None)) && !has_mark(bytes) {
        return Err(TranslationsError::encoding(
            "UTF-16 without a byte order mark",
        ));
    }
    let decoded = codec.decode(bytes);
    if decoded.replaced {
        let at = match codec {
            Codec::Utf8 => std::str::from_utf8(bytes).err().map(|e| e.valid_up_to()),
            Codec::Ascii => bytes.iter().position(|byte| !byte.is_ascii()),
            _ => None,
        };
        let at = at.map_or_else(String::new, |at| format!(" at byte {at}"));
        return Err(TranslationsError::encoding(format!(
            "this is not {label}{at}; save the file as UTF-8, or say which encoding it has"
        )));
    }
    Ok(decoded.text)
}

/// UTF-16 needs its mark, or the order of bytes would be a guess: Python's
/// module `csv` reads it only with the mark.
fn has_mark(bytes: &[u8]) -> bool {
    matches!(bytes, [] | [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
}

/// Tornado's choice for a file without a given encoding: UTF-16 if it has the
/// mark, else UTF-8 with or without one.
pub(super) fn detect(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        "utf-16"
    } else {
        "utf-8-sig"
    }
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
            ("cp932", b"\x93\xfa", "日"),
            ("ms932", b"\x93\xfa", "日"),
            ("cp437", b"\x82", "é"),
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
