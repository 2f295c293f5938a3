//! Tornado's cookies in plain axum handlers (feature `axum`).
//!
//! `tower-cookies` and `axum-extra` percent-encode what they write, and Tornado
//! does not decode that, so the types here read and write the headers
//! themselves. They work alongside either crate in one application.

use std::convert::Infallible;

use axum_core::extract::{FromRef, FromRequestParts};
use axum_core::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};

use crate::{
    CookieError, CookieMap, CookieSecret, DecodeOptions, SetCookie, create_signed_value,
    decode_signed_value,
};

/// The cookies of the request, as Tornado reads them.
impl<S: Sync> FromRequestParts<S> for CookieMap {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<CookieMap, Infallible> {
        let headers = parts.headers.get_all(header::COOKIE);
        Ok(CookieMap::from_headers(
            headers.iter().map(HeaderValue::as_bytes),
        ))
    }
}

/// Adds the cookie's `Set-Cookie` header, as a part of a tuple before the body.
/// For several cookies, use several parts.
impl IntoResponseParts for SetCookie {
    type Error = CookieError;

    fn into_response_parts(
        self,
        mut response: ResponseParts,
    ) -> Result<ResponseParts, CookieError> {
        let value = self.to_header_value()?;
        response.headers_mut().append(header::SET_COOKIE, value);
        Ok(response)
    }
}

/// A 500 without a body, since a cookie that can't be sent is the server's
/// fault. The log says what is wrong with it.
impl IntoResponse for CookieError {
    fn into_response(self) -> Response {
        tracing::error!("a cookie can't be sent: {self}");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

/// An extractor for the cookies of a request together with the application's
/// secret, for axum handlers whose state has a [`CookieSecret`].
///
/// Its methods are named as in a Tornado handler
/// (`RequestHandler.get_signed_cookie` and its relatives).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use axum::{Router, body::Body, routing::get};
/// use http::{Request, header};
/// use tornado_cookies::{CookieSecret, SetCookie, SignedCookies};
/// use tower::ServiceExt;
///
/// async fn login(cookies: SignedCookies) -> (SetCookie, &'static str) {
///     (cookies.set_signed_cookie("user", "Kim"), "Welcome!")
/// }
///
/// async fn greet(cookies: SignedCookies) -> Vec<u8> {
///     cookies.get_signed_cookie("user").unwrap_or_else(|| b"Guest".to_vec())
/// }
///
/// let router = Router::new()
///     .route("/login", get(login))
///     .route("/", get(greet))
///     .with_state(CookieSecret::from("32 random bytes, or more of text"));
///
/// let request = Request::get("/login").body(Body::empty()).unwrap();
/// let response = router.clone().oneshot(request).await.unwrap();
/// let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
/// let sent_back = cookie.split("; ").next().unwrap();
///
/// let request = Request::get("/").header(header::COOKIE, sent_back).body(Body::empty()).unwrap();
/// let body = router.oneshot(request).await.unwrap().into_body();
/// assert_eq!(axum::body::to_bytes(body, 100).await.unwrap(), "Kim");
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SignedCookies {
    cookies: CookieMap,
    secret: CookieSecret,
}

impl<S: Sync> FromRequestParts<S> for SignedCookies
where
    CookieSecret: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<SignedCookies, Infallible> {
        Ok(SignedCookies {
            cookies: CookieMap::from_request_parts(parts, state).await?,
            secret: CookieSecret::from_ref(state),
        })
    }
}

impl SignedCookies {
    /// The cookies themselves, signed or unsigned.
    #[must_use]
    pub fn cookies(&self) -> &CookieMap {
        &self.cookies
    }

    /// The value of a signed cookie (`get_signed_cookie`). `None` if the cookie
    /// is missing or older than 31 days, or if its signature or name is wrong.
    #[must_use]
    pub fn get_signed_cookie(&self, name: &str) -> Option<Vec<u8>> {
        self.get_signed_cookie_with(name, &DecodeOptions::new())
    }

    /// The value of a signed cookie, with your own age limit and lowest version
    /// (`get_signed_cookie(name, max_age_days=.., min_version=..)`).
    #[must_use]
    pub fn get_signed_cookie_with(&self, name: &str, options: &DecodeOptions) -> Option<Vec<u8>> {
        decode_signed_value(&self.secret, name, self.cookies.get(name)?, options)
    }

    /// A cookie with a signed value that lasts 30 days, to put into the
    /// response (`set_signed_cookie`).
    #[must_use]
    pub fn set_signed_cookie(&self, name: &str, value: impl AsRef<[u8]>) -> SetCookie {
        let value = create_signed_value(&self.secret, name, value);
        let mut cookie = SetCookie::new(name, value);
        cookie.expires_days(30.0);
        cookie
    }
}
