//! `TokenVerifier`: whose tokens an API takes.

use std::time::SystemTime;

#[cfg(feature = "oauth")]
use crate::OAuth2Provider;
#[cfg(feature = "oauth")]
use crate::error::unusable;
#[cfg(feature = "oauth")]
use crate::oidc::{Expected, Kind};
use crate::{AuthError, Claims};

/// Tells whether a bearer token is right, for
/// [`ApiAuthMixin::bearer`](crate::ApiAuthMixin::bearer).
pub trait TokenVerifier: Sync {
    /// The claims of a token, as of this time.
    ///
    /// # Errors
    ///
    /// One of the kind [`Token`](crate::AuthErrorKind::Token) when it is not right.
    fn verify_token(
        &self,
        token: &str,
        now: SystemTime,
    ) -> impl Future<Output = Result<Claims, AuthError>> + Send;
}

/// Access tokens of the provider that are JWTs (RFC 9068), for its
/// [`audience`](OAuth2Provider::audience). ID tokens are none.
#[cfg(feature = "oauth")]
impl TokenVerifier for OAuth2Provider {
    async fn verify_token(&self, token: &str, now: SystemTime) -> Result<Claims, AuthError> {
        let Some(audience) = &self.config.audience else {
            return Err(unusable(
                "say for what tokens of the provider are to be: `.audience(\"https://api.example.com\")`",
            ));
        };
        let metadata = self.metadata().await?;
        let expected = Expected {
            issuer: &metadata.issuer,
            audience,
            now,
            kind: Kind::Access,
        };
        self.verify(token, &expected).await.map(Claims)
    }
}
