//! The nonce of a request, by which a Content-Security-Policy recognises the
//! scripts and styles of the page.

use crate::{Error, Exchange, Result};

/// The number of random bytes: 128 bits, as CSP requires (CSP3, 7.1).
const LENGTH: usize = 16;

struct CspNonce(String);

/// The nonce of this request, made on first use.
pub(super) fn nonce(exchange: &mut Exchange) -> Result<String> {
    if let Some(nonce) = known(exchange) {
        return Ok(nonce.to_owned());
    }
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::msg(format!("the system has no random numbers: {error}")))?;
    let nonce: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    exchange.insert_slot(CspNonce(nonce.clone()));
    Ok(nonce)
}

/// The nonce, if it has been made.
pub(super) fn known(exchange: &Exchange) -> Option<&str> {
    exchange.slot::<CspNonce>().map(|nonce| nonce.0.as_str())
}
