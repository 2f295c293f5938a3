//! Chinese and Korean encodings that browsers no longer read.

use super::{Decoded, ascii, web};

/// RFC 1843: GB 2312 in ASCII, between `~{` and `~}`.
pub(super) fn hz(bytes: &[u8]) -> Decoded {
    let mut decoded = Decoded::of(String::new());
    let (mut rest, mut chinese) = (bytes, false);
    loop {
        (rest, chinese) = match *rest {
            [] => return decoded,
            [b'~', b'{', ref rest @ ..] => (rest, true),
            [b'~', b'}', ref rest @ ..] => (rest, false),
            [b'~', b'\n', ref rest @ ..] => (rest, chinese),
            [b'~', b'~', ref rest @ ..] if !chinese => {
                decoded.text.push('~');
                (rest, chinese)
            }
            [a, b, ref rest @ ..] if chinese && a != b'\n' => {
                append(&mut decoded, &[a | 0x80, b | 0x80], encoding_rs::GBK);
                (rest, chinese)
            }
            [byte, ref rest @ ..] => {
                let character = ascii(byte).filter(|_| !chinese || byte == b'\n');
                decoded.replaced |= character.is_none();
                decoded
                    .text
                    .push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
                (rest, chinese && byte != b'\n')
            }
        };
    }
}

/// RFC 1557: KS X 1001 in seven bits, between SO and SI, after its
/// announcement.
pub(super) fn iso2022_kr(bytes: &[u8]) -> Decoded {
    let mut decoded = Decoded::of(String::new());
    let (mut rest, mut korean) = (bytes, false);
    loop {
        (rest, korean) = match *rest {
            [] => return decoded,
            [0x1b, b'$', b')', b'C', ref rest @ ..] => (rest, korean),
            [0x0e, ref rest @ ..] => (rest, true),
            [0x0f, ref rest @ ..] => (rest, false),
            [b'\n', ref rest @ ..] => {
                decoded.text.push('\n');
                (rest, false)
            }
            [a @ 0x21..=0x7e, b, ref rest @ ..] if korean => {
                append(&mut decoded, &[a | 0x80, b | 0x80], encoding_rs::EUC_KR);
                (rest, korean)
            }
            [byte, ref rest @ ..] => {
                let character = ascii(byte).filter(|c| !korean || c.is_control());
                decoded.replaced |= character.is_none();
                decoded
                    .text
                    .push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
                (rest, korean)
            }
        };
    }
}

/// KS X 1001, annex 3: a syllable is composed of three times five bits;
/// everything else is where EUC-KR has it, two rows to a byte.
pub(super) fn johab(bytes: &[u8]) -> Decoded {
    let mut decoded = Decoded::of(String::new());
    let mut rest = bytes;
    loop {
        rest = match *rest {
            [] => return decoded,
            [byte @ 0..=0x7f, ref rest @ ..] => {
                decoded.text.push(if byte == b'\\' {
                    '₩'
                } else {
                    char::from(byte)
                });
                rest
            }
            [a @ 0x84..=0xd3, b, ref rest @ ..] => {
                let character = syllable(u16::from_be_bytes([a, b]));
                decoded.replaced |= character.is_none();
                decoded
                    .text
                    .push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
                rest
            }
            [
                a @ (0xd9..=0xde | 0xe0..=0xf9),
                b @ (0x31..=0x7e | 0x91..=0xfe),
                ref rest @ ..,
            ] => {
                // Two rows for each lead byte, 188 cells.
                let cell = u16::from(b) - if b < 0x91 { 0x31 } else { 0x43 };
                let row = match a {
                    0xe0.. => 0xca + 2 * (u16::from(a) - 0xe0),
                    _ => 0xa1 + 2 * (u16::from(a) - 0xd9),
                } + cell / 94;
                // Both are in the rows 0xa1 to 0xfe.
                let euc = [row as u8, (0xa1 + cell % 94) as u8];
                append(&mut decoded, &euc, encoding_rs::EUC_KR);
                rest
            }
            [_, ref rest @ ..] => {
                decoded.replaced = true;
                decoded.text.push(char::REPLACEMENT_CHARACTER);
                rest
            }
        };
    }
}

/// A syllable, or a single letter, from its three parts; fill stands for a
/// missing part.
fn syllable(code: u16) -> Option<char> {
    let (initial, vowel, last) = (code >> 10 & 31, code >> 5 & 31, code & 31);
    let initial = match initial {
        1 => None,
        2..=20 => Some(u32::from(initial) - 2),
        _ => return None,
    };
    let vowel = match vowel {
        2 => None,
        3..=7 => Some(u32::from(vowel) - 3),
        10..=15 => Some(u32::from(vowel) - 5),
        18..=23 => Some(u32::from(vowel) - 7),
        26..=29 => Some(u32::from(vowel) - 9),
        _ => return None,
    };
    let last = match last {
        1 => 0,
        2..=17 => u32::from(last) - 1,
        19..=29 => u32::from(last) - 2,
        _ => return None,
    };
    match (initial, vowel, last) {
        (Some(initial), Some(vowel), last) => {
            char::from_u32(0xac00 + (initial * 21 + vowel) * 28 + last)
        }
        (None, Some(vowel), 0) => char::from_u32(0x314f + vowel),
        (Some(initial), None, 0) => INITIALS.chars().nth(initial as usize),
        (None, None, 0) => None,
        (None, None, last) => LASTS.chars().nth(last as usize - 1),
        _ => None,
    }
}

/// The letters that begin a syllable, and those that end one, on their own.
const INITIALS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const LASTS: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";

fn append(decoded: &mut Decoded, bytes: &[u8], encoding: &'static encoding_rs::Encoding) {
    let found = web(bytes, encoding);
    decoded.replaced |= found.replaced;
    decoded.text.push_str(&found.text);
}
