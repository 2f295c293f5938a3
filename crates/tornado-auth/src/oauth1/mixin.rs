//! `OAuthMixin`: logins by OAuth 1.0, for every handler.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tornado_cookies::SameSite;
use tornado_core::{Context as _, Cookies as _, Input as _, Output as _, RequestHandler, Result};
use url::Url;

use super::{OAuth1Provider, OAuthToken};
use crate::OAuth2Request;
use crate::error::{AuthError, AuthErrorKind, unusable};

/// The cookie of a login: token and secret, as Tornado writes them.
const COOKIE: &str = "_oauth_request_token";

/// Lets a provider of OAuth 1.0 or 1.0a vouch for users (`tornado.auth.OAuthMixin`). What is
/// newer is [`OAuth2Mixin`](crate::OAuth2Mixin)'s; its methods have the same names, so a
/// file takes one of the two into scope.
///
/// ```
/// use tornado_auth::{OAuth1Provider, OAuth2Request, OAuthMixin};
/// use tornado_web::{Exchange, Handler, Input, Output, RequestHandler, Result};
///
/// #[derive(Handler)]
/// struct LoginHandler { base: Exchange, provider: OAuth1Provider }
///
/// impl RequestHandler for LoginHandler {
///     async fn get(&mut self) -> Result {
///         let provider = self.provider.clone();
///         if self.get_argument_opt("oauth_token")?.is_none() {
///             return self.authorize_redirect(&provider, Some("/login")).await;
///         }
///         let token = self.get_authenticated_user(&provider).await?;
///         let me = OAuth2Request::new("https://api.example.com/me.json");
///         let user = self.oauth_request(&provider, me, Some(&token)).await?;
///         self.write(format!("Hello, {}", user["name"]));
///         Ok(())
///     }
/// }
/// ```
pub trait OAuthMixin: RequestHandler {
    /// Asks the provider for a token, and sends the user there with it:
    /// `await self.authorize_redirect(callback_uri)`. The user comes back to `callback_uri`,
    /// a URL or a path of this application, if the provider does not know where. With
    /// `oob` the URL is written instead.
    ///
    /// # Errors
    ///
    /// A 500 when the provider has no [`consumer`](OAuth1Provider::consumer) or takes no
    /// callbacks, a 502 or 503 when it is in trouble.
    fn authorize_redirect(
        &mut self,
        provider: &OAuth1Provider,
        callback_uri: Option<&str>,
    ) -> impl Future<Output = Result> + Send {
        async move {
            let callback = match callback_uri {
                None | Some("oob") => callback_uri.map(str::to_owned),
                Some(uri) => Some(joined(self, uri)?),
            };
            let token = provider.request_token(callback.as_deref());
            let token = token.await.map_err(AuthError::answer)?;
            let encoded = [token.key(), token.secret()].map(|text| STANDARD.encode(text));
            self.set_cookie(COOKIE, &encoded.join("|"))
                .http_only(true)
                .same_site(SameSite::Lax);
            if callback_uri == Some("oob") {
                let url = provider.authorize(&token, None);
                self.write(url);
            } else {
                let url = provider.authorize(&token, callback.as_deref());
                self.redirect(&url);
            }
            Ok(())
        }
    }

    /// The access token of the user who has come back:
    /// `await self.get_authenticated_user()`. Who it is,
    /// [`oauth_request`](Self::oauth_request) asks then, in place of
    /// `_oauth_get_user_future`.
    ///
    /// # Errors
    ///
    /// A 400 when the user has not been sent there by this browser, or the provider does not
    /// take the token; a 502 or 503 when it is in trouble.
    fn get_authenticated_user(
        &mut self,
        provider: &OAuth1Provider,
    ) -> impl Future<Output = Result<OAuthToken>> + Send {
        async {
            let key = self.get_argument("oauth_token")?;
            let verifier = self.get_argument_opt("oauth_verifier")?;
            let stale = |why| AuthError::new(AuthErrorKind::State, why).answer();
            let Some(cookie) = self.get_cookie(COOKIE).filter(|cookie| !cookie.is_empty()) else {
                return Err(stale("Missing OAuth request token cookie"));
            };
            self.clear_cookie(COOKIE);
            let token = read(&cookie).filter(|token| token.key() == key);
            let token = token.ok_or_else(|| stale("Request token does not match cookie"))?;
            let access_token = provider.access_token(&token, verifier.as_deref());
            access_token.await.map_err(AuthError::answer)
        }
    }

    /// Asks the provider's API; with an access token, in the user's name: the request is
    /// signed then. What is `twitter_request` in Tornado, with a URL in place of a path.
    ///
    /// # Errors
    ///
    /// A 502 when the answer is no success or no JSON, a 503 when there is none.
    fn oauth_request(
        &mut self,
        provider: &OAuth1Provider,
        request: OAuth2Request,
        access_token: Option<&OAuthToken>,
    ) -> impl Future<Output = Result<Value>> + Send {
        async move {
            let answer = provider.request(request, access_token);
            answer.await.map_err(AuthError::answer)
        }
    }
}

impl<H: RequestHandler> OAuthMixin for H {}

fn read(cookie: &str) -> Option<OAuthToken> {
    let (key, secret) = cookie.split_once('|')?;
    let text = |part: &str| String::from_utf8(STANDARD.decode(part).ok()?).ok();
    Some(OAuthToken::new(text(key)?, text(secret)?))
}

fn joined<H: RequestHandler>(handler: &H, uri: &str) -> Result<String> {
    let here = handler.request().full_url();
    let url = Url::parse(&here).and_then(|here| here.join(uri));
    url.map(String::from).map_err(|error| {
        unusable(format!("the callback {uri:?} is no URL"))
            .with_source(error)
            .answer()
    })
}
