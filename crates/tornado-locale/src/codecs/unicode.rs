//! The encodings of Unicode.

use super::{Decoded, ascii};

/// The order of the bytes of a number.
#[derive(Clone, Copy)]
pub(crate) enum Order {
    Big,
    Little,
}

pub(super) fn utf8(bytes: &[u8]) -> Decoded {
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded::of(text.to_owned()),
        Err(_) => Decoded {
            text: String::from_utf8_lossy(bytes).into_owned(),
            replaced: true,
        },
    }
}

/// Without a mark and without an order, it is that of most machines, as in Python.
pub(super) fn utf16(bytes: &[u8], order: Option<Order>) -> Decoded {
    let (order, bytes) = match (order, bytes) {
        (Some(order), _) => (order, bytes),
        (None, [0xfe, 0xff, rest @ ..]) => (Order::Big, rest),
        (None, [0xff, 0xfe, rest @ ..]) => (Order::Little, rest),
        (None, _) => (Order::Little, bytes),
    };
    let (units, rest) = bytes.as_chunks::<2>();
    let units = units.iter().map(|unit| match order {
        Order::Big => u16::from_be_bytes(*unit),
        Order::Little => u16::from_le_bytes(*unit),
    });
    let characters = char::decode_utf16(units).map(Result::ok);
    Decoded::collect(characters.chain((!rest.is_empty()).then_some(None)))
}

pub(super) fn utf32(bytes: &[u8], order: Option<Order>) -> Decoded {
    let (order, bytes) = match (order, bytes) {
        (Some(order), _) => (order, bytes),
        (None, [0, 0, 0xfe, 0xff, rest @ ..]) => (Order::Big, rest),
        (None, [0xff, 0xfe, 0, 0, rest @ ..]) => (Order::Little, rest),
        (None, _) => (Order::Little, bytes),
    };
    let (units, rest) = bytes.as_chunks::<4>();
    let characters = units.iter().map(|unit| {
        char::from_u32(match order {
            Order::Big => u32::from_be_bytes(*unit),
            Order::Little => u32::from_le_bytes(*unit),
        })
    });
    Decoded::collect(characters.chain((!rest.is_empty()).then_some(None)))
}

/// RFC 2152: `+` begins Base64 of UTF-16; `-`, or a character that is not one
/// of its digits, ends it.
pub(super) fn utf7(bytes: &[u8]) -> Decoded {
    let mut characters = Vec::new();
    let mut rest = bytes;
    while let Some((&first, behind)) = rest.split_first() {
        rest = behind;
        if first != b'+' {
            characters.push(ascii(first));
            continue;
        }
        let length = rest.iter().take_while(|byte| digit(**byte).is_some());
        let (digits, behind) = rest.split_at(length.count());
        rest = behind.strip_prefix(b"-").unwrap_or(behind);
        if digits.is_empty() {
            // `+-` is a plus sign.
            characters.push((behind.len() > rest.len()).then_some('+'));
            continue;
        }
        let (mut bits, mut held, mut units) = (0_u32, 0, Vec::new());
        for digit in digits.iter().filter_map(|byte| digit(*byte)) {
            (bits, held) = ((bits << 6 | digit) & 0x3f_ffff, held + 6);
            if held >= 16 {
                held -= 16;
                units.push((bits >> held) as u16);
            }
        }
        characters.extend(char::decode_utf16(units).map(Result::ok));
        // The leftover bits are zeros, and fewer than another digit has.
        if held >= 6 || bits & ((1 << held) - 1) != 0 {
            characters.push(None);
        }
    }
    Decoded::collect(characters)
}

fn digit(byte: u8) -> Option<u32> {
    let digit = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(digit.into())
}
