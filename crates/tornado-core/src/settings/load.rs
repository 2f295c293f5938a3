//! Settings from a file, from the environment, and through serde.

use std::path::Path;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{Settings, SettingsError, known};

impl Settings {
    /// Reads settings from a text in TOML, one key per line. Keys that are not
    /// known are the application's own.
    ///
    /// # Errors
    ///
    /// When it is not TOML, or a known key has a value of another form.
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
        // The message of the parser quotes the line, which may have a secret.
        let map: Map<String, Value> = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| {
                text[..span.start.min(text.len())].matches('\n').count() + 1
            });
            SettingsError::source(format!("line {line} is not TOML: {}", error.message()))
        })?;
        Settings::from_map(map)
    }

    /// Reads settings from a text in JSON, an object.
    ///
    /// # Errors
    ///
    /// When it is not a JSON object, or a known key has a value of another form.
    pub fn from_json_str(text: &str) -> Result<Settings, SettingsError> {
        let map: Map<String, Value> = serde_json::from_str(text).map_err(|error| {
            SettingsError::source(format!(
                "line {} is not JSON that settings can be",
                error.line()
            ))
        })?;
        Settings::from_map(map)
    }

    /// Reads settings from a file whose name ends in `.toml` or `.json`.
    ///
    /// # Errors
    ///
    /// When it can't be read, or as for its text.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Settings, SettingsError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            SettingsError::source(format!("can't be read: {error}")).in_source(&name)
        })?;
        let settings = match path.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => Settings::from_toml_str(&text),
            Some("json") => Settings::from_json_str(&text),
            _ => Err(SettingsError::source(
                "settings are read from .toml and .json files".to_owned(),
            )),
        };
        settings.map_err(|error| error.in_source(&name))
    }

    /// Reads settings from the environment: with the prefix `TORNADO_`, the
    /// variable `TORNADO_LOGIN_URL` is `login_url`. A value is a text where the
    /// key needs one, and is read as JSON elsewhere (`true`, `7200`); what is
    /// not JSON is a text. An object or a list of JSON is never a text:
    /// `{"1": "old", "2": "new"}` is two keys.
    ///
    /// # Errors
    ///
    /// When a known key has a value of another form.
    pub fn from_env(prefix: &str) -> Result<Settings, SettingsError> {
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Settings::from_variables(prefix, variables)
    }

    fn from_variables(
        prefix: &str,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<Settings, SettingsError> {
        let mut settings = Settings::new();
        for (name, text) in variables {
            let Some(key) = name.strip_prefix(prefix).filter(|key| !key.is_empty()) else {
                continue;
            };
            settings
                .insert_text(&key.to_lowercase(), text)
                .map_err(|error| error.in_source(&format!("the environment variable {name}")))?;
        }
        Ok(settings)
    }

    fn insert_text(&mut self, key: &str, text: String) -> Result<(), SettingsError> {
        let json = serde_json::from_str(&text).ok();
        match json {
            Some(value @ (Value::Object(_) | Value::Array(_))) => self.insert(key, value),
            Some(value) if known::NAMES.contains(&key) => {
                let as_text = self.insert(key, Value::String(text));
                as_text.or_else(|_| self.insert(key, value))
            }
            Some(value) => self.insert(key, value),
            None => self.insert(key, Value::String(text)),
        }
    }

    fn from_map(map: Map<String, Value>) -> Result<Settings, SettingsError> {
        let mut settings = Settings::new();
        for (key, value) in map {
            settings.insert(&key, value)?;
        }
        Ok(settings)
    }
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Settings, D::Error> {
        Settings::from_map(Map::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Application;
    use tornado_cookies::{CookieSecret, DecodeOptions, create_signed_value, decode_signed_value};

    fn from_env(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Settings::from_variables("TORNADO_", variables)
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
        for text in ["", "{\"1\": \"hidden\""] {
            let settings = from_env(&[("TORNADO_COOKIE_SECRET", text)]).unwrap();
            let error = Application::new([], settings).unwrap_err();
            assert!(!error.to_string().contains("hidden"), "{error}");
        }
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
    fn null_unsets() {
        let settings = Settings::from_json_str(r#"{"login_url": null, "own": null}"#).unwrap();
        assert_eq!(
            (settings.get_login_url(), settings.get::<u8>("own").unwrap()),
            (None, None)
        );
    }
}
