//! `TestResponse`: the response to a request.

use std::fmt;

use bytes::Bytes;
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode, Version};
use serde::de::DeserializeOwned;
use url::Url;

/// A response, with its whole body (`HTTPResponse`).
///
/// ```
/// # use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
/// # use tornado_testing::TestClient;
/// # #[derive(Handler)]
/// # struct Api(Exchange);
/// # impl RequestHandler for Api {
/// #     async fn get(&mut self) -> Result {
/// #         self.write(serde_json::json!({"stock": 3}));
/// #         Ok(())
/// #     }
/// # }
/// # tornado_testing::block_on(async {
/// # let client = TestClient::new(Application::new([url("/api", Api)], Settings::new()).unwrap());
/// let response = client.get("/api").await;
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.header("Content-Type"), Some("application/json; charset=UTF-8"));
/// assert_eq!(response.json::<serde_json::Value>()["stock"], 3);
/// # });
/// ```
#[derive(Clone)]
pub struct TestResponse {
    pub(crate) status: StatusCode,
    pub(crate) reason: String,
    pub(crate) version: Version,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) url: Url,
    pub(crate) asked: String,
}

impl TestResponse {
    /// The status, which can be compared with a number (Tornado's `code`).
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The reason of the status (Tornado's `reason`). If the response has none,
    /// as over HTTP/2, it is the standard one.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The HTTP version.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first header with a name, or `None`; also `None` if it is not ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The `Set-Cookie` header for a cookie, with its attributes. For the
    /// cookie that the browser keeps, use
    /// [`get_cookie`](crate::TestClient::get_cookie).
    #[must_use]
    pub fn set_cookie(&self, name: &str) -> Option<&str> {
        let lines = self.headers.get_all(SET_COOKIE).iter();
        let mut texts = lines.filter_map(|line| line.to_str().ok());
        texts.find(|line| {
            let rest = line.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with('='))
        })
    }

    /// The URL that answered. It differs from the requested one if redirects
    /// were followed (Tornado's `effective_url`).
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The body.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// The body as text.
    ///
    /// # Panics
    ///
    /// If it is not UTF-8.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> &str {
        match std::str::from_utf8(&self.body) {
            Ok(text) => text,
            Err(error) => panic!("the body is not UTF-8: {error}\n{self:?}"),
        }
    }

    /// The body, read from JSON.
    ///
    /// # Panics
    ///
    /// If it is not JSON, or does not fit a `T`.
    #[must_use]
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => {
                let wanted = std::any::type_name::<T>();
                panic!("the body is no {wanted} in JSON: {error}\n{self:?}")
            }
        }
    }

    /// The response itself, if it is a success (`HTTPResponse.rethrow`).
    ///
    /// # Panics
    ///
    /// If the status is not 2xx; the message contains the page.
    #[track_caller]
    #[expect(
        clippy::return_self_not_must_use,
        reason = "that it does not panic may be all that a test wants"
    )]
    pub fn rethrow(self) -> TestResponse {
        assert!(self.status.is_success(), "{self:?}");
        self
    }
}

/// Everything that a failing test wants to show.
impl fmt::Debug for TestResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:", self.asked)?;
        writeln!(f, "{} {}", self.status.as_u16(), self.reason)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        const MUCH: usize = 2000;
        let shown = &self.body[..self.body.len().min(MUCH)];
        write!(f, "\n{}", String::from_utf8_lossy(shown))?;
        if self.body.len() > MUCH {
            write!(f, ".. and {} bytes more", self.body.len() - MUCH)?;
        }
        Ok(())
    }
}
