//! Version 2: `2|<field>|<field>|<field>|<field>|<HMAC-SHA256>`. A field is its
//! length, `:` and its text. The fields are the version of the key, the time in
//! seconds, the name, and the value in base64.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::encoding::{base64_len, decimal_len, decode_base64, parse_decimal};
use super::encoding::{hex, push_base64, push_decimal, push_hex};
use super::{CookieSecret, expired};

/// Hex digits of the signature.
const SIGNATURE: usize = 64;

pub(super) fn create(
    key: &Hmac<Sha256>,
    key_version: u32,
    name: &str,
    value: &[u8],
    timestamp: u64,
) -> String {
    let lengths = [
        decimal_len(key_version.into()),
        decimal_len(timestamp),
        // In bytes. Tornado counts characters, and so can't read back names
        // that are not ASCII.
        name.len(),
        base64_len(value.len()),
    ];
    let size = lengths
        .iter()
        .map(|length| decimal_len(*length as u64) + length + 2)
        .sum::<usize>();
    let mut out = String::with_capacity(2 + size + SIGNATURE);
    out.push_str("2|");
    push_length(&mut out, lengths[0]);
    push_decimal(&mut out, key_version.into());
    out.push('|');
    push_length(&mut out, lengths[1]);
    push_decimal(&mut out, timestamp);
    out.push('|');
    push_length(&mut out, lengths[2]);
    out.push_str(name);
    out.push('|');
    push_length(&mut out, lengths[3]);
    push_base64(&mut out, value);
    out.push('|');
    let signature = sign(key, out.as_bytes());
    push_hex::<SIGNATURE>(&mut out, &signature);
    out
}

fn push_length(out: &mut String, length: usize) {
    push_decimal(out, length as u64);
    out.push(':');
}

pub(super) fn decode(
    secret: &CookieSecret,
    name: &str,
    value: &[u8],
    max_age_days: f64,
    now: impl FnOnce() -> f64,
) -> Option<Vec<u8>> {
    let fields = Fields::read(value)?;
    let signed = &value[..value.len() - fields.signature.len()];
    let expected = hex::<SIGNATURE>(&sign(secret.key(fields.key_version)?, signed));
    if !same(&expected, fields.signature) || fields.name != name.as_bytes() {
        return None;
    }
    if expired(parse_decimal(fields.timestamp)?, max_age_days, now()) {
        return None;
    }
    decode_base64(fields.value)
}

/// The version of the key, unverified.
pub(super) fn key_version(value: &[u8]) -> Option<u32> {
    Some(Fields::read(value)?.key_version)
}

struct Fields<'a> {
    key_version: u32,
    timestamp: &'a [u8],
    name: &'a [u8],
    value: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Fields<'a> {
    fn read(value: &'a [u8]) -> Option<Fields<'a>> {
        // The one-digit version and its bar, which the caller has checked.
        let (key_version, rest) = field(value.get(2..)?)?;
        let (timestamp, rest) = field(rest)?;
        let (name, rest) = field(rest)?;
        let (value, signature) = field(rest)?;
        Some(Fields {
            key_version: parse_decimal(key_version)?.try_into().ok()?,
            timestamp,
            name,
            value,
            signature,
        })
    }
}

/// A field, and what follows its bar.
fn field(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = text.iter().position(|byte| *byte == b':')?;
    let length = usize::try_from(parse_decimal(&text[..colon])?).ok()?;
    let (field, rest) = text[colon + 1..].split_at_checked(length)?;
    Some((field, rest.strip_prefix(b"|")?))
}

/// Compares in a time that does not depend on where the two differ. Word by
/// word costs an eighth of byte by byte.
fn same(expected: &[u8; SIGNATURE], given: &[u8]) -> bool {
    let Ok(given) = <&[u8; SIGNATURE]>::try_from(given) else {
        return false;
    };
    words(expected).ct_eq(&words(given)).into()
}

fn words(text: &[u8; SIGNATURE]) -> [u64; SIGNATURE / 8] {
    let (words, _) = text.as_chunks::<8>();
    std::array::from_fn(|at| u64::from_ne_bytes(words[at]))
}

fn sign(key: &Hmac<Sha256>, text: &[u8]) -> [u8; SIGNATURE / 2] {
    let mut mac = key.clone();
    mac.update(text);
    mac.finalize().into_bytes().into()
}
