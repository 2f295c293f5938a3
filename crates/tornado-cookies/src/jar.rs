//! Tornado's cookies in the jar of the crate tower-cookies (feature
//! `tower-cookies`).

use tower_cookies::{Cookie, Cookies};

use crate::{
    CookieError, CookieSecret, DecodeOptions, SetCookie, create_signed_value, decode_signed_value,
    unquote,
};

/// Tornado's methods on the jar of the crate tower-cookies. A Tornado process
/// can read what they set, and they can read what it sets.
///
/// In a stack with the `CookieManagerLayer`, everything that holds the jar sees
/// what the rest has set. The jar percent-decodes what a client sends and
/// writes values as they are. Tornado's signed values are unaffected by both.
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
    /// `clear_cookie`). The jar then holds the value as it appears on the wire,
    /// quoted where necessary.
    ///
    /// # Errors
    ///
    /// As [`SetCookie::to_header_value`].
    fn add_cookie(&self, cookie: &SetCookie) -> Result<(), CookieError>;

    /// The value of a signed cookie (`get_signed_cookie`). `None` if the cookie
    /// is missing or older than 31 days, or if its signature or name is wrong.
    fn get_signed_cookie(&self, secret: &CookieSecret, name: &str) -> Option<Vec<u8>> {
        self.get_signed_cookie_with(secret, name, &DecodeOptions::new())
    }

    /// As [`get_signed_cookie`](Self::get_signed_cookie), with your own age
    /// limit and lowest version.
    fn get_signed_cookie_with(
        &self,
        secret: &CookieSecret,
        name: &str,
        options: &DecodeOptions,
    ) -> Option<Vec<u8>> {
        decode_signed_value(secret, name, &self.get_cookie(name)?, options)
    }

    /// Puts a cookie with a signed value into the jar, for 30 days
    /// (`set_signed_cookie`). For other attributes, make a [`SetCookie`] of
    /// [`create_signed_value`] and pass it to [`add_cookie`](Self::add_cookie).
    ///
    /// # Errors
    ///
    /// When the name can't be that of a cookie.
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
        // Values outside ASCII are quoted, so this is text.
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
