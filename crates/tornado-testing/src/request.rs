//! `TestRequest`: a request that a test assembles.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use serde::Serialize;
use url::Url;

use crate::browser::{Browser, header};
use crate::multipart::{self, FilePart};
use crate::transport::{Origin, Pieces, Received};
use crate::{TestResponse, TestStream, log, target, xsrf};

/// A request that has not been sent yet: `await` sends it and returns the
/// [`TestResponse`]. [`TestClient::get`](crate::TestClient::get) and its
/// relatives make one.
///
/// To run a request concurrently with others, such as a long poll, use
/// [`send`](Self::send).
#[must_use = "a request is sent when it is awaited"]
pub struct TestRequest {
    browser: Browser,
    method: Method,
    target: String,
    url: Url,
    headers: HeaderMap,
    content: Content,
    follow: bool,
    xsrf: bool,
    timeout: Duration,
    asked_at: &'static Location<'static>,
}

enum Content {
    Nothing,
    Form {
        fields: Vec<(String, String)>,
        files: Vec<FilePart>,
    },
    Bytes(Bytes),
    Pieces(Vec<Bytes>),
}

/// As many as Tornado's client follows.
const MAX_REDIRECTS: usize = 5;

impl TestRequest {
    #[track_caller]
    pub(crate) fn new(browser: Browser, method: Method, path: &str) -> TestRequest {
        TestRequest {
            url: target::asked(&browser.base, path),
            target: target::target(path),
            timeout: browser.timeout,
            browser,
            method,
            headers: HeaderMap::new(),
            content: Content::Nothing,
            follow: false,
            xsrf: true,
            asked_at: Location::caller(),
        }
    }

    /// Adds arguments to the query, percent-encoded: pairs, or a serde struct.
    ///
    /// ```
    /// # use tornado_web::{Application, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, url};
    /// # use tornado_testing::TestClient;
    /// # #[derive(Handler)]
    /// # struct Search(Exchange);
    /// # impl RequestHandler for Search {
    /// #     async fn get(&mut self) -> Result {
    /// #         let text = self.get_query_argument("q")?;
    /// #         self.write(text);
    /// #         Ok(())
    /// #     }
    /// # }
    /// # tornado_testing::block_on(async {
    /// # let client = TestClient::new(Application::new([url("/search", Search)], Settings::new()).unwrap());
    /// assert_eq!(client.get("/search").query([("q", "a&b")]).await.text(), "a&b");
    /// # });
    /// ```
    #[track_caller]
    pub fn query(mut self, arguments: impl Serialize) -> TestRequest {
        let encoded = encode(&arguments);
        let separator = if self.target.contains('?') { '&' } else { '?' };
        self.target = format!("{}{separator}{encoded}", self.target);
        self.url = target::asked(&self.url, &self.target);
        self
    }

    /// Sets a header, replacing one with the same name. `Cookie` replaces the
    /// browser's cookies.
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> TestRequest {
        let (name, value) = header(name, value);
        self.headers.insert(name, value);
        self
    }

    /// Adds a header, in addition to those with the same name.
    #[track_caller]
    pub fn add_header(mut self, name: &str, value: &str) -> TestRequest {
        let (name, value) = header(name, value);
        self.headers.append(name, value);
        self
    }

    /// Sends a user and a password, as browsers do after a 401
    /// (`auth_username`, `auth_password`).
    pub fn basic_auth(self, user: &str, password: &str) -> TestRequest {
        let credentials = STANDARD.encode(format!("{user}:{password}"));
        self.header(AUTHORIZATION.as_str(), &format!("Basic {credentials}"))
    }

    /// Sends a form: pairs of names and values, or a serde struct. It is
    /// urlencoded, or multipart if [`file`](Self::file) adds files. If the
    /// application wants an XSRF token, it is included.
    #[track_caller]
    pub fn form(mut self, fields: impl Serialize) -> TestRequest {
        let encoded = encode(&fields);
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(&encoded).expect("it was encoded just now");
        self.form_content().0.extend(pairs);
        self
    }

