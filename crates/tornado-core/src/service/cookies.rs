//! `Cookies`: Tornado's cookie methods, plain and signed.

use time::OffsetDateTime;
use tornado_cookies::{
    CookieSecret, DecodeOptions, SetCookie, SignOptions, create_signed_value_with,
    decode_signed_value, get_signature_key_version,
};

use super::late::ask;
use super::missing_setting;
use crate::{RequestHandler, Result};

/// Reads and sets cookies: Tornado's "Cookies" methods, with the same bytes on
/// the wire, so a Python process can read what is set here, and the other way
/// round.
///
/// `set_cookie` and its relatives return the queued cookie, so that attributes
/// can follow: `self.set_cookie("a", "b").http_only(true)`. If a name is set
/// repeatedly, only the last cookie is sent. Cookies are sent with the head of
/// the response, even that of an error page.
///
/// A value that Tornado refuses, such as one with a line break, ends the
/// request with a 500 and a log line. A space is quoted.
///
/// ```
/// use tornado_web::{Application, Cookies, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct MainHandler(Exchange);
///
/// impl RequestHandler for MainHandler {
///     async fn get(&mut self) -> Result {
///         self.set_cookie("username", "John Doe").http_only(true);
///         self.write("Cookie has been set!");
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let app = Application::new([url("/", MainHandler)], Settings::new()).unwrap();
/// let response = TestClient::new(app).get("/").await;
/// assert_eq!(response.set_cookie("username"), Some("username=\"John Doe\"; HttpOnly; Path=/"));
/// # });
/// ```
pub trait Cookies: RequestHandler {
    /// A cookie that came with the request, or `None`. Cookies set by this
    /// response are not visible.
    fn get_cookie(&self, name: &str) -> Option<String> // a default: .unwrap_or(..)
    {
        self.exchange()
            .request()
            .cookie(name)
            .map(std::borrow::Cow::into_owned)
    }

    /// Sets a cookie for the path `/` that lasts until the browser is closed,
    /// unless the setting [`cookie_kwargs`](crate::Settings::cookie_kwargs)
    /// says otherwise.
    #[track_caller]
    fn set_cookie(&mut self, name: &str, value: &str) -> &mut SetCookie // then .expires_days(..), .http_only(true), and so on
    {
        add(self, SetCookie::new(name, value))
    }

    /// Sets a cookie that was made elsewhere, unchanged.
    #[track_caller]
    fn add_cookie(&mut self, cookie: SetCookie) -> &mut SetCookie {
        let exchange = self.exchange_mut();
        exchange.refuses_change_of_head("set_cookie");
        ask("do_set_cookie", || match exchange.outer_class::<Self>() {
            None => Self::do_set_cookie(exchange, cookie),
            Some(class) => class.do_set_cookie(exchange, cookie),
        })
    }

    /// Deletes a cookie. Path and domain must be the ones it was set with; the
    /// defaults are those of `set_cookie`.
    #[track_caller]
    #[doc(alias("del_cookie", "delete_cookie"))]
    fn clear_cookie(&mut self, name: &str) -> &mut SetCookie // then .path(..), .domain(..)
    {
        add(self, SetCookie::removal(name))
    }

    /// Deletes all cookies that came with the request, for the path and domain of `set_cookie`. It
    /// can't reach cookies with other paths and domains, since those can't be told apart; Tornado
    /// has deprecated it for that reason.
    #[track_caller]
    fn clear_all_cookies(&mut self) {
        let names: Vec<String> = self
            .exchange()
            .request()
            .cookies()
            .iter()
            .map(|(name, _)| name.to_owned())
            .collect();
        for name in names {
            self.clear_cookie(&name);
        }
    }

    /// Sets a cookie that can't be forged, for 30 days. It is signed with the
    /// setting `cookie_secret`, not encrypted. Without that setting the
    /// response is a 500.
    #[track_caller]
    fn set_signed_cookie(&mut self, name: &str, value: impl AsRef<[u8]>) -> &mut SetCookie // then .expires_days(..), and so on
    {
        self.set_signed_cookie_with(name, value, &SignOptions::new())
    }

    /// Sets a signed cookie with a chosen version of the format or of the key:
    /// `set_signed_cookie(name, value, version=1)`.
    #[track_caller]
    fn set_signed_cookie_with(
        &mut self,
        name: &str,
        value: impl AsRef<[u8]>,
        options: &SignOptions,
    ) -> &mut SetCookie {
        match self.create_signed_value_with(name, value, options) {
            Ok(value) => add(self, SetCookie::new(name, value)).expires_days(30.0),
            Err(error) => {
                let exchange = self.exchange_mut();
                exchange.raise(error);
                exchange
                    .response_mut()
                    .discarded_cookie
                    .insert(Box::new(SetCookie::new(name, "")))
            }
        }
    }

