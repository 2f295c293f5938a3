//! The settings of this crate: Tornado's, and a few of our own.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tornado_cookies::{CookieSecret, SetCookie};

use super::table::index;
use super::{CookieKwargs, ParseBodyConfig, SecretSetting, Settings, SettingsError, SslOptions};
use crate::connection::Protocol;

crate::settings! {
    /// The settings that have a name.
    #[check(check)]
    impl Settings {
        /// For development: turns `serve_traceback` on and `static_hash_cache`
        /// and `compiled_template_cache` off, and limits the wait at the end to
        /// a second (`shutdown_timeout`), each unless it is set explicitly.
        ///
        /// ```
        /// use tornado_web::Settings;
        /// let settings = Settings::new().debug(true).serve_traceback(false);
        /// assert!(!settings.get_static_hash_cache() && !settings.get_serve_traceback());
        /// ```
        debug: bool = off,
        /// Whether an error page shows the error itself: as text, or as a page to browsers if
        /// [`debug`](Self::debug) is on. Never use it in production.
        serve_traceback: bool = (|s: &Settings| s.get_debug()) "`false`, `true` with `debug`",
        /// Whether an error is a problem document, `application/problem+json`
        /// (RFC 9457), for clients whose `Accept` does not prefer HTML to JSON,
        /// or accepts anything. Browsers get Tornado's page, and without this
        /// setting so does every client.
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
        problem_details: bool = off,
        /// Whether the version of a static file is computed once per content,
        /// which size and time identify, instead of for each request.
        static_hash_cache: bool = (|s: &Settings| !s.get_debug()) "`true`, `false` with `debug`",
        /// Whether responses are compressed with gzip for clients that accept
        /// it: text, JSON, XML and JavaScript, if the response has at least
        /// 1,024 bytes or is sent piece by piece. It adds
        /// `Vary: Accept-Encoding` to every response.
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
        compress_response: bool = off,
        /// The secret that signs cookies: a text, or several numbered texts, of
        /// which [`key_version`](Settings::key_version) selects the one that
        /// signs.
        ///
        /// ```
        /// use tornado_web::{Application, Settings};
        /// let settings = Settings::new().cookie_secret([(1, "old"), (2, "new")]).key_version(2);
        /// assert!(Application::new([], settings).is_ok());
        /// assert!(Application::new([], Settings::new().cookie_secret([(1, "old")])).is_err());
        /// ```
        cookie_secret: SecretSetting = own "none",
        /// Which of several secrets signs; all of them verify. It has no meaning for a secret that
        /// is a single text.
        key_version: u32,
        /// Attributes of the cookies that handlers set, unless they say otherwise: `domain`,
        /// `path`, `secure`, `httponly`, `samesite` and `partitioned`. The expiry is set for each
        /// cookie. A name that begins with `__Host-` gets no domain and no path. A cookie passed to
        /// [`add_cookie`](crate::Cookies::add_cookie) stays as it was made, and so does the cookie
        /// of a session, which has its own settings.
        ///
        /// ```
        /// use tornado_web::{Application, CookieKwargs, Cookies, Exchange, Handler, RequestHandler, Result, Settings, url};
        /// use tornado_testing::TestClient;
        ///
        /// #[derive(Handler)]
        /// struct Page(Exchange);
        ///
        /// impl RequestHandler for Page {
        ///     async fn get(&mut self) -> Result {
        ///         self.set_cookie("a", "1");
        ///         self.set_cookie("b", "2").secure(false);
        ///         Ok(())
        ///     }
        /// }
        ///
        /// # tornado_testing::block_on(async {
        /// let settings = Settings::new().cookie_kwargs(CookieKwargs::new().secure(true).http_only(true));
        /// let client = TestClient::new(Application::new([url("/", Page)], settings).unwrap());
        /// let response = client.get("/").await;
        /// assert_eq!(response.set_cookie("a"), Some("a=1; HttpOnly; Path=/; Secure"));
        /// assert_eq!(response.set_cookie("b"), Some("b=2; HttpOnly; Path=/"));
        /// # });
        /// ```
        cookie_kwargs: CookieKwargs ("a table of attributes") [lasting_attributes] = default "none",
        /// Where [`authenticated`](crate::Context::authenticated) sends users
        /// who must log in.
        login_url: String,
        /// Whether forms need a token that other sites don't have; see
        /// [`Xsrf`](crate::Xsrf).
        xsrf_cookies: bool = off,
        /// The version of new XSRF tokens, 1 or 2. Both are read.
        xsrf_cookie_version: u8 [version] = 2,
        /// Attributes of the XSRF cookie, overriding those of
        /// [`cookie_kwargs`](Self::cookie_kwargs).
        xsrf_cookie_kwargs: CookieKwargs ("a table of attributes") [attributes] = default "none",
        /// The name of the XSRF cookie. The form field is always `_xsrf`.
        xsrf_cookie_name: String [cookie_name] = "_xsrf",
        /// Whether requests that change something are refused when they come
        /// from another origin, according to the browser's `Sec-Fetch-Site` or
        /// `Origin`. It needs no token, and can be combined with
        /// `xsrf_cookies`.
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
        cross_origin_protection: bool = off,
        /// The origins that `cross_origin_protection` lets through, by the
        /// default of
        /// [`check_trusted_origin`](crate::RequestHandler::check_trusted_origin):
        /// `https://example.com`, with the port if it is not the usual one.
        trusted_origins: Vec<String> [origins] = (|_: &Settings| &[][..]) "none",
        /// The directory of the static files. It adds routes for them, before
        /// the application's own: `/static/(.*)`, `/favicon.ico` and
        /// `/robots.txt`.
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
        static_path: PathBuf = own "none",
        /// The path in front of static files, or the URL of another host that serves them.
        static_url_prefix: String [url_prefix] = "/static/",
        /// The largest body of a request, in bytes. Anything larger is a 413.
        /// In Tornado it is an argument of the server.
        max_body_size: usize (bytes) = (|s: &Settings| s.get_max_buffer_size()) "`max_buffer_size`",
        /// The largest head of a request, its first line and its headers, in
        /// bytes. Anything larger is a 431, and the end of the connection.
        max_header_size: usize (bytes) [above_zero] = 64 KiB,
        /// How long a connection stays open without a request. Tornado's default is an hour; this
        /// one is longer than proxies keep a connection, so that they close it. It is counted from
        /// the end of the previous response until the head of the next request has arrived. Then
        /// the connection is closed without a response.
        idle_connection_timeout: Duration [above_zero] = 75 s,
        /// How long the head of a request may take from its first byte, or for
        /// the first request from the start of the connection. Then the
        /// connection is closed without a response.
        header_timeout: Duration [above_zero] = 30 s,
        /// How long a client may take none of the data that is waiting for it. Then the connection
        /// is cut. A stream that has nothing to send may be silent forever.
        write_timeout: Duration [above_zero] = 60 s,
        /// How long a response may take for a client that has closed its own side of the
        /// connection, or all of it, which looks the same; each piece that is sent restarts the
        /// time. Then the client counts as gone, and `on_connection_close` is called.
        half_close_timeout: Duration = 1 s,
        /// The most connections that may be open at a time. Others wait until
        /// one ends.
        max_connections: usize [above_zero] = none "no limit",
        /// The most connections that one client address may have at a time; for IPv6, that is its
        /// first 64 bits. Further ones are closed immediately. With [`xheaders`](Self::xheaders) it
        /// limits requests instead, by the address that the proxy reports, and further ones are a
        /// 429.
        max_connections_per_address: usize [above_zero] = none "no limit",
        /// The most requests that an HTTP/2 client may make at a time on one connection.
        http2_max_concurrent_streams: u32 [above_zero] = 100,
        /// Whether a connection ends after its first response.
        no_keep_alive: bool = off,
        /// Whether [`remote_ip`](crate::HttpServerRequest::remote_ip) and
        /// [`protocol`](crate::HttpServerRequest::protocol) come from a proxy: `X-Real-Ip` or the
        /// last address of `X-Forwarded-For`, and `X-Scheme` or the last word of
        /// `X-Forwarded-Proto`. Anyone who can reach the server directly can then claim anything,
        /// so use it only behind a proxy that sets these headers. The same goes for `X-Request-Id`;
        /// see [`RequestId`](crate::RequestId).
        xheaders: bool = off,
        /// Whether each request has an id in the log and in the response, in the header
        /// `X-Request-Id`; see [`RequestId`](crate::RequestId). Every line that is written while
        /// the request is answered is within a span `request` with the field `request_id`, and in
        /// Tornado's format ends with it.
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
        request_ids: bool = off,
        /// The addresses of the proxies behind the first one, with
        /// [`xheaders`](Self::xheaders): they are skipped at the end of
        /// `X-Forwarded-For`.
        trusted_downstream: Vec<IpAddr> ("a list of addresses") = (|_: &Settings| &[][..]) "none",
        /// The value of [`protocol`](crate::HttpServerRequest::protocol),
        /// whatever the connection: `Https` behind a proxy that handles TLS.
        protocol: Protocol ("`http` or `https`") = none "that of the connection",
        /// The certificate and key files, for HTTPS. It needs the feature
        /// `tls`. For other ways see [`Server::tls`](crate::Server).
        ssl_options: SslOptions ("a table of `certfile` and `keyfile`"),
        /// Whether bodies with `Content-Encoding: gzip` are inflated.
        /// [`max_body_size`](Self::max_body_size) then limits the inflated size
        /// as well. The handler finds the header as
        /// `X-Consumed-Content-Encoding`.
        decompress_request: bool = off,
        /// How many times its compressed size an inflated body over 1 MiB may be. Anything beyond
        /// is a 413; otherwise a small gzip body could fill the memory with zeros. Text inflates to
        /// ten times its size, a log that repeats one line to 50.
        max_decompress_ratio: usize [above_zero] = 100,
        /// The limits of a form.
        parse_body_config: ParseBodyConfig ("a table of `multipart` and `urlencoded`") = default "Tornado's limits",
        /// The most bytes kept of a body that is read whole. It is the default
        /// of [`max_body_size`](Self::max_body_size).
        max_buffer_size: usize (bytes) = 100 MiB,
        /// Whether the names of headers are sent as Tornado writes them, `Content-Type`. By default
        /// they are in lower case, as in HTTP/2 and from proxies, which means the same (RFC 9110,
        /// 5.1) and costs a tenth less for a small response.
        title_case_headers: bool = off,
        /// How long the body of a request may take to arrive, counted from its
        /// head. Then the connection is closed without a response.
        body_timeout: Duration [above_zero] = none "no limit",
        /// How long a client may take for each further 1,024 bytes of a body, or for the rest of
        /// it. Time in which the handler does not ask for more does not count. After that the
        /// connection is closed without a response.
        body_idle_timeout: Duration [above_zero] = 30 s,
        /// The most bytes that all bodies that are read whole may hold together. Those of one
        /// connection may hold [`max_body_size`](Self::max_body_size). Anything beyond is a 503.
        max_bodies_size: usize (bytes) [above_zero] = 1 GiB,
        /// The largest piece of a body that
        /// [`data_received`](crate::RequestHandler::data_received) gets, in bytes.
        chunk_size: usize (bytes) [above_zero] = 64 KiB,
        /// How long [`listen`](crate::Application::listen) waits for requests in
        /// flight when it is asked to stop.
        shutdown_timeout: Duration = (shutdown_timeout) "30 s, 1 s with `debug`",
        /// How long the server continues to accept connections when it is asked to stop, so that
        /// whatever sends it requests can notice. In that time
        /// [`is_stopping`](crate::Application::is_stopping) is true, and each response is the last
        /// of its connection.
        shutdown_delay: Duration = 0 s,
        /// Whether `HEAD` is answered by `get` if a handler has no `head`. Tornado answers 405.
        head_from_get: bool = on,
        /// The level from which [`log`](crate::log) lines are written if the
        /// program has no subscriber of its own: `debug`, `info`, `warning`,
        /// `error` or `none`, as in Tornado's option of that name.
        logging: String ("`debug`, `info`, `warning`, `error` or `none`") [level] = "info",
    }
}

