//! Settings from a file, from the environment, and through serde.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::table::{Source, rows};
use super::{Given, Settings, SettingsError};

/// Where systemd puts the secrets of a service.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

impl Settings {
    /// Reads settings from a TOML text, one key per line. Unknown keys are the
    /// application's own.
    ///
    /// # Errors
    ///
    /// When it is not TOML, or the value of a known key does not have the
    /// required form.
    ///
    /// ```
    /// use tornado_web::Settings;
    /// let settings = Settings::from_toml_str(r#"
    ///     login_url = "/login"
    ///     page_size = 20
    /// "#).unwrap();
    /// assert_eq!(settings.get_login_url(), Some("/login"));
    /// assert_eq!(settings.get::<u32>("page_size").unwrap(), Some(20));
    /// ```
    pub fn from_toml_str(text: &str) -> Result<Settings, SettingsError> {
        Settings::from_toml(text, "the text")
    }

    fn from_toml(text: &str, source: &str) -> Result<Settings, SettingsError> {
        // The message of the parser quotes the line, which may contain a
        // secret.
        let map: Map<String, Value> = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| {
                text[..span.start.min(text.len())].matches('\n').count() + 1
            });
            let message = format!("line {line} is not TOML: {}", error.message());
            SettingsError::source(message).in_source(source)
        })?;
        Settings::from_map(map, source)
    }

    /// Reads settings from a JSON text, an object.
    ///
    /// # Errors
    ///
    /// When it is not a JSON object, or the value of a known key does not have
    /// the required form.
    pub fn from_json_str(text: &str) -> Result<Settings, SettingsError> {
        Settings::from_json(text, "the text")
    }

    fn from_json(text: &str, source: &str) -> Result<Settings, SettingsError> {
        let map: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).map_err(|error| {
            let message = format!("line {} is not JSON that settings can be", error.line());
            SettingsError::source(message).in_source(source)
        })?;
        let given = map.into_iter().map(|(key, json)| (key, Given::json(json)));
        Settings::from_given(given, source)
    }

    /// Reads settings from a file whose name ends in `.toml` or `.json`.
    ///
    /// # Errors
    ///
    /// When it can't be read, and as for its text.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Settings, SettingsError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            SettingsError::source(format!("can't be read: {error}")).in_source(&name)
        })?;
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => Settings::from_toml(&text, &name),
            Some("json") => Settings::from_json(&text, &name),
            _ => {
                let message = "settings are read from .toml and .json files".to_owned();
                Err(SettingsError::source(message).in_source(&name))
            }
        }
    }

    /// Reads settings from the environment: with the prefix `TORNADO_`, the
    /// variable `TORNADO_LOGIN_URL` is `login_url`. A value has the type that
    /// its reader requests: a text is taken literally, a list is JSON or
    /// comma-separated, a boolean is a word such as `true`, `on`, `yes` or `1`,
    /// anything else is JSON. A `cookie_secret` that is a JSON object,
    /// `{"1": "old", "2": "new"}`, is two keys.
    ///
    /// A secret can be in a file: `TORNADO_COOKIE_SECRET_FILE` is its path. Files that systemd
    /// passes to a service (`LoadCredential=cookie_secret:..`) are found by the key of the secret,
    /// unless a variable overrides them.
    ///
    /// # Errors
    ///
    /// When the value of a known key does not have the required form or is not
    /// Unicode, or a file can't be read.
    pub fn from_env(prefix: &str) -> Result<Settings, SettingsError> {
        let variables = Settings::from_variables(prefix, std::env::vars_os())?;
        match std::env::var_os(CREDENTIALS) {
            Some(directory) => {
                let credentials = Settings::from_credentials(Path::new(&directory))?;
                Ok(credentials.merge(variables))
            }
            None => Ok(variables),
        }
    }

    /// As [`from_env`](Self::from_env), with variables from elsewhere, such as
    /// a file `.env`.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    ///
    /// ```
    /// use tornado_web::Settings;
    ///
    /// let variables = [("APP_LOGIN_URL", "/login"), ("APP_API_KEY", "0123"), ("HOME", "/root")];
    /// let settings = Settings::from_variables("APP_", variables).unwrap();
    /// assert_eq!(settings.get_login_url(), Some("/login"));
    /// assert_eq!(settings.get::<String>("api_key").unwrap().as_deref(), Some("0123"));
    /// ```
    pub fn from_variables<K, V>(
        prefix: &str,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Settings, SettingsError>
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        let mut settings = Settings::new();
        for (name, value) in variables {
            let Ok(name) = name.into().into_string() else {
                continue;
            };
            let Some(key) = name.strip_prefix(prefix).filter(|key| !key.is_empty()) else {
                continue;
            };
            let key = key.to_lowercase();
            let source = Source::Named(format!("the environment variable {name}").into());
            let text = value.into().into_string();
            let text =
                text.map_err(|_| SettingsError::new(&key, "it is no Unicode").in_source(&source))?;
            settings.insert_once(&key, Given::text(text), &source)?;
        }
        Ok(settings)
    }

    /// The secrets in a directory, each in a file named after its key.
    fn from_credentials(directory: &Path) -> Result<Settings, SettingsError> {
        let mut settings = Settings::new();
        for row in rows().filter(|row| row.is_secret()) {
            let path = directory.join(row.key());
            if path.exists() {
                let source = Source::Named(path.display().to_string().into());
                settings.insert_file(row.key(), &path, &source)?;
            }
        }
        Ok(settings)
    }

    /// Puts one key of a source where it belongs. A source must not have it under two names.
    fn insert_once(
        &mut self,
        key: &str,
        given: Given,
        source: &Source,
    ) -> Result<(), SettingsError> {
        let key = known_as(key);
        let target = secret_of_file(key).unwrap_or(key);
        let own = self.free.get(key).map(|(_, source)| source);
        if let Some(other) = self.values.source(target).or(own) {
            let message = format!("it is set twice, the other time by {other}");
            return Err(SettingsError::new(key, message).in_source(source));
        }
        self.insert(key, given, source)
    }

    /// Puts one key where it belongs.
    pub(super) fn insert(
        &mut self,
        key: &str,
        given: Given,
        source: &Source,
    ) -> Result<(), SettingsError> {
        let key = known_as(key);
        if let Some(result) = self.values.insert(key, &given, source) {
            return result.map_err(|error| error.in_source(source));
        }
        match secret_of_file(key) {
            Some(_) if given.is_null() => Ok(()),
            Some(secret) => {
                let path: String = given.read().map_err(|_| {
                    SettingsError::new(key, "it takes the path of a file").in_source(source)
                })?;
                self.insert_file(secret, Path::new(&path), source)
            }
            None => {
                self.free.insert(key.to_owned(), (given, source.clone()));
                Ok(())
            }
        }
    }

    /// A secret that is in a file of its own, without the final line end.
    fn insert_file(
        &mut self,
        key: &str,
        path: &Path,
        source: &Source,
    ) -> Result<(), SettingsError> {
        let shown = path.display();
        let wrong = |message: String| Err(SettingsError::new(key, message).in_source(source));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return wrong(format!("the file {shown} can't be read: {error}")),
        };
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        if text.is_empty() {
            return wrong(format!("the file {shown} is empty"));
        }
        match self.values.insert(key, &Given::text(text), source) {
            Some(Err(error)) => Err(error.in_source(source)),
            _ => Ok(()),
        }
    }

    fn from_map(map: Map<String, Value>, source: &str) -> Result<Settings, SettingsError> {
        let given = map.into_iter().map(|(key, value)| {
            let given = Given::value(value);
            let given = given.map_err(|error| SettingsError::value(&key, &Value::Null, error));
            given.map(|given| (key, given))
        });
        let given = given.collect::<Result<Vec<_>, _>>();
        Settings::from_given(given.map_err(|error| error.in_source(source))?, source)
    }

    fn from_given(
        given: impl IntoIterator<Item = (String, Given)>,
        source: &str,
    ) -> Result<Settings, SettingsError> {
        let source = Source::Named(source.into());
        let mut settings = Settings::new();
        for (key, given) in given {
            settings.insert_once(&key, given, &source)?;
        }
        Ok(settings)
    }
}