    /// The value of a signed cookie. `None` if the cookie is missing or older
    /// than 31 days, or if its signature or name is wrong.
    ///
    /// # Errors
    ///
    /// When the setting `cookie_secret` is missing.
    #[track_caller]
    fn get_signed_cookie(&self, name: &str) -> Result<Option<Vec<u8>>> // max_age_days: get_signed_cookie_with
    {
        self.get_signed_cookie_with(name, &DecodeOptions::new())
    }

    /// The value of a signed cookie, with your own age limit and lowest
    /// version: `get_signed_cookie(name, max_age_days=.., min_version=..)`.
    ///
    /// # Errors
    ///
    /// When the setting `cookie_secret` is missing.
    #[track_caller]
    fn get_signed_cookie_with(
        &self,
        name: &str,
        options: &DecodeOptions,
    ) -> Result<Option<Vec<u8>>> {
        let secret = cookie_secret(self)?;
        let Some(value) = self.exchange().request().cookie(name) else {
            return Ok(None);
        };
        let moved = options.now().is_none().then(|| moved(self)).flatten();
        let moved = moved.map(|now| options.clone().at(now));
        let options = moved.as_ref().unwrap_or(options);
        Ok(decode_signed_value(secret, name, &value, options))
    }

    /// The version of the key that a signed cookie names, unverified.
    fn get_signed_cookie_key_version(&self, name: &str) -> Option<u32> {
        get_signature_key_version(&self.exchange().request().cookie(name)?)
    }

    /// Signs a value as [`set_signed_cookie`](Self::set_signed_cookie) does,
    /// for use elsewhere.
    ///
    /// # Errors
    ///
    /// When the setting `cookie_secret` is missing.
    #[track_caller]
    fn create_signed_value(&self, name: &str, value: impl AsRef<[u8]>) -> Result<String> {
        self.create_signed_value_with(name, value, &SignOptions::new())
    }

    /// As [`create_signed_value`](Self::create_signed_value), with a chosen
    /// version of the format or of the key.
    ///
    /// # Errors
    ///
    /// When the setting `cookie_secret` is missing, or has no such key.
    #[track_caller]
    fn create_signed_value_with(
        &self,
        name: &str,
        value: impl AsRef<[u8]>,
        options: &SignOptions,
    ) -> Result<String> {
        let secret = cookie_secret(self)?;
        let moved = options.now().is_none().then(|| moved(self)).flatten();
        let moved = moved.map(|now| options.clone().at(now));
        let options = moved.as_ref().unwrap_or(options);
        Ok(create_signed_value_with(secret, name, value, options)?)
    }

    /// The older name of [`set_signed_cookie`](Self::set_signed_cookie).
    #[track_caller]
    fn set_secure_cookie(&mut self, name: &str, value: impl AsRef<[u8]>) -> &mut SetCookie // then .expires_days(..), and so on
    {
        self.set_signed_cookie(name, value)
    }

    /// The older name of [`get_signed_cookie`](Self::get_signed_cookie).
    ///
    /// # Errors
    ///
    /// When the setting `cookie_secret` is missing.
    #[track_caller]
    fn get_secure_cookie(&self, name: &str) -> Result<Option<Vec<u8>>> // max_age_days: get_signed_cookie_with
    {
        self.get_signed_cookie(name)
    }

    /// The older name of
    /// [`get_signed_cookie_key_version`](Self::get_signed_cookie_key_version).
    fn get_secure_cookie_key_version(&self, name: &str) -> Option<u32> {
        self.get_signed_cookie_key_version(name)
    }
}

impl<H: RequestHandler> Cookies for H {}

/// The time to sign and read as of, if a test has moved it.
fn moved<H: RequestHandler>(handler: &H) -> Option<OffsetDateTime> {
    let clock = handler.exchange().application().clock();
    clock.moved().map(OffsetDateTime::from)
}

/// Adds the attributes that the settings give to all cookies.
#[track_caller]
fn add<H: Cookies>(handler: &mut H, mut cookie: SetCookie) -> &mut SetCookie {
    let settings = handler.exchange().application().settings();
    settings.get_cookie_kwargs().apply_by_default(&mut cookie);
    handler.add_cookie(cookie)
}

#[track_caller]
fn cookie_secret<H: RequestHandler>(handler: &H) -> Result<&CookieSecret> {
    let secret = handler
        .exchange()
        .application()
        .settings()
        .get_cookie_secret();
    match secret {
        Some(secret) => Ok(secret),
        None => Err(missing_setting("cookie_secret", "secure cookies")),
    }
}
