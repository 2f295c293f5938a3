//! `ApiAuthMixin`: access to APIs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tornado_core::http::HeaderValue;
use tornado_core::http::header::WWW_AUTHENTICATE;
use tornado_core::{Context as _, Error, HttpError, RequestHandler, Result};

use crate::error::{AuthError, AuthErrorKind};
use crate::{Claims, TokenVerifier};

/// Authenticates clients by the header `Authorization`: programs with a token, people with a
/// name and a password. Without valid credentials the response is a 401 that says what is
/// needed (`WWW-Authenticate`), not a redirect to a login page as from
/// [`authenticated`](tornado_core::Context::authenticated).
///
/// Called in the `prepare` of a base, it protects all handlers that inherit from the base:
///
/// ```
/// use tornado_auth::{ApiAuthMixin, JwtKey};
/// use tornado_web::{Application, Context, Exchange, Handler, Output, RequestHandler, Result, Settings, User, route};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct ApiHandler { base: Exchange, #[state] key: JwtKey }
///
/// impl RequestHandler for ApiHandler {
///     async fn prepare(&mut self) -> Result {
///         let key = self.key.clone();
///         let claims = self.bearer("api", &key).await?;
///         self.set_current_user(Some(User::from(claims.subject())));
///         Ok(())
///     }
/// }
///
/// #[derive(Handler)]
/// struct Me(ApiHandler);
///
/// impl RequestHandler for Me {
///     async fn get(&mut self) -> Result {
///         let user = self.authenticated_as::<String>().await?;
///         self.write(&*user.clone());
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let key = JwtKey::new("32 random bytes, or more of text", "https://shop.example.com");
/// let app = Application::new([route::<Me>("/me")], Settings::new().state(key.clone())).unwrap();
/// let client = TestClient::new(app);
/// let response = client.get("/me").await;
/// assert_eq!(response.status(), 401);
/// assert_eq!(response.header("WWW-Authenticate"), Some("Bearer realm=\"api\""));
///
/// let token = key.issue("kim", std::time::Duration::from_secs(600));
/// let response = client.get("/me").header("Authorization", &format!("Bearer {token}")).await;
/// assert_eq!(response.text(), "kim");
/// # });
/// ```
///
/// A request with a bearer token and without a cookie needs no
/// [XSRF token](tornado_core::Xsrf), because another site can't make a browser send it.
pub trait ApiAuthMixin: RequestHandler {
    /// Asks for a name and a password (HTTP Basic, RFC 7617). `check` returns the user, or
    /// `None` if they are wrong. Use it over TLS only, because every request contains the
    /// password.
    ///
    /// Browsers repeat the name and the password in every request, even in forms of other
    /// sites: keep [`xsrf_cookies`](tornado_core::Settings::xsrf_cookies) on.
    ///
    /// ```
    /// # use tornado_auth::ApiAuthMixin;
    /// # use tornado_web::{Exchange, Handler, Output, RequestHandler, Result};
    /// # #[derive(Handler)]
    /// # struct Admin(Exchange);
    /// # async fn is_right(name: &str, password: &str) -> Result<bool> { Ok(true) }
    /// # impl RequestHandler for Admin {
    /// async fn get(&mut self) -> Result {
    ///     let check = async |name: String, password: String| {
    ///         Ok(is_right(&name, &password).await?.then_some(name))
    ///     };
    ///     let name = self.basic_auth("Admin", check).await?;
    ///     self.write(format!("Hello, {name}"));
    ///     Ok(())
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A 401 if there is no name and password, or `check` returns `None`; any error of
    /// `check`.
    fn basic_auth<T, F, A>(
        &mut self,
        realm: &str,
        check: F,
    ) -> impl Future<Output = Result<T>> + Send
    where
        T: Send,
        F: FnOnce(String, String) -> A + Send,
        A: Future<Output = Result<Option<T>>> + Send,
    {
        let refused = unauthorized(&format!("Basic realm={}, charset=\"UTF-8\"", quoted(realm)));
        let brought = credentials(self, "Basic").and_then(|text| basic(&text));
        async move {
            let user = match brought {
                Some((name, password)) => check(name, password).await?,
                None => None,
            };
            user.ok_or(refused)
        }
    }

    /// The claims of the request's token (`Authorization: Bearer`, RFC 6750), if `verifier`
    /// accepts it: your own [`JwtKey`](crate::JwtKey), or an
    /// [`OAuth2Provider`](crate::OAuth2Provider) with an
    /// [`audience`](crate::OAuth2Provider::audience).
    ///
    /// # Errors
    ///
    /// A 401 if there is no token, or it is forged, expired, or not for this API; a 502 or 503
    /// if the keys of the provider can't be fetched.
    fn bearer<V: TokenVerifier>(
        &mut self,
        realm: &str,
        verifier: &V,
    ) -> impl Future<Output = Result<Claims>> + Send {
        let token = self.bearer_token(realm);
        let now = self.application().clock().now();
        let refused = invalid_token(realm);
        async move {
            let verified = verifier.verify_token(&token?, now).await;
            verified.map_err(|error| match error.kind() {
                AuthErrorKind::Token => with_challenge(
                    HttpError::new(401)
                        .with_log_message(error.to_string())
                        .with_source(error),
                    &refused,
                ),
                _ => error.answer(),
            })
        }
    }

    /// The token itself, unverified, to look it up: an [`ApiKey`](crate::ApiKey).
    ///
    /// # Errors
    ///
    /// A 401 when there is none.
    fn bearer_token(&self, realm: &str) -> Result<String> {
        let token = credentials(self, "Bearer").filter(|token| !token.is_empty());
        token.ok_or_else(|| unauthorized(&format!("Bearer realm={}", quoted(realm))))
    }

    /// The 401 for a token of [`bearer_token`](Self::bearer_token) that was not found.
    fn invalid_token(&self, realm: &str) -> Error {
        unauthorized(&invalid_token(realm))
    }
}

impl<H: RequestHandler> ApiAuthMixin for H {}

/// What is behind the scheme, in whatever case that is.
fn credentials<H: RequestHandler>(handler: &H, scheme: &str) -> Option<String> {
    let header = handler.get_header("Authorization")?;
    let (name, rest) = header.split_once(' ')?;
    name.eq_ignore_ascii_case(scheme)
        .then(|| rest.trim().to_owned())
}

fn basic(text: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The challenge for a token that was sent and is refused.
fn invalid_token(realm: &str) -> String {
    format!("Bearer realm={}, error=\"invalid_token\"", quoted(realm))
}

fn unauthorized(challenge: &str) -> Error {
    with_challenge(HttpError::new(401), challenge)
}

fn with_challenge(error: HttpError, challenge: &str) -> Error {
    match HeaderValue::try_from(challenge) {
        Ok(challenge) => error.with_header(WWW_AUTHENTICATE, challenge).into(),
        Err(_) => {
            AuthError::new(AuthErrorKind::Settings, "the realm can't stand in a header").into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_are_apart_at_the_first_colon() {
        for (text, expected) in [
            ("a2ltOmg6dW50ZXIy", Some(("kim", "h:unter2"))),
            ("Og==", Some(("", ""))),
            ("a2lt", None),
            ("/w==", None),
            ("?", None),
        ] {
            let expected = expected.map(|(name, password)| (name.to_owned(), password.to_owned()));
            assert_eq!(basic(text), expected, "{text}");
        }
    }

    #[test]
    fn a_realm_stays_in_its_quotes() {
        assert_eq!(quoted(r#"a "b" \"#), r#""a \"b\" \\""#);
    }
}
