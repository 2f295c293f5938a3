//! Detects possible secrets among the application's own settings. Only a name and a form are
//! available, so they are interpreted generously.

use serde_json::Value;

/// Shown in place of a secret.
pub(super) const REDACTED: &str = "**redacted**";

/// What the name of a secret may contain, anywhere.
const PARTS: [&str; 8] = [
    "secret",
    "password",
    "passwd",
    "passphrase",
    "credential",
    "token",
    "key",
    "dsn",
];

/// What it may contain between underscores: `smtp_pass`, but not `bypass`.
const WORDS: [&str; 4] = ["pass", "pwd", "pw", "salt"];

/// What precedes a password in a text.
const ASSIGNED: [&str; 3] = ["password=", "passwd=", "pwd="];

/// Whether the whole setting may be a secret.
pub(super) fn may_be_secret(key: &str, value: &Value) -> bool {
    is_name(key) || value.as_str().is_some_and(has_password)
}

/// Whether any part of it may be a secret.
pub(super) fn may_have_secret(key: &str, value: &Value) -> bool {
    may_be_secret(key, value)
        || match value {
            Value::Array(items) => items.iter().any(|item| may_have_secret("", item)),
            Value::Object(map) => map.iter().any(|(key, value)| may_have_secret(key, value)),
            _ => false,
        }
}

/// The value, with possible secrets replaced.
pub(super) fn redacted(key: &str, value: Value) -> Value {
    match value {
        value if may_be_secret(key, &value) => REDACTED.into(),
        Value::Array(items) => items.into_iter().map(|item| redacted("", item)).collect(),
        Value::Object(map) => {
            let shown = map.into_iter().map(|(key, value)| {
                let value = redacted(&key, value);
                (key, value)
            });
            Value::Object(shown.collect())
        }
        value => value,
    }
}

fn is_name(key: &str) -> bool {
    let key = key.to_lowercase();
    let mut words = key.split(|letter: char| !letter.is_alphanumeric());
    PARTS.iter().any(|part| key.contains(part)) || words.any(|word| WORDS.contains(&word))
}

fn has_password(text: &str) -> bool {
    let lower = text.to_lowercase().replace(' ', "");
    (text.contains("://") && text.contains('@'))
        || ASSIGNED.iter().any(|start| lower.contains(start))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_found_wherever_it_is() {
        for (key, value) in [
            ("api_token", json!(1)),
            ("smtp_pass", json!("hidden")),
            ("DB_PWD", json!("hidden")),
            ("aws_credentials", json!("hidden")),
            ("db", json!("postgres://kim:hidden@host/db")),
            ("db", json!("host=h user=kim Password = hidden")),
            ("db", json!({"host": "h", "password": "hidden"})),
            ("db", json!({"replicas": [{"dsn": "hidden"}]})),
            ("stores", json!(["redis://:hidden@host"])),
        ] {
            assert!(may_have_secret(key, &value), "{key}");
            let shown = redacted(key, value.clone()).to_string();
            assert!(!shown.contains("hidden"), "{key}: {shown}");
        }
    }

    #[test]
    fn what_is_none_stays() {
        for (key, value) in [
            ("page_size", json!(20)),
            ("bypass", json!(["a", {"compass": "b"}])),
            ("site", json!("http://example.com/?q=1")),
            ("mail", json!("kim@example.com")),
        ] {
            assert!(!may_have_secret(key, &value), "{key}");
            assert_eq!(redacted(key, value.clone()), value);
        }
    }
}
