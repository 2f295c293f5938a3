//! `SecretSetting`: the forms that `cookie_secret` has.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use tornado_cookies::CookieSecret;

use super::SettingsError;

/// What `cookie_secret` can be: a text, several texts with numbers, or a
/// [`CookieSecret`].
#[derive(Clone, Deserialize)]
#[serde(try_from = "Form")]
pub struct SecretSetting(Kind);

#[derive(Clone)]
enum Kind {
    Text(String),
    Keyed(BTreeMap<u32, String>),
    Made(CookieSecret),
}

/// As it stands in a file. What is untagged has no numbers for keys: serde
/// reads it from a copy whose keys are texts.
#[derive(Deserialize)]
#[serde(untagged)]
enum Form {
    Text(String),
    Keyed(BTreeMap<String, String>),
}

impl TryFrom<Form> for SecretSetting {
    type Error = &'static str;

    fn try_from(form: Form) -> Result<SecretSetting, &'static str> {
        Ok(SecretSetting(match form {
            Form::Text(text) => Kind::Text(text),
            Form::Keyed(keys) => Kind::Keyed(
                keys.into_iter()
                    .map(|(version, key)| Ok((version_number(&version)?, key)))
                    .collect::<Result<_, &str>>()?,
            ),
        }))
    }
}

/// The number in one form only, so that no two keys are for one version.
fn version_number(text: &str) -> Result<u32, &'static str> {
    let number: Option<u32> = text.parse().ok();
    number
        .filter(|number| number.to_string() == text)
        .ok_or("the versions of keys are whole numbers from 0 on")
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

impl Serialize for SecretSetting {
    /// Never the secret: settings are printed and copied.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }
}

/// The secret to sign with, of the two settings that it is made of.
pub(super) fn resolve(
    secret: Option<&SecretSetting>,
    key_version: Option<u32>,
) -> Result<Option<CookieSecret>, SettingsError> {
    let Some(SecretSetting(kind)) = secret else {
        return Ok(None);
    };
    let secret = match kind {
        Kind::Text(text) if is_map(text) => {
            return Err(SettingsError::secret(
                "`cookie_secret` is a text that looks like a map of keys; give the map itself",
            ));
        }
        Kind::Text(text) => CookieSecret::from(text.as_str()),
        Kind::Made(secret) => secret.clone(),
        Kind::Keyed(keys) => {
            let version = key_version.ok_or_else(|| {
                SettingsError::secret(
                    "`cookie_secret` has several keys, so the setting `key_version` must say which one signs",
                )
            })?;
            let keys = keys.iter().map(|(version, key)| (*version, key.as_str()));
            CookieSecret::keyed(keys, version).map_err(|_| {
                SettingsError::secret(&format!(
                    "`key_version` is {version}, and `cookie_secret` has no such key"
                ))
            })?
        }
    };
    if secret.has_empty_key() {
        return Err(SettingsError::secret(
            "`cookie_secret` is empty, or one of its keys is: anyone could sign with it; \
             set at least 32 random characters",
        ));
    }
    Ok(Some(secret))
}

/// Whether somebody has written `{"1": ..` where a text was read: quoted once
/// too often, or broken. No secret is made to begin so.
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

    /// What values begin with that are signed with these settings.
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
                "`key_version` is 3, and `cookie_secret` has no such key",
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
            assert!(error.contains("`cookie_secret` is empty"), "{error}");
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
}
