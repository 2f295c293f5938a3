//! `OAuth1Provider`: who vouches for users by OAuth 1.0, as a value.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use url::Url;

use super::OAuthToken;
use super::signature::{Secrets, sign};
use crate::OAuth2Request;
use crate::crypto::{hex, random};
use crate::error::{AuthError, AuthErrorKind, unusable};
use crate::http::{self, Call, Http};

/// A provider of OAuth 1.0 or 1.0a, for [`OAuthMixin`](crate::OAuthMixin): what are class
/// attributes in Tornado, and `_oauth_consumer_token`. A clone is the same one.
///
/// ```
/// use tornado_auth::OAuth1Provider;
///
/// let provider = OAuth1Provider::new(
///         "https://api.example.com/oauth/request_token",
///         "https://api.example.com/oauth/authorize",
///         "https://api.example.com/oauth/access_token",
///     )
///     .consumer("my-key", "my-secret");
/// # assert!(!format!("{provider:?}").contains("my-secret"));
/// ```
#[derive(Clone)]
pub struct OAuth1Provider {
    config: Arc<Config>,
    http: Arc<Http>,
}

#[derive(Clone)]
struct Config {
    request_token_url: String,
    authorize_url: String,
    access_token_url: String,
    consumer: Option<(String, String)>,
    version_1_0: bool,
    no_callbacks: bool,
    timeout: Duration,
}

impl OAuth1Provider {
    /// One of 1.0a, by its addresses: `_OAUTH_REQUEST_TOKEN_URL`, `_OAUTH_AUTHORIZE_URL`,
    /// `_OAUTH_ACCESS_TOKEN_URL`.
    #[must_use]
    pub fn new(
        request_token_url: impl Into<String>,
        authorize_url: impl Into<String>,
        access_token_url: impl Into<String>,
    ) -> OAuth1Provider {
        let config = Config {
            request_token_url: request_token_url.into(),
            authorize_url: authorize_url.into(),
            access_token_url: access_token_url.into(),
            consumer: None,
            version_1_0: false,
            no_callbacks: false,
            timeout: http::TIMEOUT,
        };
        OAuth1Provider {
            config: Arc::new(config),
            http: Arc::default(),
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Config)) -> OAuth1Provider {
        change(Arc::make_mut(&mut self.config));
        self
    }

    /// Who this application is there: `_oauth_consumer_token()`.
    #[must_use]
    pub fn consumer(self, key: impl Into<String>, secret: impl Into<String>) -> OAuth1Provider {
        let consumer = (key.into(), secret.into());
        self.with(|config| config.consumer = Some(consumer))
    }

    /// Makes it one of 1.0, before 1.0a: `_OAUTH_VERSION = "1.0"`.
    #[must_use]
    pub fn version_1_0(self) -> OAuth1Provider {
        self.with(|config| config.version_1_0 = true)
    }

    /// Says that the provider knows where to send users back to, and wants not to be told:
    /// `_OAUTH_NO_CALLBACKS = True`.
    #[must_use]
    pub fn no_callbacks(self) -> OAuth1Provider {
        self.with(|config| config.no_callbacks = true)
    }

    /// Sends users to another address than that it was made with:
    /// `_OAUTH_AUTHENTICATE_URL`.
    #[must_use]
    pub fn authorize_url(self, url: impl Into<String>) -> OAuth1Provider {
        self.with(|config| config.authorize_url = url.into())
    }

