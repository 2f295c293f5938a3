//! `SecretSetting`: the forms of `cookie_secret`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;
use tornado_cookies::CookieSecret;

use super::{Given, Setting, SettingsError};

/// The possible values of `cookie_secret`: a text, several numbered texts, or a
/// [`CookieSecret`].
#[derive(Clone)]
pub struct SecretSetting(Kind);

#[derive(Clone)]
enum Kind {
    Text(String),
    Keyed(BTreeMap<u32, String>),
    Made(CookieSecret),
}

impl Setting for SecretSetting {
    const SECRET: bool = true;

    /// A text that is a JSON object is several keys.
    fn read(given: &Given) -> Result<SecretSetting, String> {
        if let Ok(keys) = given.read::<BTreeMap<String, String>>() {
            let keys = keys
                .into_iter()
                .map(|(version, key)| Ok((version_number(&version)?, key)));
            return Ok(SecretSetting(Kind::Keyed(
                keys.collect::<Result<_, String>>()?,
            )));
        }
        match given.read::<String>() {
            Ok(text) if !is_map(&text) && !given.guess().is_array() => {
                Ok(SecretSetting(Kind::Text(text)))
            }
            _ => Err("it is neither".to_owned()),
        }
    }

    /// Never the secret: settings are printed and copied.
    fn show(&self) -> Value {
        Value::Null
    }
}

/// Accepts the number in one form only, so that no two keys have the same
/// version.
fn version_number(text: &str) -> Result<u32, String> {
    let number: Option<u32> = text.parse().ok();
    number
        .filter(|number| number.to_string() == text)
        .ok_or_else(|| "the versions of keys are whole numbers from 0 on".to_owned())
}

impl From<&str> for SecretSetting {
    fn from(text: &str) -> SecretSetting {
        SecretSetting(Kind::Text(text.to_owned()))
    }
}

impl From<String> for SecretSetting {
    fn from(text: String) -> SecretSetting {
        SecretSetting(Kind::Text(text))
    }
}

impl From<CookieSecret> for SecretSetting {
    fn from(secret: CookieSecret) -> SecretSetting {
        SecretSetting(Kind::Made(secret))
    }
}

impl<K: Into<String>, const N: usize> From<[(u32, K); N]> for SecretSetting {
    fn from(keys: [(u32, K); N]) -> SecretSetting {
        SecretSetting(Kind::Keyed(
            keys.into_iter()
                .map(|(version, key)| (version, key.into()))
                .collect(),
        ))
    }
}

impl fmt::Debug for SecretSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("**redacted**")
    }
}

impl SecretSetting {
    /// The secret to sign with.
    pub(super) fn resolve(&self, key_version: Option<u32>) -> Result<CookieSecret, SettingsError> {
        let unusable = |message: &str| SettingsError::new("cookie_secret", message);
        let secret = match &self.0 {
            Kind::Text(text) if is_map(text) => {
                return Err(unusable(
                    "it is a text that looks like a map of keys; give the map itself",
                ));
            }
            Kind::Text(text) => CookieSecret::from(text.as_str()),
            Kind::Made(secret) => secret.clone(),
            Kind::Keyed(keys) => {
                let version = key_version.ok_or_else(|| {
                    unusable(
                        "it has several keys, so the setting `key_version` must say which one signs",
                    )
                })?;
                let keys = keys.iter().map(|(version, key)| (*version, key.as_str()));
                CookieSecret::keyed(keys, version).map_err(|_| {
                    let message = format!("it is {version}, and `cookie_secret` has no such key");
                    SettingsError::new("key_version", message)
                })?
            }
        };
        if secret.has_empty_key() {
            return Err(unusable(
                "it is empty, or one of its keys is: anyone could sign with it; set at least 32 \
                 random characters",
            ));
        }
        Ok(secret)
    }

    /// Why it may be guessed, if there is a known reason.
    pub(super) fn weakness(&self) -> Option<&'static str> {
        match &self.0 {
            Kind::Text(text) => weakness(text),
            Kind::Keyed(keys) => keys.values().find_map(|key| weakness(key)),
            Kind::Made(_) => None,
        }
    }
}

/// The length of 16 random bytes in base64 without padding: 128 bits, which
/// nobody can try out.
const SHORT: usize = 22;

/// Random secrets that are long enough have more distinct characters; in
/// hexadecimal, all but one in a hundred thousand.
const DISTINCT: usize = 8;

/// What people write in place of a secret, letters only. The last two are in
/// Tornado's own documentation.
const GUESSES: &[&str] = &[
    "secret",
    "changeme",
    "password",
    "example",
    "replaceme",
    "yourkey",
    "todogenerateyourown",
    "oetzkxqagaydkl",
];

fn weakness(text: &str) -> Option<&'static str> {
    let letters = text.chars().filter(char::is_ascii_alphabetic);
    let letters: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    if text.len() < SHORT {
        Some("short")
    } else if GUESSES.iter().any(|guess| letters.contains(guess)) {
        Some("made of words")
    } else if text.bytes().collect::<BTreeSet<_>>().len() < DISTINCT || is_row(text) {
        Some("made of few characters, or of a row of them")
    } else {
        None
    }
}

