//! Version 1: `<base64>|<seconds>|<HMAC-SHA1>`. It is supported so that old
//! cookies stay readable; new applications should not write it.

use hmac::{Hmac, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use super::encoding::{base64_len, decimal_len, decode_base64, parse_decimal};
use super::encoding::{hex, push_base64, push_decimal, push_hex};
use super::{MAX_AGE_DAYS, SECONDS_PER_DAY, expired};

/// Hex digits of the signature.
const SIGNATURE: usize = 40;

pub(super) fn create(key: &Hmac<Sha1>, name: &str, value: &[u8], timestamp: u64) -> String {
    let encoded_len = base64_len(value.len());
    let mut out = String::with_capacity(encoded_len + decimal_len(timestamp) + 2 + SIGNATURE);
    push_base64(&mut out, value);
    out.push('|');
    push_decimal(&mut out, timestamp);
    let (encoded, seconds) = (&out[..encoded_len], &out[encoded_len + 1..]);
    let signature = sign(key, name, encoded.as_bytes(), seconds.as_bytes());
    out.push('|');
    push_hex::<SIGNATURE>(&mut out, &signature);
    out
}

pub(super) fn decode(
    key: &Hmac<Sha1>,
    name: &str,
    value: &[u8],
    max_age_days: f64,
    now: f64,
) -> Option<Vec<u8>> {
    let mut parts = value.split(|byte| *byte == b'|');
    let (encoded, seconds, passed) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let expected = hex::<SIGNATURE>(&sign(key, name, encoded, seconds));
    if !bool::from(expected.ct_eq(passed)) {
        warn("Invalid cookie signature", name);
        return None;
    }
    let timestamp = parse_decimal(seconds)?;
    if expired(timestamp, max_age_days, now) {
        warn("Expired cookie", name);
        return None;
    }
    // The signature covers the parts without separators, so digits can move
    // from the value to the time, and zeros with them.
    if timestamp as f64 > now + MAX_AGE_DAYS * SECONDS_PER_DAY {
        warn("Cookie timestamp in future; possible tampering", name);
        return None;
    }
    if seconds.starts_with(b"0") {
        warn("Tampered cookie", name);
        return None;
    }
    decode_base64(encoded)
}

fn sign(key: &Hmac<Sha1>, name: &str, encoded: &[u8], seconds: &[u8]) -> [u8; SIGNATURE / 2] {
    let mut mac = key.clone();
    mac.update(name.as_bytes());
    mac.update(encoded);
    mac.update(seconds);
    mac.finalize().into_bytes().into()
}

/// Tornado logs the value. This logs the name, since a value that was once
/// signed may be worth hiding.
fn warn(problem: &str, name: &str) {
    tracing::warn!(target: "tornado.general", "{problem} {name:?}");
}
