//! `Metadata`: where the endpoints of a provider are, and its keys.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::timeout;
use url::Url;

use super::{OAuth2Provider, Place};
use crate::error::{AuthError, AuthErrorKind, unusable};
use crate::http::{Call, checked};
use crate::oidc::{Expected, Keys, Kind, Refusal, verify};

/// What a provider says of itself (OpenID Connect Discovery, RFC 8414), as far as it
/// matters here.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) userinfo_endpoint: Option<String>,
    pub(crate) jwks_uri: Option<String>,
    pub(crate) end_session_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// That of a provider without discovery: where it is can be told of it by no better
    /// name than that of its host.
    pub(super) fn of(authorize_url: &str, token_url: &str) -> Metadata {
        let host = Url::parse(authorize_url).map(|url| url.origin().ascii_serialization());
        Metadata {
            issuer: host.unwrap_or_default(),
            authorization_endpoint: authorize_url.to_owned(),
            token_endpoint: token_url.to_owned(),
            userinfo_endpoint: None,
            jwks_uri: None,
            end_session_endpoint: None,
            token_endpoint_auth_methods_supported: Some(vec!["client_secret_post".to_owned()]),
            authorization_response_iss_parameter_supported: false,
        }
    }

    /// Whether the client's secret goes into the header of a request for tokens: the
    /// default of the specification, if the provider says nothing.
    pub(crate) fn takes_basic(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_ref();
        methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"))
    }
}

/// What was fetched, and when.
type Cached<T> = Mutex<Option<(Instant, Arc<T>)>>;

/// What is known of a provider, for all clones of it.
#[derive(Default)]
pub(super) struct Known {
    metadata: Cached<Metadata>,
    keys: Cached<Keys>,
}

/// How long it is taken for true.
const FRESH: Duration = Duration::from_secs(3600);
/// The least time between two fetches because of a token that anybody can have made.
const AGAIN: Duration = Duration::from_secs(10);

impl OAuth2Provider {
    /// The endpoints of the provider. Discovery is repeated once an hour.
    pub(crate) async fn metadata(&self) -> Result<Arc<Metadata>, AuthError> {
        let issuer = match &self.config.place {
            Place::Given(metadata) => return Ok(Arc::clone(metadata)),
            Place::Issuer(issuer) => issuer,
        };
        self.cached(&self.shared.known.metadata, FRESH, async {
            let url = format!(
                "{}/.well-known/openid-configuration",
                issuer.trim_end_matches('/')
            );
            let json = self.fetch(&url).await?;
            let metadata: Metadata = serde_json::from_value(json).map_err(|error| {
                let message = format!("{url} is not what a provider says of itself");
                AuthError::new(AuthErrorKind::Provider, message).with_source(error)
            })?;
            if metadata.issuer.trim_end_matches('/') != issuer.trim_end_matches('/') {
                return Err(unusable(format!(
                    "{url} is of the issuer {:?}: give `discover` this address",
                    metadata.issuer
                )));
            }
            // It is a browser that goes there, and nothing but the web is meant.
            checked(&metadata.authorization_endpoint)?;
            Ok(metadata)
        })
        .await
    }

    /// The claims of a token that this provider has signed.
    pub(crate) async fn verify(
        &self,
        token: &str,
        expected: &Expected<'_>,
    ) -> Result<serde_json::Map<String, serde_json::Value>, AuthError> {
        let metadata = self.metadata().await?;
        let Some(url) = &metadata.jwks_uri else {
            return Err(unusable(
                "the provider has no keys, so no token of it can be verified",
            ));
        };
        // The first time with the keys that are known; then with those of now.
        let again = match expected.kind {
            Kind::Login { .. } | Kind::Refreshed { .. } => Duration::ZERO,
            Kind::Access | Kind::Logout => AGAIN,
        };
        for age in [FRESH, again] {
            let keys = self.cached(&self.shared.known.keys, age, async {
                Keys::read(self.fetch(url).await?).map_err(|error| {
                    let message = format!("{url} is no list of keys");
                    AuthError::new(AuthErrorKind::Provider, message).with_source(error)
                })
            });
            match verify(token, expected, &*keys.await?) {
                Ok(claims) => return Ok(claims),
                Err(Refusal::Invalid(error)) => return Err(error),
                Err(Refusal::UnknownKey) => {}
            }
        }
        let message = "a token was refused: the provider has no such key";
        Err(AuthError::new(AuthErrorKind::Token, message))
    }

    async fn fetch(&self, url: &str) -> Result<serde_json::Value, AuthError> {
        let call = Call {
            url,
            authorization: None,
            form: None,
            timeout: self.config.timeout,
        };
        self.shared.http.json(call).await
    }

    /// What is there, unless it is older than that; it is fetched once for all who wait.
    async fn cached<T>(
        &self,
        place: &Cached<T>,
        age: Duration,
        fetch: impl Future<Output = Result<T, AuthError>> + Send,
    ) -> Result<Arc<T>, AuthError> {
        let found = async {
            let mut place = place.lock().await;
            if let Some((at, known)) = &*place
                && at.elapsed() < age
            {
                return Ok(Arc::clone(known));
            }
            let known = Arc::new(fetch.await?);
            *place = Some((Instant::now(), Arc::clone(&known)));
            Ok(known)
        };
        timeout(self.config.timeout, found)
            .await
            .unwrap_or_else(|_| {
                let message = format!("the provider {} is too slow", self.address());
                Err(AuthError::new(AuthErrorKind::Unavailable, message))
            })
    }
}
