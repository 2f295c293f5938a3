//! How requests of OAuth 1.0 are signed: HMAC-SHA1, as Tornado does it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;
use url::Url;

/// All but the unreserved characters (`urllib.parse.quote(text, safe="~")`).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'.')
    .remove(b'-')
    .remove(b'~');

fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// What a request is signed with.
pub(super) struct Secrets<'a> {
    pub(super) consumer: &'a str,
    pub(super) token: Option<&'a str>,
    /// Whether they are escaped, which 1.0a has brought.
    pub(super) escaped: bool,
}

/// The signature of a request with these parameters, which may come in any order.
pub(super) fn sign(
    secrets: &Secrets<'_>,
    method: &str,
    url: &Url,
    parameters: &[(&str, &str)],
) -> String {
    let mut parameters = parameters.to_vec();
    parameters.sort_unstable();
    let parameters: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", escape(value)))
        .collect();
    let place = format!("{}{}", url.origin().ascii_serialization(), url.path());
    let base = [method, &place, &parameters.join("&")]
        .map(escape)
        .join("&");
    let key = [secrets.consumer, secrets.token.unwrap_or_default()];
    let key = match secrets.escaped {
        true => key.map(escape).join("&"),
        false => key.join("&"),
    };
    let mut hmac =
        Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    hmac.update(base.as_bytes());
    STANDARD.encode(hmac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_tornados() {
        let golden = include_str!("../../tests/golden/oauth1.json");
        let cases: Vec<serde_json::Value> = serde_json::from_str(golden).unwrap();
        assert!(cases.len() >= 8);
        for case in cases {
            let text = |name: &str| case[name].as_str().unwrap();
            let parameters = case["parameters"].as_object().unwrap();
            let parameters: Vec<(&str, &str)> = parameters
                .iter()
                .map(|(name, value)| (&**name, value.as_str().unwrap()))
                .collect();
            let secrets = Secrets {
                consumer: text("consumer"),
                token: case["token"].as_str(),
                escaped: text("version") == "1.0a",
            };
            let url = Url::parse(text("url")).unwrap();
            let signature = sign(&secrets, text("method"), &url, &parameters);
            assert_eq!(signature, text("signature"), "{case}");
        }
    }
}
