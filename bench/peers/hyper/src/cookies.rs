//! Tornado's signed values, version 2, and no more of them than is needed here.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use hyper::Request;
use hyper::header::COOKIE;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Thirty-one days.
const MAX_AGE: u64 = 31 * 86_400;

/// The key, set up once.
pub(crate) struct Secret(Hmac<Sha256>);

impl Secret {
    pub(crate) fn new(secret: &[u8]) -> Secret {
        Secret(Hmac::new_from_slice(secret).unwrap())
    }

    pub(crate) fn sign(&self, name: &str, value: &str) -> String {
        let value = STANDARD.encode(value);
        let time = now().to_string();
        let mut signed = format!(
            "2|1:0|{}:{time}|{}:{name}|{}:{value}|",
            time.len(),
            name.len(),
            value.len()
        );
        signed += &self.hash(&signed);
        signed
    }

    pub(crate) fn verify(&self, name: &str, signed: &str) -> Option<String> {
        let mut rest = signed.strip_prefix("2|")?;
        let _key_version = field(&mut rest)?;
        let time: u64 = field(&mut rest)?.parse().ok()?;
        let signed_name = field(&mut rest)?;
        let value = field(&mut rest)?;
        let hash = self.hash(&signed[..signed.len() - rest.len()]);
        if !bool::from(hash.as_bytes().ct_eq(rest.as_bytes()))
            || signed_name != name
            || time + MAX_AGE < now()
        {
            return None;
        }
        String::from_utf8(STANDARD.decode(value).ok()?).ok()
    }

    fn hash(&self, text: &str) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hash = self.0.clone();
        hash.update(text.as_bytes());
        let hash = hash.finalize().into_bytes();
        let digits = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits
            .map(|digit| char::from(DIGITS[usize::from(digit)]))
            .collect()
    }
}

/// The value of a cookie of the request.
pub(crate) fn find<'a, B>(request: &'a Request<B>, name: &str) -> Option<&'a str> {
    let header = request.headers().get(COOKIE)?.to_str().ok()?;
    header.split(';').find_map(|pair| {
        let value = pair.trim_start().strip_prefix(name)?.strip_prefix('=')?;
        let quoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        Some(quoted.unwrap_or(value))
    })
}

/// A part of a signed value, with its length in front.
fn field<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let (length, after) = rest.split_once(':')?;
    let length: usize = length.parse().ok()?;
    let value = after.get(..length)?;
    *rest = after.get(length..)?.strip_prefix('|')?;
    Some(value)
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
