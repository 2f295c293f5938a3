//! `Claims`: the contents of a verified token.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tornado_core::http::HeaderValue;
use tornado_core::http::header::WWW_AUTHENTICATE;
use tornado_core::{HttpError, Result};

use crate::error::{AuthError, AuthErrorKind};

/// The claims of a verified token: see [`bearer`](crate::ApiAuthMixin::bearer).
#[derive(Clone, Debug)]
pub struct Claims(pub(crate) Map<String, Value>);

impl Claims {
    /// The owner of the token: the claim `sub`, or an empty text.
    #[must_use]
    pub fn subject(&self) -> &str {
        let subject = self.0.get("sub").and_then(Value::as_str);
        subject.unwrap_or_default()
    }

    /// One of the claims; `None` if it is missing or null.
    ///
    /// # Errors
    ///
    /// A 403 if it has another type.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let Some(value) = self.0.get(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        T::deserialize(value).map(Some).map_err(|error| {
            let message = format!("the claim {name:?} of a token is of another type");
            AuthError::new(AuthErrorKind::Token, message)
                .with_source(error)
                .answer()
        })
    }

    /// Whether the token has this scope: a word in `scope` (RFC 8693, 4.2), or an item of the
    /// list `scp`.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        let words = |value: &Value| match value {
            Value::String(text) => text.split(' ').any(|word| word == scope),
            Value::Array(list) => list.iter().any(|word| word == scope),
            _ => false,
        };
        ["scope", "scp"]
            .iter()
            .any(|name| self.0.get(*name).is_some_and(words))
    }

    /// Requires this scope.
    ///
    /// # Errors
    ///
    /// A 403 with the `WWW-Authenticate` of RFC 6750 if the token does not have it.
    pub fn require_scope(&self, scope: &str) -> Result {
        if self.has_scope(scope) {
            return Ok(());
        }
        let error = HttpError::new(403).with_detail("The scope of the token is too small.");
        let header = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
        Err(match HeaderValue::try_from(header) {
            Ok(header) => error.with_header(WWW_AUTHENTICATE, header),
            Err(_) => error,
        }
        .into())
    }
}