    /// How long the provider may take for each answer: 10 seconds by default.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> OAuth1Provider {
        self.with(|config| config.timeout = timeout)
    }

    /// The parameters that authorize a request with a token:
    /// `_oauth_request_parameters(url, access_token, parameters, method)`.
    ///
    /// # Errors
    ///
    /// When the provider has no [`consumer`](Self::consumer), or `url` is none.
    pub fn request_parameters(
        &self,
        url: &str,
        access_token: &OAuthToken,
        parameters: &[(&str, &str)],
        method: &str,
    ) -> Result<Vec<(&'static str, String)>, AuthError> {
        self.signed(method, url, Some(access_token), &[], parameters)
    }

    /// The parameters of OAuth, the signature among them.
    fn signed(
        &self,
        method: &str,
        url: &str,
        token: Option<&OAuthToken>,
        more: &[(&'static str, &str)],
        others: &[(&str, &str)],
    ) -> Result<Vec<(&'static str, String)>, AuthError> {
        let Some((key, secret)) = &self.config.consumer else {
            return Err(unusable(
                "the provider has given this application a key: say it by `.consumer(key, secret)`",
            ));
        };
        let url = Url::parse(url)
            .map_err(|error| unusable("what is to be signed is no URL").with_source(error))?;
        let nonce = hex(random::<16>()?);
        let time = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let mut parameters = vec![("oauth_consumer_key", key.clone())];
        parameters.extend(token.map(|token| ("oauth_token", token.key().to_owned())));
        parameters.push(("oauth_signature_method", "HMAC-SHA1".to_owned()));
        parameters.push(("oauth_timestamp", time.as_secs().to_string()));
        parameters.push(("oauth_nonce", nonce));
        parameters.push(("oauth_version", "1.0".to_owned()));
        parameters.extend(
            more.iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );

        let own = parameters.iter().map(|(name, value)| (*name, &**value));
        let all: Vec<(&str, &str)> = own.chain(others.iter().copied()).collect();
        let secrets = Secrets {
            consumer: secret,
            token: token.map(OAuthToken::secret),
            escaped: !self.config.version_1_0,
        };
        let signature = sign(&secrets, method, &url, &all);
        parameters.push(("oauth_signature", signature));
        Ok(parameters)
    }

    /// Asks for a token to send the user with, who is to come back to `callback`.
    pub(super) async fn request_token(
        &self,
        callback: Option<&str>,
    ) -> Result<OAuthToken, AuthError> {
        let config = &self.config;
        let callback = callback.filter(|_| !config.version_1_0);
        if callback.is_some() && config.no_callbacks {
            return Err(unusable("This service does not support oauth_callback"));
        }
        let more: Vec<_> = callback
            .map(|url| ("oauth_callback", url))
            .into_iter()
            .collect();
        let url = &config.request_token_url;
        let parameters = self.signed("GET", url, None, &more, &[])?;
        self.token(url, &parameters).await
    }

    /// Where to send the user with that token.
    pub(super) fn authorize(&self, token: &OAuthToken, callback: Option<&str>) -> String {
        let mut arguments = vec![("oauth_token", token.key())];
        arguments.extend(callback.map(|url| ("oauth_callback", url)));
        // Tornado does not look whether there is a query already.
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(arguments)
            .finish();
        format!("{}?{query}", self.config.authorize_url)
    }

    /// The access token for the one that the user has come back with.
    pub(super) async fn access_token(
        &self,
        token: &OAuthToken,
        verifier: Option<&str>,
    ) -> Result<OAuthToken, AuthError> {
        let url = &self.config.access_token_url;
        let more: Vec<_> = verifier
            .map(|verifier| ("oauth_verifier", verifier))
            .into_iter()
            .collect();
        let parameters = self.signed("GET", url, Some(token), &more, &[])?;
        self.token(url, &parameters).await
    }

    async fn token(
        &self,
        url: &str,
        parameters: &[(&str, String)],
    ) -> Result<OAuthToken, AuthError> {
        let call = Call {
            url: &tornado_core::httputil::url_concat(url, parameters.iter().cloned()),
            authorization: None,
            form: None,
            timeout: self.config.timeout,
        };
        let answer = self.http.send(call).await?;
        let wrong = |why: String| {
            let message = format!("the answer of {url} {why}");
            AuthError::new(AuthErrorKind::Provider, message)
        };
        match answer.status {
            status if answer.is_success() => OAuthToken::parse(&answer.body)
                .ok_or_else(|| wrong(format!("has no token, but the status {status}"))),
            400 | 401 | 403 => Err(AuthError::new(
                AuthErrorKind::Grant,
                format!("{url} has refused, with a {}", answer.status),
            )),
            status => Err(wrong(format!("has the status {status}"))),
        }
    }

    /// Asks the provider's API, in the name of a token if there is one.
    pub(super) async fn request(
        &self,
        request: OAuth2Request,
        access_token: Option<&OAuthToken>,
    ) -> Result<Value, AuthError> {
        let (method, mut args, form) = request.parts();
        let mut others = args.clone();
        others.extend(form.iter().flatten().copied());
        let signed = match access_token {
            None => Vec::new(),
            Some(token) => self.signed(method, &request.url, Some(token), &[], &others)?,
        };
        args.extend(signed.iter().map(|(name, value)| (*name, &**value)));
        let url = match &*args {
            [] => request.url.clone(),
            args => tornado_core::httputil::url_concat(&request.url, args.iter().copied()),
        };
        let call = Call {
            url: &url,
            authorization: None,
            form,
            timeout: self.config.timeout,
        };
        self.http.json(call).await
    }
}

/// Without the secret.
impl fmt::Debug for OAuth1Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = Url::parse(&self.config.authorize_url);
        f.debug_struct("OAuth1Provider")
            .field(
                "address",
                &host.map(|url| url.origin().ascii_serialization()),
            )
            .finish_non_exhaustive()
    }
}
