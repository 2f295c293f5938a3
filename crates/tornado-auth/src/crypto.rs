//! Random bytes, HMAC-SHA256 and SHA-256, and bytes as text.

use hmac::{Hmac, KeyInit as _};
use sha2::{Digest as _, Sha256};

use crate::error::{AuthError, unusable};

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], AuthError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| unusable("the system gives no random bytes").with_source(error))?;
    Ok(bytes)
}

pub(crate) fn hmac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

pub(crate) fn sha256_hex(text: &str) -> String {
    hex(Sha256::digest(text))
}

pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    let digits = bytes.as_ref().iter().map(|byte| format!("{byte:02x}"));
    digits.collect()
}
