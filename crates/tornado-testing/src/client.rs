//! `TestClient`: a browser for tests.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use tornado_cookies::{
    DecodeOptions, SetCookie, SignOptions, create_signed_value_with, decode_signed_value,
};
use tornado_core::Application;
use url::Url;

use crate::browser::{Browser, header};
use crate::log::WatchLogs;
use crate::transport::Transport;
use crate::{TestRequest, target};

/// A browser for the tests of an application (`AsyncHTTPTestCase`, with the
/// cookies that it lacks).
///
/// It calls the application in the same process, without a socket, unless it is
/// told to [`serve`](Self::serve). It keeps cookies between requests, sends the
/// XSRF token if the application wants one, and follows redirects only on
/// request. A request that is not answered within 5 seconds fails its test. So
/// does any warning or error in the log that no [`ExpectLog`](crate::ExpectLog)
/// expects; see [`WatchLogs`].
///
/// Make a new client for a new application in each test, in a function of your
/// own that builds it. A clone is the same browser, with the same cookies; for
/// a second browser, use [`another`](Self::another).
///
/// ```
/// use tornado_web::{Application, Cookies, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct Name(Exchange);
///
/// impl RequestHandler for Name {
///     async fn get(&mut self) -> Result {
///         let name = self.get_cookie("name").unwrap_or("nobody".to_owned());
///         self.write(name);
///         Ok(())
///     }
///
///     async fn post(&mut self) -> Result {
///         let name = self.get_body_argument("name")?;
///         self.set_cookie("name", &name);
///         self.redirect("/");
///         Ok(())
///     }
/// }
///
/// fn app() -> Application {
///     Application::new([url("/", Name)], Settings::new().xsrf_cookies(true)).unwrap()
/// }
///
/// # tornado_testing::block_on(async {
/// let client = TestClient::new(app());
/// let response = client.post("/").form([("name", "Kim Lee")]).follow_redirects().await;
/// assert_eq!(response.text(), "Kim Lee");
/// assert_eq!(client.get_cookie("name").as_deref(), Some("Kim Lee"));
/// assert_eq!(client.another().get("/").await.text(), "nobody");
/// # });
/// ```
#[derive(Clone)]
pub struct TestClient {
    browser: Browser,
    watch: Arc<WatchLogs>,
}

impl TestClient {
    /// A browser without cookies for this application. Its address is
    /// `http://localhost` unless [`base_url`](Self::base_url) changes it.
    #[must_use]
    pub fn new(application: Application) -> TestClient {
        let base = Url::parse("http://localhost").expect("it is a URL");
        TestClient::with(Transport::InProcess(application), base, Arc::default())
    }

    /// A browser for a server that runs elsewhere, such as the Python process
    /// that an application is ported from, by its URL: `http://127.0.0.1:8888`.
    /// The same tests can then run against both.
    ///
    /// Methods that look inside the application, such as those for sessions and
    /// signed cookies, are then unavailable. Forms carry an XSRF token, from
    /// the cookie `_xsrf`, whether or not the server wants one.
    #[must_use]
    pub fn connect(base_url: &str) -> TestClient {
        let base = parse(base_url);
        let transport = Transport::remote(&base);
        TestClient::with(transport, base, Arc::default())
    }

    fn with(transport: Transport, base: Url, watch: Arc<WatchLogs>) -> TestClient {
        let browser = Browser::new(transport, base, Arc::clone(watch.scope()));
        TestClient { browser, watch }
    }

    /// Another browser for the same application, without cookies.
    #[must_use]
    pub fn another(&self) -> TestClient {
        let mut other = self.clone();
        other.browser.forget_jar();
        other
    }

    /// The scheme and host that requests are for, such as
    /// `https://shop.example.com`: for routes by host, and for cookies that are
    /// `Secure` or belong to a domain.
    ///
    /// It applies to a client in the same process; one that
    /// [serves](Self::serve) has the address of its socket.
    #[must_use]
    pub fn base_url(mut self, url: &str) -> TestClient {
        self.browser.base = parse(url);
        self
    }

    /// The address that requests come from, within the process; `127.0.0.1` by
    /// default.
    #[must_use]
    pub fn remote_ip(mut self, address: impl Into<IpAddr>) -> TestClient {
        self.browser.remote_ip = address.into();
        self
    }

    /// A header for all requests that don't set it themselves.
    #[must_use]
    pub fn default_header(mut self, name: &str, value: &str) -> TestClient {
        let (name, value) = header(name, value);
        self.browser.headers.insert(name, value);
        self
    }

