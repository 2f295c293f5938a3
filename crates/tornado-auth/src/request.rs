//! `OAuth2Request`: a question to a provider's API.

use std::fmt;

use serde_json::Value;
use tornado_core::httputil::url_concat;

use crate::OAuth2Provider;
use crate::error::AuthError;
use crate::http::{Authorization, Call};

/// A request to a provider's API, for
/// [`oauth2_request`](crate::OAuth2Mixin::oauth2_request): the arguments that Tornado's has.
///
/// ```
/// use tornado_auth::OAuth2Request;
/// # let token = "abc";
/// let request = OAuth2Request::new("https://api.example.com/feed")
///     .access_token(token)
///     .arg("limit", "10")
///     .post([("message", "I am posting from my application!")]);
/// # assert!(!format!("{request:?}").contains("abc"));
/// ```
#[derive(Clone)]
pub struct OAuth2Request {
    pub(crate) url: String,
    pub(crate) access_token: Option<String>,
    pub(crate) args: Vec<(String, String)>,
    post_args: Option<Vec<(String, String)>>,
}

impl OAuth2Request {
    /// A `GET` of this address; a path, for
    /// [`facebook_request`](crate::FacebookGraphMixin::facebook_request).
    #[must_use]
    pub fn new(url: impl Into<String>) -> OAuth2Request {
        OAuth2Request {
            url: url.into(),
            access_token: None,
            args: Vec::new(),
            post_args: None,
        }
    }

    /// In whose name: `access_token=`.
    #[must_use]
    pub fn access_token(mut self, token: impl Into<String>) -> OAuth2Request {
        self.access_token = Some(token.into());
        self
    }

    /// One more argument of the query: `**args`.
    #[must_use]
    pub fn arg(mut self, name: impl Into<String>, value: impl Into<String>) -> OAuth2Request {
        self.args.push((name.into(), value.into()));
        self
    }

    /// Makes it a `POST` of a form: `post_args=`.
    #[must_use]
    pub fn post<N, V>(mut self, args: impl IntoIterator<Item = (N, V)>) -> OAuth2Request
    where
        N: Into<String>,
        V: Into<String>,
    {
        let args = args
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        self.post_args = Some(args.collect());
        self
    }

    /// Its method, its arguments and its form.
    pub(crate) fn parts(&self) -> (&'static str, Pairs<'_>, Option<Pairs<'_>>) {
        let method = if self.post_args.is_some() {
            "POST"
        } else {
            "GET"
        };
        (
            method,
            pairs(&self.args),
            self.post_args.as_deref().map(pairs),
        )
    }

    pub(crate) async fn send(self, provider: &OAuth2Provider) -> Result<Value, AuthError> {
        let (_, mut args, form) = self.parts();
        let mut token = self.access_token.as_deref();
        if provider.config.as_tornado {
            args.splice(0..0, token.take().map(|token| ("access_token", token)));
        }
        let url = match &*args {
            [] => self.url.clone(),
            args => url_concat(&self.url, args.iter().copied()),
        };
        let call = Call {
            url: &url,
            authorization: token.map(Authorization::Bearer),
            form,
            timeout: provider.config.timeout,
        };
        provider.shared.http.json(call).await
    }
}

/// Names and values.
type Pairs<'a> = Vec<(&'a str, &'a str)>;

fn pairs(args: &[(String, String)]) -> Pairs<'_> {
    args.iter()
        .map(|(name, value)| (&**name, &**value))
        .collect()
}

/// Without what may be a secret.
impl fmt::Debug for OAuth2Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2Request")
            .field("url", &self.url.split('?').next())
            .finish_non_exhaustive()
    }
}