fn shutdown_timeout(settings: &Settings) -> Duration {
    Duration::from_secs(if settings.get_debug() { 1 } else { 30 })
}

fn version(version: &u8) -> Result<(), String> {
    expect(matches!(version, 1 | 2), "it is 1 or 2")
}

fn above_zero<N: Default + PartialOrd>(number: &N) -> Result<(), String> {
    expect(*number > N::default(), "it is above zero")
}

fn level(level: &str) -> Result<(), String> {
    expect(
        ["debug", "info", "warning", "error", "none"].contains(&level),
        "it is `debug`, `info`, `warning`, `error` or `none`",
    )
}

/// In the form that browsers use, since they are compared with what a browser
/// has sent.
fn origins(origins: &[String]) -> Result<(), String> {
    for origin in origins {
        let host = origin.split_once("://").filter(|(scheme, host)| {
            !scheme.is_empty() && !host.is_empty() && !host.contains(['/', '?', '#', '@', ' '])
        });
        let is_lower = !origin.contains(|letter: char| letter.is_ascii_uppercase());
        if host.is_none() || !is_lower {
            return Err(format!(
                "{origin:?} is not as browsers send an origin: `https://example.com`, in small \
                 letters, with a port if it is not the usual one, and nothing behind it"
            ));
        }
    }
    Ok(())
}

