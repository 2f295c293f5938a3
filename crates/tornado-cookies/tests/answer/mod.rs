//! Our answers to the questions that `golden/peer.py` puts to Tornado.

use serde_json::{Value, json};
use time::OffsetDateTime;
use tornado_cookies::{
    CookieSecret, DecodeOptions, SetCookie, SignOptions, SignedVersion, create_signed_value_with,
    decode_signed_value, get_signature_key_version, parse_cookie,
};

/// `Value::Null` means a refusal.
pub(crate) fn answer(ask: &Value) -> Value {
    let answer = match text(ask, "do") {
        "read" => Some(read(text(ask, "header"))),
        "set" => set(SetCookie::new(text(ask, "name"), text(ask, "value")), ask),
        "clear" => set(SetCookie::removal(text(ask, "name")), ask),
        "sign" => sign(ask),
        "decode" => decode(ask),
        "key_version" => {
            get_signature_key_version(text(ask, "value")).map(|version| json!(version))
        }
        other => panic!("no such question: {other}"),
    };
    answer.unwrap_or(Value::Null)
}

fn text<'a>(ask: &'a Value, key: &str) -> &'a str {
    ask[key]
        .as_str()
        .unwrap_or_else(|| panic!("no text {key} in {ask}"))
}

fn now(ask: &Value) -> OffsetDateTime {
    let nanos = ask["now"].as_f64().unwrap() * 1e9;
    OffsetDateTime::from_unix_timestamp_nanos(nanos as i128).unwrap()
}

fn read(header: &str) -> Value {
    let latin1: Vec<u8> = header.chars().map(|char| char as u8).collect();
    parse_cookie(latin1)
        .iter()
        .map(|(name, value)| json!([name, value]))
        .collect()
}

fn set(mut cookie: SetCookie, ask: &Value) -> Option<Value> {
    for (key, value) in ask.as_object().unwrap() {
        match key.as_str() {
            "domain" => cookie.domain(value.as_str().unwrap()),
            "path" => cookie.path(value.as_str().unwrap_or("")),
            "expires" => {
                let seconds = value.as_i64().unwrap();
                cookie.expires(OffsetDateTime::from_unix_timestamp(seconds).unwrap())
            }
            "expires_days" => cookie.expires_days(value.as_f64().unwrap()),
            "max_age" => cookie.max_age(value.as_i64().unwrap()),
            "http_only" => cookie.http_only(value.as_bool().unwrap()),
            "secure" => cookie.secure(value.as_bool().unwrap()),
            "same_site" => cookie.same_site(value.as_str().unwrap().parse().ok()),
            "do" | "name" | "value" | "now" => &mut cookie,
            other => panic!("no such attribute: {other}"),
        };
    }
    let line = cookie.to_header_value_at(now(ask)).ok()?;
    let line: String = line.as_bytes().iter().copied().map(char::from).collect();
    Some(json!(line))
}

fn secret(ask: &Value) -> Option<CookieSecret> {
    let Some(keys) = ask["secret"].as_object() else {
        return Some(CookieSecret::from(text(ask, "secret")));
    };
    let keys: Vec<(u32, &str)> = keys
        .iter()
        .map(|(version, key)| (version.parse().unwrap(), key.as_str().unwrap()))
        .collect();
    let signs = number(ask, "key_version").unwrap_or(keys[0].0);
    CookieSecret::keyed(keys, signs).ok()
}

fn number(ask: &Value, key: &str) -> Option<u32> {
    ask[key].as_u64().map(|number| number.try_into().unwrap())
}

fn version(ask: &Value, key: &str) -> Option<SignedVersion> {
    number(ask, key).map(|version| match version {
        1 => SignedVersion::V1,
        2 => SignedVersion::V2,
        other => panic!("no such version: {other}"),
    })
}

fn sign(ask: &Value) -> Option<Value> {
    let mut options = SignOptions::new().at(now(ask));
    if let Some(version) = version(ask, "version") {
        options = options.version(version);
    }
    if let Some(version) = number(ask, "key_version") {
        options = options.key_version(version);
    }
    let value = from_hex(text(ask, "value"));
    let signed = create_signed_value_with(&secret(ask)?, text(ask, "name"), value, &options);
    signed.ok().map(Value::from)
}

fn decode(ask: &Value) -> Option<Value> {
    let mut options = DecodeOptions::new().at(now(ask));
    if let Some(days) = ask["max_age_days"].as_f64() {
        options = options.max_age_days(days);
    }
    if let Some(version) = version(ask, "min_version") {
        options = options.min_version(version);
    }
    let (name, value) = (text(ask, "name"), text(ask, "value"));
    decode_signed_value(&secret(ask)?, name, value, &options).map(|value| json!(to_hex(&value)))
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|place| u8::from_str_radix(&text[2 * place..2 * place + 2], 16).unwrap())
        .collect()
}
