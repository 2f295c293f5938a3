//! The keys that Tornado knows, and a few of ours, each with its type.

use std::fmt::DebugMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::seconds::Seconds;
use super::{CookieKwargs, ParseBodyConfig, SecretSetting, Settings, SslOptions};
use crate::connection::Protocol;

/// For each key: its documentation, its name, its type, what the setter takes,
/// and what makes the one of the other, if that is not `into`.
macro_rules! known {
    ($($(#[doc = $doc:literal])+ $key:ident: $type:ty $(= $takes:ty $(=> $by:ident)?)?,)*) => {
        /// The values of the keys that are known, `None` where one is not set.
        #[derive(Clone, Default)]
        pub(super) struct Known {
            $(pub(super) $key: Option<$type>,)*
        }

        /// The names of all known keys.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($key),)*];

        impl Known {
            /// Sets a known key from a value; `None` if the key is not known.
            pub(super) fn insert(&mut self, key: &str, value: &Value) -> Option<serde_json::Result<()>> {
                match key {
                    $(stringify!($key) => Some(Option::deserialize(value).map(|value| self.$key = value)),)*
                    _ => None,
                }
            }

            /// A known key as a value; a secret is none.
            pub(super) fn value(&self, key: &str) -> Option<Value> {
                match key {
                    $(stringify!($key) => serde_json::to_value(self.$key.as_ref()?).ok(),)*
                    _ => None,
                }
            }

            pub(super) fn contains(&self, key: &str) -> bool {
                match key {
                    $(stringify!($key) => self.$key.is_some(),)*
                    _ => false,
                }
            }

            pub(super) fn merge(&mut self, other: Known) {
                $(if other.$key.is_some() {
                    self.$key = other.$key;
                })*
            }

            pub(super) fn debug(&self, map: &mut DebugMap<'_, '_>) {
                $(if let Some(value) = &self.$key {
                    map.entry(&stringify!($key), value);
                })*
            }
        }

        /// The keys that Tornado knows.
        impl Settings {
            $(
                $(#[doc = $doc])+
                #[must_use]
                pub fn $key(mut self, $key: known!(@takes $type $(, $takes)?)) -> Settings {
                    self.known.$key = Some(known!(@convert $key $($(, $by)?)?));
                    self
                }
            )*
        }
    };
    (@takes $type:ty) => { $type };
    (@takes $type:ty, $takes:ty) => { $takes };
    (@convert $value:ident) => { $value.into() };
    (@convert $value:ident, $by:ident) => { $by($value) };
}

known! {
    /// Sets `autoreload`, `serve_traceback` on, `compiled_template_cache`,
    /// `static_hash_cache` off, and `shutdown_timeout` to a second, each unless it
    /// is set itself.
    ///
    /// ```
    /// use tornado_web::Settings;
    /// let settings = Settings::new().debug(true).serve_traceback(false);
    /// assert!(settings.get_autoreload() && !settings.get_serve_traceback());
    /// ```
    debug: bool,
    /// Whether to restart when a file changes. Not used yet.
    autoreload: bool,
    /// Whether an error page shows the error itself: as text, and for a browser, where
    /// [`debug`](Self::debug) is on, as a page. Never in production.
    serve_traceback: bool,
    /// Whether an error is a problem document, `application/problem+json` (RFC
    /// 9457), where the client's `Accept` takes JSON as gladly as HTML or takes
    /// anything. Browsers get Tornado's page, and so does everybody without it.
    ///
    /// ```
    /// use tornado_web::{Application, Settings};
    /// use tornado_testing::TestClient;
    ///
    /// # tornado_testing::block_on(async {
    /// let app = Application::new([], Settings::new().problem_details(true)).unwrap();
    /// let client = TestClient::new(app);
    /// let problem = client.get("/").header("Accept", "application/json").await;
    /// assert_eq!(problem.text(), r#"{"type": "about:blank", "title": "Not Found", "status": 404}"#);
    /// let page = client.get("/").header("Accept", "text/html, */*;q=0.8").await;
    /// assert_eq!(page.header("Content-Type"), Some("text/html; charset=UTF-8"));
    /// # });
    /// ```
    problem_details: bool,
    /// Whether templates are read and compiled once. If not, an edited file shows at
    /// the next request. It is on unless [`debug`](Self::debug) is.
    compiled_template_cache: bool,
    /// Whether the version of a static file is computed once for each content,
    /// as size and time tell it, and not for each request.
    static_hash_cache: bool,
    /// Whether responses are compressed with gzip for those who accept it:
    /// text, JSON, XML and JavaScript, where the response is 1,024 bytes long
    /// or is sent piece by piece. It adds `Vary: Accept-Encoding` to every
    /// response.
    ///
    /// ```
    /// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct Page(Exchange);
    ///
    /// impl RequestHandler for Page {
    ///     async fn get(&mut self) -> Result {
    ///         self.write("hello ".repeat(200));
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let settings = Settings::new().compress_response(true);
    /// let client = TestClient::new(Application::new([url("/", Page)], settings).unwrap());
    /// let response = client.get("/").header("Accept-Encoding", "gzip").await;
    /// assert_eq!(response.header("Content-Encoding"), Some("gzip"));
    /// assert_eq!(response.header("Vary"), Some("Accept-Encoding"));
    /// # });
    /// ```
    compress_response: bool,
    /// The secret that cookies are signed with: a text, or several with
    /// numbers, of which [`key_version`](Settings::key_version) says the one
    /// that signs.
    ///
    /// ```
    /// use tornado_web::{Application, Settings};
    /// let settings = Settings::new().cookie_secret([(1, "old"), (2, "new")]).key_version(2);
    /// assert!(Application::new([], settings).is_ok());
    /// assert!(Application::new([], Settings::new().cookie_secret([(1, "old")])).is_err());
    /// ```
    cookie_secret: SecretSetting = impl Into<SecretSetting>,
    /// Which of several secrets signs; all of them verify.
    key_version: u32,
    /// Where [`authenticated`](crate::Context::authenticated) sends those who
    /// have to log in.
    login_url: String = impl Into<String>,
    /// Whether forms need a token that other sites don't have; see
    /// [`Xsrf`](crate::Xsrf).
    xsrf_cookies: bool,
    /// The version of new XSRF tokens, 1 or 2; 2 by default. Both are read.
    xsrf_cookie_version: u8,
    /// Attributes of the XSRF cookie.
    xsrf_cookie_kwargs: CookieKwargs,
    /// The name of the XSRF cookie; `_xsrf` by default. The field of the form
    /// keeps that name.
    xsrf_cookie_name: String = impl Into<String>,
    /// Whether requests that change something are refused when they come from
    /// another origin, as the browser says in `Sec-Fetch-Site` or `Origin`. It
    /// needs no token, and can be on beside `xsrf_cookies`.
    ///
    /// ```
    /// # use tornado_web::{Application, Exchange, Handler, RequestHandler, Result, Settings, url};
    /// # use tornado_testing::TestClient;
    /// # #[derive(Handler)]
    /// # struct Save(Exchange);
    /// # impl RequestHandler for Save {
    /// #     async fn post(&mut self) -> Result {
    /// #         Ok(())
    /// #     }
    /// # }
    /// # tornado_testing::block_on(async {
    /// let settings = Settings::new()
    ///     .cross_origin_protection(true)
    ///     .trusted_origins(["https://partner.example.com"]);
    /// let client = TestClient::new(Application::new([url("/", Save)], settings).unwrap());
    /// for (origin, status) in [("https://partner.example.com", 200), ("https://evil.example.com", 403)] {
    ///     assert_eq!(client.post("/").header("Origin", origin).await.status(), status);
    /// }
    /// # });
    /// ```
    cross_origin_protection: bool,
    /// The origins that `cross_origin_protection` lets through, as
    /// [`check_trusted_origin`](crate::RequestHandler::check_trusted_origin)
    /// does by default: `https://example.com`, with the port if it is not the
    /// usual one.
    trusted_origins: Vec<String> = impl IntoIterator<Item = impl Into<String>> => strings,
    /// The key of a Twitter application. Not used yet.
    twitter_consumer_key: SecretSetting = impl Into<SecretSetting>,
    /// The secret of a Twitter application. Not used yet.
    twitter_consumer_secret: SecretSetting = impl Into<SecretSetting>,
    /// Key and secret of a Google application. Not used yet.
    google_oauth: GoogleOauth,
    /// The key of a Facebook application. Not used yet.
    facebook_api_key: SecretSetting = impl Into<SecretSetting>,
    /// The secret of a Facebook application. Not used yet.
    facebook_secret: SecretSetting = impl Into<SecretSetting>,
    /// The function that escapes what the templates of
    /// [`template_path`](Self::template_path) show, by its name in a template, or `None`
    /// for no escaping; `xhtml_escape` by default. `{% autoescape .. %}` in a file
    /// counts more.
    autoescape: Option<String> = Option<String>,
    /// The directory of the templates, for `render`: one that is
    /// relative is below the working directory of the program. Tornado takes that of
    /// the handler's file where nothing is set.
    template_path: PathBuf = impl Into<PathBuf>,
    /// What becomes of white space in the templates of
    /// [`template_path`](Self::template_path): `all`, `single` or `oneline`. By default
    /// it is `single` for files that end in `.html` or `.js`, and `all` for others.
    template_whitespace: String = impl Into<String>,
    /// The directory of the static files. It makes routes for them, in front of
    /// the application's own: `/static/(.*)`, `/favicon.ico` and `/robots.txt`.
    ///
    /// ```
    /// use tornado_web::{Application, Settings};
    /// use tornado_testing::TestClient;
    /// # let directory = tempfile::tempdir().unwrap();
    /// # std::fs::write(directory.path().join("robots.txt"), "").unwrap();
    /// # let directory = directory.path();
    ///
    /// # tornado_testing::block_on(async {
    /// let app = Application::new([], Settings::new().static_path(directory)).unwrap();
    /// let client = TestClient::new(app);
    /// for (path, status) in [("/robots.txt", 200), ("/static/robots.txt", 200), ("/favicon.ico", 404)] {
    ///     assert_eq!(client.get(path).await.status(), status);
    /// }
    /// # });
    /// ```
    static_path: PathBuf = impl Into<PathBuf>,
    /// The path in front of static files; `/static/` by default.
    static_url_prefix: String = impl Into<String>,
    /// How often a WebSocket is pinged, in seconds. Not used yet.
    websocket_ping_interval: Seconds = Duration,
    /// How long a WebSocket may take to answer a ping, in seconds. Not used
    /// yet.
    websocket_ping_timeout: Seconds = Duration,
    /// The largest message that a WebSocket takes, in bytes. Not used yet.
    websocket_max_message_size: usize,
    /// The largest body of a request, in bytes; 100 MiB by default. What is
    /// larger is a 413. Tornado has it as an argument of its server.
    max_body_size: usize,
    /// The largest head of a request, its first line and its headers, in bytes;
    /// 64 KiB by default. What is larger is a 431, and the end of the
    /// connection.
    max_header_size: usize,
    /// How long a connection stays without a request; 75 seconds by default, and
    /// an hour in Tornado. It is counted from the end of the answer before, and goes
    /// on until the head of the next request is here. When it is over, the
    /// connection is closed without an answer. In a file, a number of seconds.
    idle_connection_timeout: Seconds = Duration,
    /// How long the head of a request may take from its first byte on, and from
    /// the start of the connection for the first one; 30 seconds by default. When
    /// it is over, the connection is closed without an answer. In a file, a number
    /// of seconds.
    header_timeout: Seconds = Duration,
    /// How long a client may take none of what is there for it; 60 seconds by
    /// default. When it is over, the connection is cut. A stream that has nothing to
    /// send may be silent for ever. In a file, a number of seconds.
    write_timeout: Seconds = Duration,
    /// How long an answer may take for a client that has closed its own side of the
    /// connection, or the whole of it, which looks the same; a second by default,
    /// and again for each piece that goes out. When it is over, the client has
    /// left: `on_connection_close` is called. In a file, a number of seconds.
    half_close_timeout: Seconds = Duration,
    /// How many connections there may be at a time; there is no limit by default.
    /// Others wait until one ends.
    max_connections: usize,
    /// How many connections a client of one address may have at a time, where the
    /// first 64 bits of an address of IPv6 count; there is no limit by default. More
    /// are closed at once. With [`xheaders`](Self::xheaders) it is how many requests
    /// at a time, by the address that the proxy gives, and more are a 429.
    max_connections_per_address: usize,
    /// How many requests a client of HTTP/2 may make at a time on one connection;
    /// 100 by default.
    http2_max_concurrent_streams: u32,
    /// Whether a connection ends after its first answer.
    no_keep_alive: bool,
    /// Whether [`remote_ip`](crate::HttpServerRequest::remote_ip) and
    /// [`protocol`](crate::HttpServerRequest::protocol) are what a proxy says:
    /// `X-Real-Ip` or the last address of `X-Forwarded-For`, `X-Scheme` or the
    /// last word of `X-Forwarded-Proto`. Whoever can reach the server then can
    /// say anything: use it behind a proxy only, which sets these headers. The same
    /// goes for `X-Request-Id`, see [`RequestId`](crate::RequestId).
    xheaders: bool,
    /// Whether each request has an id in the log and in the response, in the
    /// header `X-Request-Id`; see [`RequestId`](crate::RequestId). Every line that
    /// is written while the request is answered is within a span `request` with
    /// the field `request_id`, and ends with it in Tornado's form.
    ///
    /// ```
    /// use tornado_web::{Application, Settings};
    /// use tornado_testing::TestClient;
    ///
    /// # tornado_testing::block_on(async {
    /// let settings = Settings::new().request_ids(true);
    /// let client = TestClient::new(Application::new([], settings).unwrap());
    /// let response = client.get("/nothing").await;
    /// assert_eq!(response.header("X-Request-Id").unwrap().len(), 36);
    /// # });
    /// ```
    request_ids: bool,
    /// The addresses of proxies behind the first one, with
    /// [`xheaders`](Self::xheaders): they are passed over at the end of
    /// `X-Forwarded-For`.
    trusted_downstream: Vec<IpAddr>,
    /// What [`protocol`](crate::HttpServerRequest::protocol) is, whatever the
    /// connection: `Https` behind a proxy that ends TLS.
    protocol: Protocol,
    /// The files of certificate and key, for HTTPS; it needs the feature `tls`.
    /// For other ways there is [`Server::tls`](crate::Server).
    ssl_options: SslOptions,
    /// Whether bodies with `Content-Encoding: gzip` are inflated. Their limit
    /// is [`max_body_size`](Self::max_body_size) then, too. The handler finds
    /// the header as `X-Consumed-Content-Encoding`.
    decompress_request: bool,
    /// How much a form may hold.
    parse_body_config: ParseBodyConfig,
    /// How much is kept of a body that is read whole, in bytes; 100 MiB by
    /// default. It is what [`max_body_size`](Self::max_body_size) is unless
    /// that is set itself.
    max_buffer_size: usize,
    /// Whether the names of headers go out as Tornado writes them, `Content-Type`;
    /// by default they are in lower case, as HTTP/2 and proxies write them, which
    /// means the same (RFC 9110, 5.1) and costs a tenth less for a small answer.
    title_case_headers: bool,
    /// How long the body of a request may take to come in, counted from its
    /// head; there is no limit by default. When it is over, the connection is
    /// closed without an answer. In a file, a number of seconds.
    body_timeout: Seconds = Duration,
    /// How long a client may take for each next 1,024 bytes of a body, or for what
    /// is left of it; 30 seconds by default. Time in which the handler does not ask
    /// for more does not count. When it is over, the connection is closed without an
    /// answer. In a file, a number of seconds.
    body_idle_timeout: Seconds = Duration,
    /// How much the bodies of all requests may hold together that are read whole,
    /// in bytes; 1 GiB by default. Those of one connection may hold
    /// [`max_body_size`](Self::max_body_size). What is beyond is a 503.
    max_bodies_size: usize,
    /// The largest piece of a body that
    /// [`data_received`](crate::RequestHandler::data_received) gets, in bytes;
    /// 64 KiB by default.
    chunk_size: usize,
    /// How long [`listen`](crate::Application::listen) waits for requests in
    /// flight when it is asked to stop; 30 seconds by default, and one with
    /// [`debug`](Self::debug). In a file, a number of seconds.
    shutdown_timeout: Seconds = Duration,
    /// How long the server goes on to accept connections when it is asked to stop,
    /// so that whoever sends it requests can learn of it; not at all by default.
    /// Meanwhile [`is_stopping`](crate::Application::is_stopping) says so, and each
    /// answer is the last of its connection. In a file, a number of seconds.
    shutdown_delay: Seconds = Duration,
    /// Whether `HEAD` is answered by `get` where a handler has no `head`; it is
    /// by default. Tornado answers 405.
    head_from_get: bool,
    /// From which level on [`log`](crate::log) lines are written where the
    /// program has no subscriber of its own: `debug`, `info` (the default),
    /// `warning`, `error` or `none`, as Tornado's option of that name.
    logging: String = impl Into<String>,
}

impl Known {
    pub(super) fn cookie_secret(&self) -> Option<&SecretSetting> {
        self.cookie_secret.as_ref()
    }

    pub(super) fn key_version(&self) -> Option<u32> {
        self.key_version
    }
}

fn strings<S: Into<String>>(texts: impl IntoIterator<Item = S>) -> Vec<String> {
    texts.into_iter().map(Into::into).collect()
}

/// Key and secret of a Google application: `{"key": .., "secret": ..}`.
///
/// ```
/// use tornado_web::{GoogleOauth, Settings};
/// let settings = Settings::new().google_oauth(GoogleOauth::new("id", "hidden"));
/// assert!(!format!("{settings:?}").contains("hidden"));
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct GoogleOauth {
    key: String,
    secret: SecretSetting,
}

impl GoogleOauth {
    /// The two parts, as Google's console shows them.
    #[must_use]
    pub fn new(key: impl Into<String>, secret: impl Into<SecretSetting>) -> GoogleOauth {
        GoogleOauth {
            key: key.into(),
            secret: secret.into(),
        }
    }
}