/// The current name of a key: `compress_response` was `gzip` before Tornado 4.
fn known_as(key: &str) -> &str {
    match key {
        "gzip" => "compress_response",
        key => key,
    }
}

/// The secret whose file this key names, if it names one.
fn secret_of_file(key: &str) -> Option<&str> {
    let secret = key.strip_suffix("_file")?;
    let is_one = rows().any(|row| row.is_secret() && row.key() == secret);
    is_one.then_some(secret)
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Settings, D::Error> {
        Settings::from_map(Map::deserialize(deserializer)?, "the configuration")
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Application;
    use tornado_cookies::{CookieSecret, DecodeOptions, create_signed_value, decode_signed_value};

    fn from_env(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::from_variables("TORNADO_", variables.iter().copied())
    }

    #[test]
    fn the_environment_has_texts_numbers_and_objects() {
        let settings = from_env(&[
            ("TORNADO_DEBUG", "true"),
            ("TORNADO_LOGIN_URL", "12345"),
            ("TORNADO_SHUTDOWN_TIMEOUT", "2.5"),
            ("TORNADO_COOKIE_SECRET", r#"{"1": "a", "2": "b"}"#),
            ("TORNADO_KEY_VERSION", "2"),
            ("TORNADO_PAGE_SIZE", "20"),
            ("OTHER", "x"),
        ])
        .unwrap();
        assert!(settings.get_debug());
        assert_eq!(settings.get_login_url(), Some("12345"));
        assert_eq!(
            settings.get_shutdown_timeout(),
            std::time::Duration::from_millis(2500)
        );
        assert_eq!(settings.get::<u32>("page_size").unwrap(), Some(20));
        let app = Application::new([], settings).unwrap();
        let secret = app.settings().get_cookie_secret().unwrap();
        assert_eq!(secret.key_version(), 2);
        let old = CookieSecret::keyed([(1, "a")], 1).unwrap();
        let value = create_signed_value(&old, "name", "value");
        let options = DecodeOptions::new();
        assert!(decode_signed_value(secret, "name", &value, &options).is_some());
    }

    #[test]
    fn a_secret_is_a_text_even_if_it_is_a_number() {
        for text in ["12345", "null", "true", "1e3", "\"quoted\""] {
            let settings = from_env(&[("TORNADO_COOKIE_SECRET", text)]).unwrap();
            let app = Application::new([], settings).unwrap();
            let secret = app.settings().get_cookie_secret().unwrap();
            let value = create_signed_value(&CookieSecret::from(text), "name", "value");
            let options = DecodeOptions::new();
            assert!(decode_signed_value(secret, "name", &value, &options).is_some());
        }
    }

    #[test]
    fn an_object_is_never_taken_for_a_text() {
        for text in [r#"{"x": "hidden"}"#, r#"{"1": 2}"#, "[\"hidden\"]"] {
            let error = from_env(&[("TORNADO_COOKIE_SECRET", text)]).unwrap_err();
            assert!(!error.to_string().contains("hidden"), "{error}");
        }
        let error = from_env(&[("TORNADO_COOKIE_SECRET", "{\"1\": \"hidden\"")]).unwrap_err();
        assert!(!error.to_string().contains("hidden"), "{error}");
        let empty = from_env(&[("TORNADO_COOKIE_SECRET", "")]).unwrap();
        let error = Application::new([], empty).unwrap_err();
        let place = "the environment variable TORNADO_COOKIE_SECRET: the setting `cookie_secret`";
        assert!(error.to_string().contains(place), "{error}");
        let keys = ("TORNADO_COOKIE_SECRET", r#"{"1": "a", "2": "b"}"#);
        for version in [&[][..], &[("TORNADO_KEY_VERSION", "3")]] {
            let settings = from_env(&[&[keys], version].concat()).unwrap();
            assert!(Application::new([], settings).is_err());
        }
    }

    #[test]
    fn errors_name_the_place_and_no_secret() {
        let error = from_env(&[("TORNADO_DEBUG", "perhaps")]).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the environment variable TORNADO_DEBUG: "),
            "{error}"
        );
        let error = Settings::from_toml_str("a = 1\ncookie_secret = [\"hidden\"]").unwrap_err();
        assert!(!error.to_string().contains("hidden"), "{error}");
        let error = Settings::from_toml_str("a = 1\ncookie_secret = \"hidden").unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
        assert!(!error.to_string().contains("hidden"), "{error}");
        let error = Settings::from_json_str("{\"cookie_secret\": \"hidden\"").unwrap_err();
        assert!(!error.to_string().contains("hidden"), "{error}");
    }

    #[test]
    fn serde_reads_them_as_a_part_of_something_larger() {
        #[derive(Deserialize)]
        struct Config {
            port: u16,
            tornado: Settings,
        }
        let config: Config =
            toml::from_str("port = 1\n[tornado]\ngzip = true\nown = \"x\"").unwrap();
        assert_eq!(config.port, 1);
        assert_eq!(
            config.tornado.get::<bool>("compress_response").unwrap(),
            Some(true)
        );
        assert_eq!(
            config.tornado.get::<String>("own").unwrap().as_deref(),
            Some("x")
        );
    }

    #[test]
    fn a_secret_is_among_the_credentials_of_a_service() {
        let folder = tempfile::tempdir().unwrap();
        let none = Settings::from_credentials(folder.path()).unwrap();
        assert!(!none.contains("cookie_secret"));
        std::fs::write(folder.path().join("cookie_secret"), "x\n").unwrap();
        std::fs::write(folder.path().join("login_url"), "/elsewhere").unwrap();
        let settings = Settings::from_credentials(folder.path()).unwrap();
        assert!(settings.contains("cookie_secret") && !settings.contains("login_url"));
        std::fs::write(folder.path().join("cookie_secret"), "").unwrap();
        let error = Settings::from_credentials(folder.path()).unwrap_err();
        assert!(
            error.to_string().contains("cookie_secret: the setting"),
            "{error}"
        );
    }

    #[test]
    fn a_key_under_two_names_is_set_twice() {
        for both in [
            [("TORNADO_GZIP", "1"), ("TORNADO_COMPRESS_RESPONSE", "0")],
            [("TORNADO_COMPRESS_RESPONSE", "0"), ("TORNADO_GZIP", "1")],
            [("TORNADO_PAGE_SIZE", "1"), ("TORNADO_page_size", "2")],
        ] {
            let error = from_env(&both).unwrap_err();
            assert!(error.to_string().contains("set twice"), "{error}");
        }
        let json = r#"{"gzip": true, "compress_response": false}"#;
        assert!(Settings::from_json_str(json).is_err());
    }

    #[test]
    fn null_unsets() {
        let settings = Settings::from_json_str(r#"{"login_url": null, "own": null}"#).unwrap();
        assert_eq!(
            (settings.get_login_url(), settings.get::<u8>("own").unwrap()),
            (None, None)
        );
    }
}
