//! Tokens of a provider: for a code, or for another token.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use super::OAuth2Provider;
use crate::error::{AuthError, AuthErrorKind, legible, unusable};
use crate::http::{Authorization, Call};

/// What the provider has answered with.
#[derive(Clone)]
pub(crate) struct TokenAnswer {
    pub(crate) all: Map<String, Value>,
    pub(crate) access_token: String,
    pub(crate) expires_at: Option<SystemTime>,
}

impl TokenAnswer {
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.all.get(name).and_then(Value::as_str)
    }
}

/// Without the tokens.
impl fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenAnswer")
            .field("names", &self.all.keys())
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl OAuth2Provider {
    /// Requests tokens with a grant.
    pub(crate) async fn tokens(
        &self,
        grant: &[(&str, &str)],
        now: SystemTime,
    ) -> Result<TokenAnswer, AuthError> {
        let metadata = self.metadata().await?;
        let client = self.required_client()?;
        let mut form = grant.to_vec();
        let basic = client.secret.as_deref().filter(|_| metadata.takes_basic());
        // Both are form-urlencoded before they are base64 (RFC 6749, 2.3.1).
        let id = tornado_core::escape::url_escape(&client.id, true);
        let secret = basic.map(|secret| tornado_core::escape::url_escape(secret, true));
        let authorization = secret
            .as_deref()
            .map(|secret| Authorization::Basic(&id, secret));
        if authorization.is_none() {
            form.push(("client_id", &client.id));
            form.extend(
                client
                    .secret
                    .as_deref()
                    .map(|secret| ("client_secret", secret)),
            );
        }
        let url = &metadata.token_endpoint;
        let by_query = self.config.as_tornado && self.is_facebook();
        let query = by_query.then(|| tornado_core::httputil::url_concat(url, form.clone()));
        let call = Call {
            url: query.as_deref().unwrap_or(url),
            authorization,
            form: (!by_query).then_some(form),
            timeout: self.config.timeout,
        };
        let answer = self.shared.http.send(call).await?;

        let wrong = |why: &str| {
            let message = format!("the answer of {url} {why}");
            AuthError::new(AuthErrorKind::Provider, message)
        };
        let json = answer
            .json()
            .map_err(|error| wrong("is no JSON").with_source(error))?;
        let Value::Object(all) = json else {
            return Err(wrong("is no object of JSON"));
        };
        let text = |name| all.get(name).and_then(Value::as_str);
        // GitHub has errors in answers that are a success.
        if let Some(error) = text("error") {
            return Err(refused(url, error, text("error_description")));
        }
        if !answer.is_success() {
            return Err(wrong(&format!("has the status {}", answer.status)));
        }
        let access_token = text("access_token").filter(|token| !token.is_empty());
        let access_token = access_token
            .ok_or_else(|| wrong("has no access token"))?
            .to_owned();
        if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err(wrong("has an access token of a kind that is not `Bearer`"));
        }
        let expires_at = seconds(all.get("expires_in")).and_then(|time| now.checked_add(time));
        Ok(TokenAnswer {
            all,
            access_token,
            expires_at,
        })
    }
}

/// Some write numbers as texts.
fn seconds(value: Option<&Value>) -> Option<Duration> {
    let seconds = match value? {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    };
    seconds.map(Duration::from_secs)
}

fn refused(url: &str, error: &str, description: Option<&str>) -> AuthError {
    let said = legible(description.unwrap_or_default());
    let error = legible(error);
    let message = format!("{url} has refused: {error} {said}");
    match &*error {
        "invalid_grant" | "bad_verification_code" | "bad_refresh_token" => {
            AuthError::new(AuthErrorKind::Grant, message)
        }
        "invalid_client" | "unauthorized_client" | "incorrect_client_credentials" => unusable(
            format!("{message}: look at the id and the secret of the client"),
        ),
        _ => AuthError::new(AuthErrorKind::Provider, message),
    }
}
