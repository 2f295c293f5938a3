//! Tornado's cookies in the jar of the crate tower-cookies: feature
//! `tower-cookies`.

use tower_cookies::{Cookie, Cookies};

use crate::{
    CookieError, CookieSecret, DecodeOptions, SetCookie, create_signed_value, decode_signed_value,
    unquote,
};

/// Tornado's methods for the jar of the crate tower-cookies: what they set, a
/// Tornado process reads, and the other way round.
///
/// In a stack that has the `CookieManagerLayer`, all that have the jar see what
/// the others have set. The jar takes the percent signs out of what a client has
/// sent, and writes values as they are; Tornado's signed values are the same
/// either way.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use axum::{Router, body::Body, extract::State, routing::get};
/// use http::{Request, header};
/// use tornado_cookies::{CookieError, CookieSecret, TornadoCookies};
/// use tower::ServiceExt;
/// use tower_cookies::{CookieManagerLayer, Cookies};
///
/// async fn login(cookies: Cookies, State(secret): State<CookieSecret>) -> Result<Vec<u8>, CookieError> {
///     cookies.set_signed_cookie(&secret, "user", "Kim")?;
///     Ok(cookies.get_signed_cookie(&secret, "user").unwrap_or_default())
/// }
///
/// let router = Router::new()
///     .route("/login", get(login))
///     .with_state(CookieSecret::from("32 random bytes, or more of text"))
///     .layer(CookieManagerLayer::new());
///
/// let request = Request::get("/login").body(Body::empty()).unwrap();
/// let response = router.oneshot(request).await.unwrap();
/// let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
/// assert!(cookie.starts_with("user=2|1:0|10:") && cookie.contains("|4:S2lt|"));
/// let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
/// assert_eq!(body, "Kim");
/// # }
/// ```
pub trait TornadoCookies {
    /// The value of a cookie, as Tornado reads it: without the quotation marks
    /// that it may have on the wire (`get_cookie`).
    fn get_cookie(&self, name: &str) -> Option<String>;

    /// Puts a cookie into the jar, as Tornado writes it (`set_cookie`,
    /// `clear_cookie`). The jar then has it in its form of the wire, quoted where
    /// that is needed.
    ///
    /// # Errors
    ///
    /// As [`SetCookie::to_header_value`].
    fn add_cookie(&self, cookie: &SetCookie) -> Result<(), CookieError>;

    /// The value of a signed cookie, or `None` if there is none, or if its
    /// signature or its name is wrong or it is older than 31 days
    /// (`get_signed_cookie`).
    fn get_signed_cookie(&self, secret: &CookieSecret, name: &str) -> Option<Vec<u8>> {
        self.get_signed_cookie_with(secret, name, &DecodeOptions::new())
    }

    /// The same, with an age limit and a lowest version of your own.
    fn get_signed_cookie_with(
        &self,
        secret: &CookieSecret,
        name: &str,
        options: &DecodeOptions,
    ) -> Option<Vec<u8>> {
        decode_signed_value(secret, name, &self.get_cookie(name)?, options)
    }

    /// Puts a cookie with a signed value into the jar, for 30 days
    /// (`set_signed_cookie`). For other attributes, give
    /// [`create_signed_value`] to a [`SetCookie`] and that to
    /// [`add_cookie`](Self::add_cookie).
    ///
    /// # Errors
    ///
    /// When the name is none for a cookie.
    fn set_signed_cookie(
        &self,
        secret: &CookieSecret,
        name: &str,
        value: impl AsRef<[u8]>,
    ) -> Result<(), CookieError> {
        let mut cookie = SetCookie::new(name, create_signed_value(secret, name, value));
        self.add_cookie(cookie.expires_days(30.0))
    }
}

impl TornadoCookies for Cookies {
    fn get_cookie(&self, name: &str) -> Option<String> {
        self.get(name)
            .map(|cookie| unquote(cookie.value()).into_owned())
    }

    fn add_cookie(&self, cookie: &SetCookie) -> Result<(), CookieError> {
        let line = cookie.to_header_value()?;
        // A value outside ASCII is quoted, so this is text.
        let line = String::from_utf8_lossy(line.as_bytes()).into_owned();
        let parsed = Cookie::parse(line).expect("a header that was written by the rules");
        if cookie.is_removal() && self.get(cookie.name()).is_some() {
            self.remove(parsed);
        } else {
            self.add(parsed);
        }
        Ok(())
    }
}
