//! `HttpServerRequest`: the request as a handler sees it.

mod budget;
mod incoming_body;
mod inflate;
mod origin;
mod refusal;
mod secrets;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Version, header};
use tornado_cookies::{CookieMap, find_cookie};

pub(crate) use budget::{Budget, Share};
pub(crate) use incoming_body::{IncomingBody, ReadError};
pub(crate) use refusal::Refusal;

use crate::arguments::{Arguments, latin1, parse_query};
use crate::body_arguments::Files;
use crate::connection::{ConnectionInfo, PeerCertificate, Protocol};
use crate::httputil::split_host_and_port;
use crate::request_id::RequestId;

/// The request of an exchange (`tornado.httputil.HTTPServerRequest`).
///
/// Tornado's attributes are methods of the same names: `self.request.path`
/// becomes `self.request().path()`. A handler reaches it through
/// [`Context::request`](crate::Context::request). Its `Debug`, and that of its
/// [`headers`](Self::headers), hides cookies, credentials, the values of
/// arguments, and the body.
///
/// ```
/// use tornado_web::{Application, Context, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct Echo(Exchange);
///
/// impl RequestHandler for Echo {
///     async fn get(&mut self) -> Result {
///         let line = format!("{} {}", self.request().method(), self.request().uri());
///         self.write(line);
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let client = TestClient::new(Application::new([url("/echo", Echo)], Settings::new()).unwrap());
/// assert_eq!(client.get("/echo?x=1").await.text(), "GET /echo?x=1");
/// # });
/// ```
pub struct HttpServerRequest {
    pub(crate) parts: Parts,
    pub(crate) body: Bytes,
    connection: ConnectionInfo,
    start: Instant,
    /// The body's share of the memory for all bodies.
    share: Share,
    /// Boxed, since many requests never use any of it.
    read: OnceLock<Box<Read>>,
}

/// The parts of a request that are parsed on demand.
#[derive(Default)]
struct Read {
    body_arguments: Arguments,
    files: Files,
    query_arguments: OnceLock<Arguments>,
    /// The arguments of query and body, if both have any.
    arguments: OnceLock<Arguments>,
    cookies: OnceLock<CookieMap>,
    id: OnceLock<RequestId>,
}

impl HttpServerRequest {
    #[inline(always)]
    pub(crate) fn new(
        parts: Parts,
        body: Bytes,
        connection: ConnectionInfo,
        start: Instant,
    ) -> HttpServerRequest {
        HttpServerRequest {
            parts,
            body,
            connection,
            start,
            share: Share::default(),
            read: OnceLock::new(),
        }
    }

    fn read(&self) -> &Read {
        self.read.get_or_init(Box::default)
    }

    /// Keeps the contents of a form in the body.
    pub(crate) fn set_form(&mut self, arguments: Arguments, files: Files) {
        self.read();
        let read = self.read.get_mut().expect("it was made just now");
        read.body_arguments = arguments;
        read.files = files;
    }

    /// Hides secret headers from every `Debug`.
    pub(crate) fn mark_secrets(&mut self) {
        secrets::mark(&mut self.parts.headers);
    }

    /// The body counts for as long as the request exists.
    pub(crate) fn keep(&mut self, share: Share) {
        self.share = share;
    }

    /// The method, such as `GET`.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// The path and query as they were sent, undecoded: `/a%20b?x=1`.
    #[must_use]
    pub fn uri(&self) -> &str {
        self.parts
            .uri
            .path_and_query()
            .map_or_else(|| self.parts.uri.path(), |p| p.as_str())
    }

