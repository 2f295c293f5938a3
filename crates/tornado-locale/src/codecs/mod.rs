//! Decoding bytes, by Python's names for encodings (`codecs`).
//!
//! Single-byte encodings and those of Unicode are read as in Python. Chinese, Japanese and Korean
//! encodings are read as in the WHATWG standard, which has more characters than Python's older
//! ones: GBK for `gb2312`, Big5 with the Hong Kong supplement for `big5`, CP949 for `euc_kr`.

mod east_asian;
mod tables;
mod unicode;

use encoding_rs::Encoding;

use self::unicode::Order;

/// The bytes as text, with unreadable ones replaced by U+FFFD:
/// `str(bytes, encoding, "replace")`. `None` if there is no encoding with that
/// name.
///
/// The names are Python's, with its aliases and its rules for case, spaces and
/// hyphens, and those of browsers.
///
/// ```
/// use tornado_locale::codecs::decode_lossy;
///
/// assert_eq!(decode_lossy(b"\x80.txt", "windows-1252").as_deref(), Some("€.txt"));
/// assert_eq!(decode_lossy(b"\x93\xfa", "CP932").as_deref(), Some("日"));
/// assert_eq!(decode_lossy(b"a\xff", "utf-8").as_deref(), Some("a\u{fffd}"));
/// assert_eq!(decode_lossy(b"a", "klingon"), None);
/// ```
#[must_use]
pub fn decode_lossy(bytes: &[u8], encoding: &str) -> Option<String> {
    Some(Codec::lookup(encoding)?.decode(bytes).text)
}

/// The result of decoding.
pub(crate) struct Decoded {
    pub(crate) text: String,
    /// Whether something was replaced.
    pub(crate) replaced: bool,
}

impl Decoded {
    fn of(text: String) -> Decoded {
        Decoded {
            text,
            replaced: false,
        }
    }