/// With an empty prefix, the route of static files would match every path.
fn url_prefix(prefix: &str) -> Result<(), String> {
    expect(
        prefix.starts_with('/') || prefix.contains("://"),
        "it begins with `/`, or is a whole URL",
    )
}

fn cookie_name(name: &str) -> Result<(), String> {
    written(&mut SetCookie::new(name, ""))
}

fn attributes(kwargs: &CookieKwargs) -> Result<(), String> {
    kwargs.check_places()?;
    let mut cookie = SetCookie::new("a", "");
    kwargs.apply(&mut cookie);
    written(&mut cookie)
}

fn lasting_attributes(kwargs: &CookieKwargs) -> Result<(), String> {
    expect(
        !kwargs.has_end(),
        "it can't have `expires`, `expires_days` or `max_age`: each cookie has its own end",
    )?;
    attributes(kwargs)
}

fn written(cookie: &mut SetCookie) -> Result<(), String> {
    let header = cookie.to_header_value();
    header.map(drop).map_err(|error| error.to_string())
}

fn expect(is_so: bool, expected: &str) -> Result<(), String> {
    if is_so {
        Ok(())
    } else {
        Err(expected.to_owned())
    }
}

/// Checks the settings that depend on each other.
fn check(settings: &Settings) -> Result<(), SettingsError> {
    settings.make_secret().map(drop)
}

impl Settings {
    /// The [`static_path`](Self::static_path), unless it is empty.
    #[must_use]
    pub fn get_static_path(&self) -> Option<&Path> {
        let index = const { index(ROWS, "static_path") };
        let path: Option<&PathBuf> = self.row(&TABLE, index);
        path.map(PathBuf::as_path)
            .filter(|path| !path.as_os_str().is_empty())
    }

    /// The secret to sign with, made from its two settings.
    pub(super) fn make_secret(&self) -> Result<Option<CookieSecret>, SettingsError> {
        match self.cookie_secret_setting() {
            Some(secret) => secret.resolve(self.get_key_version()).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn cookie_secret_setting(&self) -> Option<&SecretSetting> {
        self.row(&TABLE, const { index(ROWS, "cookie_secret") })
    }
}
