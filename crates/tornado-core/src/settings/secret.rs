//! `SecretSetting`: the forms that `cookie_secret` has.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use tornado_cookies::CookieSecret;

use super::SettingsError;

/// What `cookie_secret` can be: a text, several texts with numbers, or a
/// [`CookieSecret`].
///
/// ```
/// use tornado_core::Settings;
/// Settings::new().cookie_secret("my_cookie_secret");
/// Settings::new().cookie_secret([(1, "the old one"), (2, "the new one")]).key_version(2);
/// ```
#[derive(Clone, Deserialize)]
#[serde(from = "Form")]
pub struct SecretSetting(Kind);

#[derive(Clone)]
enum Kind {
    Text(String),
    Keyed(BTreeMap<u32, String>),
    Made(CookieSecret),
}

/// As it stands in a file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Form {
    Text(String),
    Keyed(BTreeMap<u32, String>),
}

impl From<Form> for SecretSetting {
    fn from(form: Form) -> SecretSetting {
        SecretSetting(match form {
            Form::Text(text) => Kind::Text(text),
            Form::Keyed(keys) => Kind::Keyed(keys),
        })
    }
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
    match kind {
        Kind::Text(text) => Ok(Some(CookieSecret::from(text.as_str()))),
        Kind::Made(secret) => Ok(Some(secret.clone())),
        Kind::Keyed(keys) => {
            let version = key_version.ok_or_else(|| {
                SettingsError::secret(
                    "`cookie_secret` has several keys, so the setting `key_version` must say which one signs",
                )
            })?;
            let keys = keys.iter().map(|(version, key)| (*version, key.as_str()));
            let secret = CookieSecret::keyed(keys, version).map_err(|_| {
                SettingsError::secret(&format!(
                    "`key_version` is {version}, and `cookie_secret` has no such key"
                ))
            })?;
            Ok(Some(secret))
        }
    }
}