    /// Collects characters; `None` stands for one that can't be read.
    fn collect(characters: impl IntoIterator<Item = Option<char>>) -> Decoded {
        let mut decoded = Decoded::of(String::new());
        for character in characters {
            decoded.replaced |= character.is_none();
            decoded
                .text
                .push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        decoded
    }
}

/// An encoding.
#[derive(Clone, Copy)]
pub(crate) enum Codec {
    Utf8,
    /// With or without a byte order mark.
    Utf8Sig,
    Utf7,
    /// `None`: the mark tells the order.
    Utf16(Option<Order>),
    Utf32(Option<Order>),
    Latin1,
    Ascii,
    /// The characters for all bytes, or for those from 0x80 on.
    Single(&'static str),
    Hz,
    Iso2022Kr,
    Johab,
    Web(&'static Encoding),
}

impl Codec {
    /// The encoding with this name.
    pub(crate) fn lookup(name: &str) -> Option<Codec> {
        let normalized = normalize(name);
        let find = |alias: &str| {
            let found = tables::NAMES.binary_search_by_key(&alias, |(name, _)| name);
            found.ok().map(|at| tables::NAMES[at])
        };
        // Aliases may contain a dot, names of modules may not.
        let dotted = || find(&normalized.replace('.', "_")).filter(|(alias, name)| alias != name);
        match find(&normalized).or_else(dotted) {
            Some((_, name)) => Codec::of(name),
            None => Encoding::for_label(name.as_bytes()).map(Codec::Web),
        }
    }

    /// The encoding that Python has under this very name.
    fn of(name: &str) -> Option<Codec> {
        if let Ok(at) = tables::SINGLE.binary_search_by_key(&name, |(name, _)| name) {
            return Some(Codec::Single(tables::SINGLE[at].1));
        }
        Some(match name {
            "ascii" => Codec::Ascii,
            "latin_1" | "iso8859_1" => Codec::Latin1,
            "utf_7" => Codec::Utf7,
            "utf_8" => Codec::Utf8,
            "utf_8_sig" => Codec::Utf8Sig,
            "utf_16" => Codec::Utf16(None),
            "utf_16_be" => Codec::Utf16(Some(Order::Big)),
            "utf_16_le" => Codec::Utf16(Some(Order::Little)),
            "utf_32" => Codec::Utf32(None),
            "utf_32_be" => Codec::Utf32(Some(Order::Big)),
            "utf_32_le" => Codec::Utf32(Some(Order::Little)),
            "hz" => Codec::Hz,
            "iso2022_kr" => Codec::Iso2022Kr,
            "johab" => Codec::Johab,
            "big5" | "big5hkscs" | "cp950" => Codec::Web(encoding_rs::BIG5),
            "euc_kr" | "cp949" => Codec::Web(encoding_rs::EUC_KR),
            "gb2312" | "gbk" => Codec::Web(encoding_rs::GBK),
            "gb18030" => Codec::Web(encoding_rs::GB18030),
            "euc_jp" | "euc_jis_2004" | "euc_jisx0213" => Codec::Web(encoding_rs::EUC_JP),
            "cp932" | "shift_jis" | "shift_jis_2004" | "shift_jisx0213" => {
                Codec::Web(encoding_rs::SHIFT_JIS)
            }
            name if name.starts_with("iso2022_jp") => Codec::Web(encoding_rs::ISO_2022_JP),
            _ => return None,
        })
    }

    /// The bytes as text, with unreadable ones replaced.
    pub(crate) fn decode(self, bytes: &[u8]) -> Decoded {
        match self {
            Codec::Utf8 => unicode::utf8(bytes),
            Codec::Utf8Sig => unicode::utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)),
            Codec::Utf7 => unicode::utf7(bytes),
            Codec::Utf16(order) => unicode::utf16(bytes, order),
            Codec::Utf32(order) => unicode::utf32(bytes, order),
            Codec::Latin1 => Decoded::of(bytes.iter().copied().map(char::from).collect()),
            Codec::Ascii => Decoded::collect(bytes.iter().map(|byte| ascii(*byte))),
            Codec::Single(table) => single(bytes, table),
            Codec::Hz => east_asian::hz(bytes),
            Codec::Iso2022Kr => east_asian::iso2022_kr(bytes),
            Codec::Johab => east_asian::johab(bytes),
            Codec::Web(encoding) => web(bytes, encoding),
        }
    }
}

/// As Python's `encodings.normalize_encoding`, in lower case: a run of anything
/// except letters, digits and dots becomes one `_`, and is removed at the ends.
fn normalize(name: &str) -> String {
    let mut normalized = String::with_capacity(name.len());
    let mut apart = false;
    for c in name.chars() {
        if !c.is_alphanumeric() && c != '.' {
            apart = true;
            continue;
        }
        if apart && !normalized.is_empty() {
            normalized.push('_');
        }
        apart = false;
        if c.is_ascii() {
            normalized.push(c.to_ascii_lowercase());
        }
    }
    normalized
}

fn ascii(byte: u8) -> Option<char> {
    byte.is_ascii().then(|| char::from(byte))
}

fn single(bytes: &[u8], table: &str) -> Decoded {
    let table: Vec<char> = table.chars().collect();
    let first = 256 - table.len();
    Decoded::collect(bytes.iter().map(|byte| {
        let character = match usize::from(*byte).checked_sub(first) {
            Some(at) => table[at],
            None => char::from(*byte),
        };
        (character != char::REPLACEMENT_CHARACTER).then_some(character)
    }))
}

fn web(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let (text, replaced) = encoding.decode_without_bom_handling(bytes);
    Decoded {
        text: text.into_owned(),
        replaced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Golden {
        decoded: Vec<(String, String, String)>,
        spelled: Vec<(String, Option<String>)>,
    }

    fn golden() -> Golden {
        serde_json::from_str(include_str!("../../tests/golden/codecs.json")).unwrap()
    }

    fn bytes(hex: &str) -> Vec<u8> {
        let digits = hex.as_bytes().chunks(2);
        digits
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    #[test]
    fn each_encoding_of_python_is_read_as_python_reads_it() {
        for (name, hex, text) in golden().decoded {
            let decoded = decode_lossy(&bytes(&hex), &name);
            assert_eq!(decoded.as_deref(), Some(&*text), "{name}");
        }
    }

    #[test]
    fn names_are_spelled_as_python_lets_them() {
        for (name, text) in golden().spelled {
            assert_eq!(decode_lossy(b"a\x80", &name), text, "{name}");
        }
        assert!(tables::NAMES.is_sorted() && tables::SINGLE.is_sorted());
        for (alias, name) in tables::NAMES {
            assert!(Codec::of(name).is_some(), "{alias}: {name}");
        }
        // A browsers' name that Python does not have.
        assert_eq!(decode_lossy(b"\x93\xfa", "x-sjis").as_deref(), Some("日"));
    }

    #[test]
    fn what_is_not_in_an_encoding_is_replaced() {
        for (name, bytes, text) in [
            ("ascii", &b"a\xe9"[..], "a\u{fffd}"),
            ("utf-8", b"a\xe9b", "a\u{fffd}b"),
            ("utf-16", b"\xff\xfe\x00\xd8a\0", "\u{fffd}a"),
            ("utf-16", b"\xfe\xff\0a\0", "a\u{fffd}"),
            ("utf-16-le", b"a\0b", "a\u{fffd}"),
            ("utf-32-be", b"\0\0\0a\0\x11\0\0\0\0\0", "a\u{fffd}\u{fffd}"),
            ("utf-7", b"+AGE-b+!c\xff", "ab\u{fffd}!c\u{fffd}"),
            ("cp1252", b"\x81", "\u{fffd}"),
            ("euc-jp", b"\xc6", "\u{fffd}"),
            ("hz", b"a~{VP~}b~~~{V", "a中b~\u{fffd}"),
            ("johab", b"\x88a\x84", "가\u{fffd}"),
        ] {
            assert_eq!(decode_lossy(bytes, name).as_deref(), Some(text), "{name}");
            let codec = Codec::lookup(name).unwrap();
            assert!(codec.decode(bytes).replaced, "{name}");
            assert!(!codec.decode(b"").replaced, "{name}");
        }
    }
}