    /// Adds a file to the form: the name of the field, the name of the file,
    /// its type and its content.
    ///
    /// ```
    /// # use tornado_web::{Application, Exchange, Handler, Input, Output, RequestHandler, Result, Settings, url};
    /// # use tornado_testing::TestClient;
    /// # #[derive(Handler)]
    /// # struct Upload(Exchange);
    /// # impl RequestHandler for Upload {
    /// #     async fn post(&mut self) -> Result {
    /// #         let text = format!("{}: {}", self.get_body_argument("title")?, self.request().files().get("photo").unwrap().filename());
    /// #         self.write(text);
    /// #         Ok(())
    /// #     }
    /// # }
    /// # use tornado_web::Context;
    /// # tornado_testing::block_on(async {
    /// # let client = TestClient::new(Application::new([url("/upload", Upload)], Settings::new()).unwrap());
    /// let upload = client.post("/upload").form([("title", "A cat")]);
    /// let response = upload.file("photo", "cat.png", "image/png", &b"\x89PNG"[..]).await;
    /// assert_eq!(response.text(), "A cat: cat.png");
    /// # });
    /// ```
    #[track_caller]
    pub fn file(
        mut self,
        field: &str,
        filename: &str,
        content_type: &str,
        content: impl Into<Bytes>,
    ) -> TestRequest {
        self.form_content().1.push(FilePart {
            field: field.to_owned(),
            filename: filename.to_owned(),
            content_type: content_type.to_owned(),
            content: content.into(),
        });
        self
    }

    /// Sends a value as JSON.
    #[track_caller]
    pub fn json(self, value: impl Serialize) -> TestRequest {
        let text = serde_json::to_vec(&value)
            .unwrap_or_else(|error| panic!("the value can't be written as JSON: {error}"));
        let request = self.body(text);
        if request.headers.contains_key(CONTENT_TYPE) {
            return request;
        }
        request.header(CONTENT_TYPE.as_str(), "application/json")
    }

    /// Sends these bytes. Set their `Content-Type` with
    /// [`header`](Self::header).
    #[track_caller]
    pub fn body(mut self, body: impl Into<Bytes>) -> TestRequest {
        self.put_content(Content::Bytes(body.into()));
        self
    }

    /// Sends a body in pieces, whose total length is not announced, as for a
    /// handler with `STREAM_REQUEST_BODY`.
    #[track_caller]
    pub fn pieces<B: Into<Bytes>>(mut self, pieces: impl IntoIterator<Item = B>) -> TestRequest {
        let pieces = pieces.into_iter().map(Into::into).collect();
        self.put_content(Content::Pieces(pieces));
        self
    }

    /// Follows up to five redirects, as browsers do: with a `GET` after a 303,
    /// and after a 301 or 302 to a `POST`. A redirect to another host is itself
    /// the response.
    pub fn follow_redirects(mut self) -> TestRequest {
        self.follow = true;
        self
    }

    /// Sends no XSRF token, to check that the application refuses the request.
    pub fn without_xsrf(mut self) -> TestRequest {
        self.xsrf = false;
        self
    }

    /// How long this response may take; see
    /// [`TestClient::timeout`](crate::TestClient::timeout).
    pub fn timeout(mut self, timeout: Duration) -> TestRequest {
        self.timeout = timeout;
        self
    }

    /// Sends the request and waits for the whole response, as `await` on the
    /// request does, for use with `tokio::spawn` and `tokio::join!`.
    ///
    /// ```no_run
    /// # async fn test(client: tornado_testing::TestClient) {
    /// let waiting = tokio::spawn(client.get("/news").send());
    /// client.post("/news").form([("text", "Tea is here")]).await;
    /// assert_eq!(waiting.await.unwrap().text(), "Tea is here");
    /// # }
    /// ```
    pub async fn send(self) -> TestResponse {
        let (timeout, asked) = (self.timeout, self.to_string());
        let begun = Instant::now();
        let stream = self.stream().await;
        let left = timeout.saturating_sub(begun.elapsed());
        let whole = tokio::time::timeout(left, stream.into_response()).await;
        whole.unwrap_or_else(|_| panic!("no whole answer within {timeout:?} to {asked}"))
    }

    /// Sends the request and returns the response as soon as its head has
    /// arrived; the body follows, piece by piece.
    pub async fn stream(self) -> TestStream {
        let (timeout, asked) = (self.timeout, self.to_string());
        let scope = Arc::clone(&self.browser.scope);
        log::adopt(&scope);
        let begun = Instant::now();
        let answer = log::asked_by(scope, self.exchange());
        let answered = tokio::time::timeout(timeout, answer).await.ok();
        // A handler that blocks prevents timers from running.
        let in_time = answered.filter(|_| begun.elapsed() < timeout);
        let (received, url) =
            in_time.unwrap_or_else(|| panic!("no answer within {timeout:?} to {asked}"));
        TestStream::new(received, url, timeout, asked)
    }

    async fn exchange(mut self) -> (Received, Url) {
        for _ in 0..=MAX_REDIRECTS {
            let request = self.build();
            let origin = Origin {
                url: self.url.clone(),
                remote_ip: self.browser.remote_ip,
            };
            let sent = self.browser.transport.send(request, &origin).await;
            let received = sent.unwrap_or_else(|error| panic!("{self}: {error}"));
            let (now, mut jar) = (self.browser.now(), self.browser.jar());
            jar.take(received.headers(), &self.url, now);
            drop(jar);
            if !(self.follow && self.redirect(&received)) {
                return (received, self.url);
            }
        }
        panic!("more than {MAX_REDIRECTS} redirects: {self}");
    }

