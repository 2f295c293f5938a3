//! The settings of logins.

use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};
use tornado_core::settings;
use tornado_core::settings::{Given, Setting};

settings! {
    /// Sets who the application is at login providers: methods of
    /// [`Settings`](tornado_core::Settings).
    ///
    /// ```
    /// use tornado_auth::{AuthSettings, GoogleOAuth};
    /// use tornado_web::Settings;
    ///
    /// let settings = Settings::new().google_oauth(GoogleOAuth::new("my-id", "my-secret"));
    /// // The same as in a file:
    /// let settings = Settings::from_toml_str(r#"google_oauth = {key = "my-id", secret = "my-secret"}"#)?;
    /// assert_eq!(settings.get_google_oauth().unwrap().key(), "my-id");
    /// # Ok::<(), tornado_web::SettingsError>(())
    /// ```
    pub trait AuthSettings {
        /// The id and the secret of the client at Google, for
        /// [`GoogleOAuth2Mixin`](crate::GoogleOAuth2Mixin): `{"key": .., "secret": ..}`.
        google_oauth: GoogleOAuth ("an object with `key` and `secret`"),
    }
}

/// Who the application is at Google: Tornado's setting `google_oauth`.
#[derive(Clone, Deserialize)]
pub struct GoogleOAuth {
    key: String,
    secret: String,
}

impl GoogleOAuth {
    /// The id and the secret of the client, as Google's console shows them.
    #[must_use]
    pub fn new(key: impl Into<String>, secret: impl Into<String>) -> GoogleOAuth {
        GoogleOAuth {
            key: key.into(),
            secret: secret.into(),
        }
    }

    /// The id.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The secret.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }
}

/// Without the secret.
impl fmt::Debug for GoogleOAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GoogleOAuth")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl Setting for GoogleOAuth {
    const SECRET: bool = true;

    fn read(given: &Given) -> Result<GoogleOAuth, String> {
        // What serde says of a value may quote it.
        given.read().map_err(|_| "it is none".to_owned())
    }

    /// Without the secret: settings are printed and copied.
    fn show(&self) -> Value {
        json!({"key": self.key})
    }
}