    /// The path as it was sent, undecoded and without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.parts.uri.path()
    }

    /// What follows the `?`, undecoded; empty if there is no query.
    #[must_use]
    pub fn query(&self) -> &str {
        self.parts.uri.query().unwrap_or("")
    }

    /// The protocol version, as Tornado spells it: `HTTP/1.1`.
    #[must_use]
    pub fn version(&self) -> &'static str {
        match self.parts.version {
            Version::HTTP_09 => "HTTP/0.9",
            Version::HTTP_10 => "HTTP/1.0",
            Version::HTTP_2 => "HTTP/2",
            Version::HTTP_3 => "HTTP/3",
            _ => "HTTP/1.1",
        }
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The whole body. The arguments of a form have already been read from it;
    /// see [`body_arguments`](Self::body_arguments).
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The client's address as text; `0.0.0.0` if it has none, such as on a
    /// Unix socket.
    #[must_use]
    pub fn remote_ip(&self) -> String {
        self.connection.remote_ip().to_string()
    }

    /// `http` or `https`.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.connection.protocol()
    }

    /// The client's certificate in DER, verified by the server
    /// (`get_ssl_certificate(binary_form=True)`); `None` if
    /// [`cert_reqs`](crate::SslOptions::cert_reqs) does not ask for one, or the
    /// client has none.
    #[must_use]
    pub fn get_ssl_certificate(&self) -> Option<&[u8]> {
        let certificate = self.parts.extensions.get::<PeerCertificate>()?;
        Some(&certificate.0)
    }

    /// The peer and the protocol of the connection.
    #[must_use]
    pub fn connection(&self) -> &ConnectionInfo {
        &self.connection
    }

    /// An id that distinguishes this request from all others; see
    /// [`RequestId`]. It exists even without the setting
    /// [`request_ids`](crate::Settings::request_ids), which puts it into the
    /// log and the response.
    #[must_use]
    pub fn request_id(&self) -> &str {
        let parts = &self.parts;
        let id = || RequestId::of(&parts.headers, &parts.extensions, &self.connection);
        self.read().id.get_or_init(id).as_str()
    }

    /// The `Host` header, or its HTTP/2 counterpart; `127.0.0.1` for an
    /// HTTP/1.0 client that sends none.
    #[must_use]
    pub fn host(&self) -> &str {
        let named = self
            .parts
            .headers
            .get(header::HOST)
            .and_then(|h| h.to_str().ok());
        named
            .or_else(|| self.parts.uri.authority().map(|a| a.as_str()))
            .unwrap_or("127.0.0.1")
    }

    /// The host without its port, in lower case.
    #[must_use]
    pub fn host_name(&self) -> String {
        split_host_and_port(&self.host().to_lowercase())
            .0
            .to_owned()
    }

    /// The URL that the client requested: `http://example.com/a?b=c`.
    #[must_use]
    pub fn full_url(&self) -> String {
        format!("{}://{}{}", self.protocol(), self.host(), self.uri())
    }

    /// How long ago the head of the request arrived.
    #[must_use]
    pub fn request_time(&self) -> Duration {
        self.start.elapsed()
    }

    /// All arguments, those of the query string first and then those of a form
    /// in the body: `self.request.arguments`.
    ///
    /// The values are bytes, as they were sent. For text, use
    /// [`get_argument`](crate::Input::get_argument).
    ///
    /// ```
    /// use tornado_web::{Application, Context, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Handler)]
    /// struct Shows(Exchange);
    ///
    /// impl RequestHandler for Shows {
    ///     async fn post(&mut self) -> Result {
    ///         let arguments = self.request().arguments();
    ///         let first = arguments.get_all("a").next(); // self.request.arguments["a"][0]
    ///         let text = format!("{:?} {:?}", arguments.names().collect::<Vec<_>>(), first);
    ///         self.write(text);
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let client = TestClient::new(Application::new([url("/", Shows)], Settings::new()).unwrap());
    /// let response = client.post("/?a=0&b=1").form([("c", "2"), ("a", "3")]).await;
    /// assert_eq!(response.text(), r#"["a", "b", "c"] Some([48])"#);
    /// # });
    /// ```
    #[must_use]
    pub fn arguments(&self) -> &Arguments {
        // A form is read after the request has been made, so what is cached
        // here must not have been computed before that.
        let read = self.read();
        if read.body_arguments.is_empty() {
            return self.query_arguments();
        }
        let both = || self.query_arguments().followed_by(&read.body_arguments);
        read.arguments.get_or_init(both)
    }

    /// The arguments of the query string.
    #[must_use]
    pub fn query_arguments(&self) -> &Arguments {
        let query_arguments = &self.read().query_arguments;
        query_arguments.get_or_init(|| match self.parts.uri.query() {
            Some(query) => parse_query(query.as_bytes()),
            None => Arguments::default(),
        })
    }

    /// The arguments of a form in the body, urlencoded or multipart.
    #[must_use]
    pub fn body_arguments(&self) -> &Arguments {
        &self.read().body_arguments
    }

    /// The files of a multipart form, by field name.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.read().files
    }

    /// All cookies, by name. For a single one,
    /// [`get_cookie`](crate::Cookies::get_cookie) is cheaper.
    #[must_use]
    pub fn cookies(&self) -> &CookieMap {
        self.read().cookies.get_or_init(|| {
            CookieMap::from_headers(
                self.parts
                    .headers
                    .get_all(header::COOKIE)
                    .iter()
                    .map(HeaderValue::as_bytes),
            )
        })
    }

    /// A header as in Tornado: its lines joined by commas, Latin-1 as text.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let mut lines = self.parts.headers.get_all(name).iter();
        let mut text = latin1(lines.next()?.as_bytes());
        for line in lines {
            text.push(',');
            text.push_str(&latin1(line.as_bytes()));
        }
        Some(text)
    }

    /// A single cookie, without reading the others into a map.
    pub(crate) fn cookie(&self, name: &str) -> Option<std::borrow::Cow<'_, str>> {
        // The last cookie with a given name wins, so the last line that has it
        // decides.
        let lines = self.parts.headers.get_all(header::COOKIE).iter();
        lines
            .rev()
            .find_map(|line| find_cookie(line.as_bytes(), name))
    }

    /// Whether the method is `HEAD`, so that no body is sent.
    #[must_use]
    pub fn is_head(&self) -> bool {
        self.method() == Method::HEAD
    }

    /// `GET /x (127.0.0.1)`, as Tornado identifies a request in its log
    /// (`RequestHandler._request_summary`).
    #[must_use]
    pub fn summary(&self) -> String {
        format!(
            "{} {} ({})",
            self.method(),
            self.uri(),
            self.connection.remote_ip()
        )
    }

    /// What Tornado's `repr(request)` prints.
    pub(crate) fn repr(&self) -> String {
        format!(
            "HTTPServerRequest(protocol='{}', host='{}', method='{}', uri='{}', version='{}', remote_ip='{}')",
            self.protocol(),
            self.host(),
            self.method(),
            self.uri(),
            self.version(),
            self.remote_ip()
        )
    }
}
