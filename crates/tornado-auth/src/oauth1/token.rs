//! `OAuthToken`: a token of OAuth 1.0, and its secret.

use std::fmt;

use serde::Serialize;
use url::form_urlencoded;

/// A token of OAuth 1.0 with its secret, and what came with it: Tornado's
/// `dict(key=.., secret=..)`. It is written as such an object.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct OAuthToken {
    key: String,
    secret: String,
    #[serde(flatten)]
    more: std::collections::BTreeMap<String, String>,
}

impl OAuthToken {
    /// A token that was kept.
    #[must_use]
    pub fn new(key: impl Into<String>, secret: impl Into<String>) -> OAuthToken {
        OAuthToken {
            key: key.into(),
            secret: secret.into(),
            more: Default::default(),
        }
    }

    /// Reads the answer of a provider, a form.
    pub(super) fn parse(body: &[u8]) -> Option<OAuthToken> {
        let mut more = std::collections::BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            if !value.is_empty() {
                more.entry(name.into_owned()).or_insert(value.into_owned());
            }
        }
        Some(OAuthToken {
            key: more.remove("oauth_token")?,
            secret: more.remove("oauth_token_secret")?,
            more,
        })
    }

    /// The token.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The secret that requests are signed with.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// What came with it, such as `screen_name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.more.get(name).map(String::as_str)
    }
}

/// Without the token and the secret.
impl fmt::Debug for OAuthToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthToken").finish_non_exhaustive()
    }
}