    /// How long a response may take, and each piece of a
    /// [stream](crate::TestRequest::stream); by default 5 seconds, or the
    /// number in the environment variable `ASYNC_TEST_TIMEOUT`.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> TestClient {
        self.browser.timeout = timeout;
        self
    }

    /// A `GET` of a path, with its query. A whole URL is for another host of
    /// the application.
    #[track_caller]
    pub fn get(&self, path: &str) -> TestRequest {
        self.request(Method::GET, path)
    }

    /// A `POST`; [`form`](TestRequest::form), [`json`](TestRequest::json) and
    /// others give it a body.
    #[track_caller]
    pub fn post(&self, path: &str) -> TestRequest // then .form(..), .json(..), .body(..)
    {
        self.request(Method::POST, path)
    }

    /// A `PUT`.
    #[track_caller]
    pub fn put(&self, path: &str) -> TestRequest {
        self.request(Method::PUT, path)
    }

    /// A `PATCH`.
    #[track_caller]
    pub fn patch(&self, path: &str) -> TestRequest {
        self.request(Method::PATCH, path)
    }

    /// A `DELETE`.
    #[track_caller]
    pub fn delete(&self, path: &str) -> TestRequest {
        self.request(Method::DELETE, path)
    }

    /// A `HEAD`.
    #[track_caller]
    pub fn head(&self, path: &str) -> TestRequest {
        self.request(Method::HEAD, path)
    }

    /// An `OPTIONS`.
    #[track_caller]
    pub fn options(&self, path: &str) -> TestRequest {
        self.request(Method::OPTIONS, path)
    }

    /// A request with any method: a [`Method`], or its name.
    #[track_caller]
    pub fn request<M>(&self, method: M, path: &str) -> TestRequest
    where
        M: TryInto<Method>,
        M::Error: fmt::Debug,
    {
        let method = method.try_into().expect("a method is one word of ASCII");
        TestRequest::new(self.browser.clone(), method, path)
    }

    /// The URL of a path, for use by other programs once this client
    /// [serves](Self::serve) (`AsyncHTTPTestCase.get_url`).
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        target::asked(&self.browser.base, path).into()
    }

    /// The value of a cookie as a handler would read it, or `None`.
    #[must_use]
    pub fn get_cookie(&self, name: &str) -> Option<String> {
        let browser = &self.browser;
        browser.jar().get(name, &browser.base, browser.now())
    }

    /// Gives the browser a cookie, for all paths.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.add_cookie(&SetCookie::new(name, value));
    }

    /// Gives the browser a cookie with attributes, as a response would.
    pub fn add_cookie(&self, cookie: &SetCookie) {
        let browser = &self.browser;
        browser.jar().set(cookie, &browser.base, browser.now());
    }

    /// Gives the browser a signed cookie, like `set_signed_cookie` in a
    /// handler. It can log in a user who is identified by one.
    pub fn set_signed_cookie(&self, name: &str, value: impl AsRef<[u8]>) {
        let options = SignOptions::new().at(self.browser.now().into());
        let value = create_signed_value_with(self.secret(), name, value, &options)
            .expect("the key that signs by default is there");
        self.set_cookie(name, &value);
    }

    /// The value of a signed cookie, or `None`; like `get_signed_cookie` in a
    /// handler.
    #[must_use]
    pub fn get_signed_cookie(&self, name: &str) -> Option<Vec<u8>> {
        let options = DecodeOptions::new().at(self.browser.now().into());
        decode_signed_value(self.secret(), name, &self.get_cookie(name)?, &options)
    }

    /// Deletes all cookies.
    pub fn clear_cookies(&self) {
        self.browser.jar().clear();
    }

    /// Moves the application's time forward: sessions and signed cookies
    /// expire, and so do the cookies of this browser. It can't go back, and
    /// tokio's timers do not follow; see [`Clock`](tornado_core::Clock). A
    /// session store deletes by its own clock, but an expired session is gone
    /// for requests all the same.
    ///
    /// ```
    /// use std::time::Duration;
    /// # use tornado_web::{Application, Settings};
    /// # use tornado_testing::TestClient;
    /// # let client = TestClient::new(Application::new([], Settings::new().cookie_secret("a secret")).unwrap());
    /// client.set_signed_cookie("user", "kim");
    /// client.advance(Duration::from_secs(40 * 24 * 3600));
    /// assert_eq!(client.get_signed_cookie("user"), None);
    /// ```
    pub fn advance(&self, duration: Duration) {
        self.application().clock().advance(duration);
    }

    /// The application.
    ///
    /// # Panics
    ///
    /// If it runs [elsewhere](Self::connect).
    #[must_use]
    pub fn application(&self) -> &Application {
        let application = self.browser.application();
        application.expect("the application of `TestClient::connect` is out of reach")
    }

    fn secret(&self) -> &tornado_cookies::CookieSecret {
        let secret = self.application().settings().get_cookie_secret();
        secret.expect("the setting `cookie_secret` is needed for signed cookies")
    }

    pub(crate) fn browser(&self) -> &Browser {
        &self.browser
    }

    pub(crate) fn browser_mut(&mut self) -> &mut Browser {
        &mut self.browser
    }

    pub(crate) fn watch(&self) -> &WatchLogs {
        &self.watch
    }
}

impl fmt::Debug for TestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestClient")
            .field("base_url", &self.browser.base.as_str())
            .finish_non_exhaustive()
    }
}

fn parse(url: &str) -> Url {
    match Url::parse(url) {
        Ok(base) if base.has_host() => base,
        _ => panic!("{url:?} is no URL with a scheme and a host"),
    }
}
