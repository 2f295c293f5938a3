//! The nonce of a request, by which a Content-Security-Policy knows the scripts
//! and styles of the page.

use crate::{Error, Exchange, Result};

/// How many random bytes it has: 128 bits, as CSP asks for (CSP3, 7.1).
const LENGTH: usize = 16;

struct CspNonce(String);

/// The nonce of this request, made when it is first asked for.
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

/// The same, if somebody has asked for it.
pub(super) fn known(exchange: &Exchange) -> Option<&str> {
    exchange.slot::<CspNonce>().map(|nonce| nonce.0.as_str())
}