    /// Turns into the request that a redirect asks for, if it is one.
    fn redirect(&mut self, received: &Received) -> bool {
        let status = received.status();
        let location = received.headers().get(LOCATION);
        let location = location.and_then(|location| location.to_str().ok());
        let follows = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
        let (true, Some(location)) = (follows, location) else {
            return false;
        };
        let url = target::url(&self.url, location);
        if !self.browser.transport.reaches(&self.url, &url) {
            return false;
        }
        let by_get = status == StatusCode::SEE_OTHER
            || matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND)
                && self.method == Method::POST;
        if by_get && self.method != Method::HEAD {
            self.method = Method::GET;
            self.content = Content::Nothing;
            self.headers.remove(CONTENT_TYPE);
        }
        self.target = target::target(url.as_str());
        self.url = url;
        true
    }

    fn build(&self) -> Request<Pieces> {
        let mut headers = self.browser.headers.clone();
        for name in self.headers.keys() {
            headers.remove(name);
        }
        headers.extend(self.headers.clone());
        let token = self.xsrf_token();
        let body = match &self.content {
            Content::Form { fields, files } => {
                let mut fields = fields.clone();
                if let Some(token) = &token
                    && fields.iter().all(|(name, _)| name != xsrf::FIELD)
                {
                    fields.push((xsrf::FIELD.to_owned(), token.clone()));
                }
                let (content_type, body) = if files.is_empty() {
                    (multipart::URLENCODED, encode(&fields).into())
                } else {
                    (multipart::MULTIPART, multipart::encode(&fields, files))
                };
                let kept = headers.entry(CONTENT_TYPE);
                kept.or_insert(HeaderValue::from_static(content_type));
                Pieces::whole(body)
            }
            content => {
                if let Some(token) = &token {
                    let value = HeaderValue::try_from(token).expect("a token is ASCII");
                    let kept = headers.entry(HeaderName::from_static(xsrf::HEADER));
                    kept.or_insert(value);
                }
                match content {
                    Content::Bytes(body) => Pieces::whole(body.clone()),
                    Content::Pieces(pieces) => Pieces::open(pieces.clone()),
                    Content::Nothing | Content::Form { .. } => Pieces::whole(Bytes::new()),
                }
            }
        };
        let has_length = !matches!(self.content, Content::Nothing | Content::Pieces(_))
            || [Method::POST, Method::PUT, Method::PATCH].contains(&self.method);
        if let (Some(length), true) = (body.length(), has_length) {
            headers.entry(CONTENT_LENGTH).or_insert(length.into());
        }
        let now = self.browser.now();
        let own = headers.contains_key(COOKIE);
        if let (Some(cookies), false) = (self.browser.jar().header(&self.url, now), own) {
            headers.insert(COOKIE, cookies);
        }
        let host = &self.url[url::Position::BeforeHost..url::Position::AfterPort];
        let host = HeaderValue::try_from(host).expect("a host is ASCII");
        headers.entry(HOST).or_insert(host);
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = target::uri(&self.target);
        *request.headers_mut() = headers;
        request
    }

    fn xsrf_token(&self) -> Option<String> {
        let safe = [Method::GET, Method::HEAD, Method::OPTIONS];
        let wanted = self.xsrf && !safe.contains(&self.method);
        wanted.then(|| self.browser.xsrf_token(&self.url)).flatten()
    }

    #[track_caller]
    fn form_content(&mut self) -> (&mut Vec<(String, String)>, &mut Vec<FilePart>) {
        if matches!(self.content, Content::Nothing) {
            self.content = Content::Form {
                fields: Vec::new(),
                files: Vec::new(),
            };
        }
        match &mut self.content {
            Content::Form { fields, files } => (fields, files),
            _ => panic!("a request has one body: a form, or another"),
        }
    }

    #[track_caller]
    fn put_content(&mut self, content: Content) {
        let is_empty = matches!(self.content, Content::Nothing);
        assert!(is_empty, "a request has one body: it was set before");
        self.content = content;
    }
}

impl IntoFuture for TestRequest {
    type Output = TestResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = TestResponse> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// What was requested, and where in the test.
impl fmt::Display for TestRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.method, self.target, self.asked_at)
    }
}

impl fmt::Debug for TestRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestRequest({self})")
    }
}

#[track_caller]
fn encode(arguments: &impl Serialize) -> String {
    serde_urlencoded::to_string(arguments).unwrap_or_else(|error| {
        panic!("these are no names and values, but pairs or a struct are: {error}")
    })
}