/// Whether most characters are followed by their successor, as in `abcdef`.
fn is_row(text: &str) -> bool {
    let pairs = text.as_bytes().windows(2);
    let next = pairs.filter(|pair| pair[0].checked_add(1) == Some(pair[1]));
    next.count() * 2 > text.len()
}

/// Whether the text begins like `{"1": ..`: an object that was quoted twice, or
/// is broken. No real secret begins that way.
fn is_map(text: &str) -> bool {
    let inner = text.trim_start().strip_prefix('{');
    inner.is_some_and(|inner| inner.trim_start().starts_with(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Application, Settings};

    fn refusal(settings: Settings) -> String {
        Application::new([], settings).unwrap_err().to_string()
    }

    /// The beginning of values that are signed with these settings.
    fn signed(settings: Settings) -> String {
        let app = Application::new([], settings).unwrap();
        let secret = app.settings().get_cookie_secret().unwrap();
        let value = tornado_cookies::create_signed_value(secret, "name", "value");
        value[..7].to_owned()
    }

    #[test]
    fn a_map_of_keys_is_one_from_every_source() {
        let toml = "key_version = 2\n[cookie_secret]\n1 = \"a\"\n2 = \"b\"";
        let json = r#"{"cookie_secret": {"1": "a", "2": "b"}, "key_version": 2}"#;
        let map = BTreeMap::from([("1", "a"), ("2", "b")]);
        for settings in [
            Settings::from_toml_str(toml).unwrap(),
            Settings::from_json_str(json).unwrap(),
            Settings::new()
                .set("cookie_secret", map)
                .set("key_version", 2),
            Settings::new()
                .cookie_secret([(1, "a"), (2, "b")])
                .key_version(2),
        ] {
            assert_eq!(signed(settings), "2|1:2|1");
        }
    }

    #[test]
    fn one_key_of_several_must_sign() {
        for (key_version, expected) in [
            (None, "the setting `key_version` must say which one signs"),
            (
                Some(3),
                "`key_version` can't be used: it is 3, and `cookie_secret` has no such key",
            ),
        ] {
            let json = r#"{"cookie_secret": {"1": "a", "2": "b"}}"#;
            let mut settings = Settings::from_json_str(json).unwrap();
            if let Some(version) = key_version {
                settings = settings.key_version(version);
            }
            let error = refusal(settings);
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn an_empty_key_ends_the_start() {
        for settings in [
            Settings::new().cookie_secret(""),
            Settings::new().set("cookie_secret", ""),
            Settings::new().cookie_secret(CookieSecret::from("")),
            Settings::new()
                .cookie_secret([(1, "a"), (2, "")])
                .key_version(1),
            Settings::from_toml_str("cookie_secret = ''").unwrap(),
        ] {
            let error = refusal(settings);
            assert!(
                error.contains("`cookie_secret` can't be used: it is empty"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_map_that_was_read_as_a_text_ends_the_start() {
        for text in [r#"{"1": "a"}"#, r#" { "1": "a""#, "{'1': 'a'}"] {
            let error = refusal(Settings::new().cookie_secret(text));
            assert!(error.contains("looks like a map of keys"), "{error}");
        }
        for text in ["{", "{abc}", "{{ secret }}", "a{\"1\": 2}"] {
            assert_eq!(signed(Settings::new().cookie_secret(text)), "2|1:0|1");
        }
    }

    #[test]
    fn a_version_is_a_number() {
        for version in ["", "x", "-1", "+1", "01", " 1", "4294967296"] {
            let map = BTreeMap::from([(version, "hidden")]);
            let error = refusal(Settings::new().set("cookie_secret", map).key_version(1));
            assert!(!error.contains("hidden"), "{error}");
        }
    }

    #[test]
    fn what_can_be_guessed_is_weak() {
        for weak in [
            "x",
            "my_cookie_secret",
            "this is my_cookie_secret, and it is long enough",
            "Change_Me! Change_Me! Change_Me!",
            "__TODO:_GENERATE_YOUR_OWN_RANDOM_VALUE_HERE__",
            "32oETzKXQAGaYdkL5gEmGeJJFuYh7EQnp2XdTP1o/Vo=",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "0123456789abcdef0123456789abcdef",
            "abcdefghijklmnopqrstuvwxyz012345",
            "12121212121212121212121212121212",
        ] {
            assert!(SecretSetting::from(weak).weakness().is_some(), "{weak}");
        }
        assert!(SecretSetting::from([(1, "x")]).weakness().is_some());
        assert!(
            SecretSetting::from(CookieSecret::from("x"))
                .weakness()
                .is_none()
        );
        for strong in [
            "nq8Wm3uJt0ZrXe5kYvBd1gH7LsPcAa2o9TfQ4iRy6Ew=",
            "MtP8xq2VnKfL0sYwRb5jUg",
            "f3a1c27e9b5d40886e1f0a7c3d2b9584",
        ] {
            assert!(SecretSetting::from(strong).weakness().is_none(), "{strong}");
        }
    }
}
