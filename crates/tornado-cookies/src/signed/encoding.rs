//! Decimal numbers, hex and base64, as used in signed values.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// How many digits a number has.
pub(super) fn decimal_len(number: u64) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}

/// Appends a number without `format!`, which costs more than a short hash.
pub(super) fn push_decimal(out: &mut String, mut number: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        // Below 10, so it fits.
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend(digits[start..].iter().copied().map(char::from));
}

/// A number made of digits alone. One that is too large becomes `u64::MAX`,
/// since Python's integers are unbounded.
///
/// Python's `int` also accepts a sign, white space and `_`. No signer writes
/// those, so here they are refused.
pub(super) fn parse_decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |number, byte| {
        let digit = u64::from(byte.checked_sub(b'0')?);
        (digit < 10).then(|| number.saturating_mul(10).saturating_add(digit))
    })
}

/// Bytes as lower-case hex. `N` is twice the number of bytes.
pub(super) fn hex<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    for (pair, byte) in out.chunks_exact_mut(2).zip(bytes) {
        pair[0] = HEX[usize::from(byte >> 4)];
        pair[1] = HEX[usize::from(byte & 15)];
    }
    out
}

/// Appends bytes as lower-case hex. `N` is twice the number of bytes.
pub(super) fn push_hex<const N: usize>(out: &mut String, bytes: &[u8]) {
    let hex = hex::<N>(bytes);
    // Hex digits are ASCII, so the default is never used.
    out.push_str(std::str::from_utf8(&hex).unwrap_or_default());
}

/// The length of `length` bytes in base64.
pub(super) fn base64_len(length: usize) -> usize {
    length.div_ceil(3) * 4
}

/// Appends bytes as base64.
pub(super) fn push_base64(out: &mut String, bytes: &[u8]) {
    STANDARD.encode_string(bytes, out);
}

/// Python's `base64.b64decode`.
pub(super) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD
        .decode(text)
        .ok()
        .or_else(|| decode_leniently(text))
}

/// What Python does with text that no encoder writes: it skips other
/// characters, stops at the padding that completes a group of four, and ignores
/// the leftover bits, zero or not.
fn decode_leniently(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count, mut pads) = (0_u32, 0, 0);
    for byte in text {
        let sextet = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                if count >= 2 {
                    pads += 1;
                    if count + pads >= 4 {
                        return Some(out);
                    }
                }
                continue;
            }
            _ => continue,
        };
        pads = 0;
        bits = (bits << 6) | u32::from(sextet);
        count = (count + 1) % 4;
        if count != 1 {
            // The six bits have completed a byte: the low eight bits.
            out.push((bits >> [0, 6, 4, 2][count]) as u8);
        }
    }
    (count == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn base64_is_as_lenient_as_python() {
        for (text, bytes) in [
            ("", Some(&b""[..])),
            ("Zg==", Some(b"f")),
            ("Zh==", Some(b"f")),
            ("Z-g_=\n=", Some(b"f")),
            ("Zg==Zg==", Some(b"f")),
            ("Zm8=Zg==", Some(b"fo")),
            ("Zm9=v", Some(b"fo")),
            ("Zg=9v", Some(b"f\x0f\x6f")),
            ("=Zm9v", Some(b"foo")),
            ("Z=g==", Some(b"f")),
            ("Z", None),
            ("Zg", None),
            ("Zg=", None),
            ("Zm9vZ", None),
        ] {
            let decoded = decode_base64(text.as_bytes());
            assert_eq!(decoded.as_deref(), bytes, "{text}");
        }
    }

    #[test]
    fn a_number_is_digits_alone() {
        for text in ["", "1:", "/1", "-1", "+1", " 1", "1_0", "\u{664}"] {
            assert_eq!(parse_decimal(text.as_bytes()), None, "{text}");
        }
        let large = "1".repeat(30);
        assert_eq!(parse_decimal(large.as_bytes()), Some(u64::MAX));
    }

    proptest! {
        #[test]
        fn numbers_come_back(number: u64) {
            let mut text = String::new();
            push_decimal(&mut text, number);
            prop_assert_eq!(&text, &number.to_string());
            prop_assert_eq!(text.len(), decimal_len(number));
            prop_assert_eq!(parse_decimal(text.as_bytes()), Some(number));
        }

        #[test]
        fn base64_comes_back(bytes: Vec<u8>) {
            let mut text = String::new();
            push_base64(&mut text, &bytes);
            prop_assert_eq!(text.len(), base64_len(bytes.len()));
            prop_assert_eq!(decode_leniently(text.as_bytes()), Some(bytes));
        }
    }
}
