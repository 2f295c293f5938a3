//! `OAuth2User`: a user of a provider, with tokens.

use std::fmt;
use std::time::SystemTime;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tornado_core::Result;

use crate::error::{AuthError, AuthErrorKind};
use crate::provider::TokenAnswer;

/// A user who has logged in at a provider: the result of
/// [`get_authenticated_user`](crate::OAuth2Mixin::get_authenticated_user).
///
/// Its text is its [`key`](Self::key), which is unique across providers. Pass it to
/// [`login`](tornado_session::SessionMixin::login), and store it with the account if the
/// application has accounts.
#[derive(Clone)]
pub struct OAuth2User {
    pub(crate) issuer: String,
    pub(crate) claims: Map<String, Value>,
    pub(crate) id: String,
    pub(crate) tokens: TokenAnswer,
    pub(crate) next: String,
}

impl OAuth2User {
    /// The provider's id of the user: the claim `sub`, or its counterpart. Another provider
    /// may use the same id for somebody else; see [`key`](Self::key). It is empty after a
    /// login [as in Tornado](crate::OAuth2Provider::insecure_as_tornado) that has not
    /// requested it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The issuer and the id, such as
    /// `https://accounts.google.com#10769150350006150715113082367`, which are unique across
    /// providers. It is empty if the id is.
    #[must_use]
    pub fn key(&self) -> String {
        if self.id.is_empty() {
            return String::new();
        }
        // No issuer has a `#` in it.
        format!("{}#{}", self.issuer, self.id)
    }

    /// What the provider knows about the user, such as `name` and `picture`: the claims of
    /// the ID token, and the response of its API.
    ///
    /// Most of it was typed by the user. Do not trust `email`; see
    /// [`verified_email`](Self::verified_email).
    #[must_use]
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// One of the [`claims`](Self::claims); `None` if it is missing or null.
    ///
    /// # Errors
    ///
    /// A 502 if it has another type.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let Some(value) = self.claims.get(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        T::deserialize(value).map(Some).map_err(|error| {
            let message = format!("what the provider says of {name:?} is of another type");
            AuthError::new(AuthErrorKind::Provider, message)
                .with_source(error)
                .answer()
        })
    }

    /// The user's email address, if the provider has verified it (`email_verified`).
    #[must_use]
    pub fn verified_email(&self) -> Option<&str> {
        let verified = match self.claims.get("email_verified")? {
            Value::Bool(verified) => *verified,
            // Apple writes it so.
            value => value.as_str() == Some("true"),
        };
        let email = self.claims.get("email").and_then(Value::as_str);
        email.filter(|_| verified)
    }

    /// The token for requests to the provider's API in the user's name:
    /// `user["access_token"]`.
    #[must_use]
    pub fn access_token(&self) -> &str {
        &self.tokens.access_token
    }

    /// When the access token expires, if the provider says so.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.tokens.expires_at
    }

    /// The token that gets new access tokens, if there is one. Usually the scope
    /// `offline_access` requests it.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&str> {
        self.tokens.text("refresh_token")
    }

    /// The ID token itself.
    #[must_use]
    pub fn id_token(&self) -> Option<&str> {
        self.tokens.text("id_token")
    }

    /// The whole response with the access token: the result of Tornado's
    /// `GoogleOAuth2Mixin.get_authenticated_user`.
    #[must_use]
    pub fn token_response(&self) -> &Map<String, Value> {
        &self.tokens.all
    }

    /// The page to return to: the argument `next` of the request that sent the user to the
    /// provider. It is always a path of this host, `/` by default.
    #[must_use]
    pub fn next(&self) -> &str {
        &self.next
    }
}

/// The [`key`](OAuth2User::key).
impl fmt::Display for OAuth2User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key())
    }
}

/// Without the tokens, and what is said of the user.
impl fmt::Debug for OAuth2User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2User")
            .field("key", &self.key())
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}
