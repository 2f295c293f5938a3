//! `FacebookGraphMixin`: Facebook's Graph.

use hmac::Mac as _;
use serde_json::Value;
use tornado_core::{RequestHandler, Result};

use crate::crypto::{hex, hmac};
use crate::error::{AuthError, unusable};
use crate::provider::UserSource;
use crate::{OAuth2Provider, OAuth2Request};

/// Asks Facebook's Graph (`tornado.auth.FacebookGraphMixin`). Logins are
/// [`OAuth2Mixin`](crate::OAuth2Mixin)'s, with
/// [`OAuth2Provider::facebook`].
pub trait FacebookGraphMixin: RequestHandler {
    /// Asks for a path of the Graph, such as `/me/feed`: `await self.facebook_request(..)`.
    /// A request with an access token gets the proof that this application has sent it
    /// (`appsecret_proof`).
    ///
    /// # Errors
    ///
    /// As [`oauth2_request`](crate::OAuth2Mixin::oauth2_request); a 500 when the provider is
    /// not Facebook.
    fn facebook_request(
        &mut self,
        provider: &OAuth2Provider,
        request: OAuth2Request,
    ) -> impl Future<Output = Result<Value>> + Send {
        async {
            let request = at_graph(provider, request).map_err(AuthError::answer)?;
            request.send(provider).await.map_err(AuthError::answer)
        }
    }
}

impl<H: RequestHandler> FacebookGraphMixin for H {}

fn at_graph(
    provider: &OAuth2Provider,
    mut request: OAuth2Request,
) -> Result<OAuth2Request, AuthError> {
    let UserSource::Facebook { graph } = &provider.config.user else {
        return Err(unusable(
            "this provider is not Facebook: `OAuth2Provider::facebook` is",
        ));
    };
    request.url = format!("{graph}{}", request.url);
    let secret = provider.required_client()?.secret.as_deref();
    if let (Some(token), Some(secret)) = (&request.access_token, secret) {
        let proof = proof(secret, token);
        request = request.arg("appsecret_proof", proof);
    }
    Ok(request)
}

fn proof(secret: &str, token: &str) -> String {
    let mut hmac = hmac(secret.as_bytes());
    hmac.update(token.as_bytes());
    hex(hmac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_that_of_tornado() {
        // python3 -c "import hmac; print(hmac.new(b'key', b'token', 'sha256').hexdigest())"
        assert_eq!(
            proof("key", "token"),
            "646b8eac0c4ae4178299c9bd924e2bf073dfb07e024901a8c864f65b9462bf0d"
        );
    }
}
