//! `TestStream`: a response whose body arrives piece by piece.

use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt as _;
use url::Url;

use crate::TestResponse;
use crate::transport::{Received, reason};

/// A response that is still arriving: event streams, large responses, anything
/// that a handler flushes. Dropping it means leaving, like a client that closes
/// its connection.
///
/// ```
/// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct Counter(Exchange);
///
/// impl RequestHandler for Counter {
///     async fn get(&mut self) -> Result {
///         for n in 0.. {
///             self.write(format!("{n}\n"));
///             self.flush().await?;
///         }
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let client = TestClient::new(Application::new([url("/", Counter)], Settings::new()).unwrap());
/// let mut stream = client.get("/").stream().await;
/// assert_eq!(stream.status(), 200);
/// assert_eq!(stream.chunk().await.as_deref(), Some(&b"0\n"[..]));
/// assert_eq!(stream.chunk().await.as_deref(), Some(&b"1\n"[..]));
/// # });
/// ```
pub struct TestStream {
    received: Received,
    url: Url,
    timeout: Duration,
    asked: String,
}

impl TestStream {
    pub(crate) fn new(
        received: Received,
        url: Url,
        timeout: Duration,
        asked: String,
    ) -> TestStream {
        TestStream {
            received,
            url,
            timeout,
            asked,
        }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.received.status()
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.received.headers()
    }

    /// The first header with a name, or `None`; also `None` if it is not ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// The next piece of the body; `None` at its end. Within the process, a
    /// piece is what one flush has sent; a socket may split and join pieces.
    ///
    /// # Panics
    ///
    /// If the body breaks off, or nothing arrives in time.
    pub async fn chunk(&mut self) -> Option<Bytes> {
        let chunk = self.try_chunk().await;
        chunk.unwrap_or_else(|error| panic!("the body broke off: {error}; {}", self.asked))
    }

    /// The next piece of the body, for a test in which it breaks off.
    ///
    /// # Errors
    ///
    /// When it has broken off: the handler has failed after its first flush.
    pub async fn try_chunk(
        &mut self,
    ) -> Result<Option<Bytes>, Box<dyn std::error::Error + Send + Sync>> {
        loop {
            let frame = self.received.body_mut().frame();
            let Ok(frame) = tokio::time::timeout(self.timeout, frame).await else {
                panic!("nothing came within {:?}: {}", self.timeout, self.asked);
            };
            match frame.transpose()? {
                None => return Ok(None),
                // Trailers are not supported.
                Some(frame) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return Ok(Some(data)),
                    _ => {}
                },
            }
        }
    }

    /// Waits for the rest of the body.
    ///
    /// # Panics
    ///
    /// If it breaks off, or a piece does not arrive in time.
    pub async fn into_response(mut self) -> TestResponse {
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunk().await {
            body.extend_from_slice(&chunk);
        }
        let (head, _) = self.received.into_parts();
        TestResponse {
            status: head.status,
            reason: reason(&head),
            version: head.version,
            headers: head.headers,
            body: body.freeze(),
            url: self.url,
            asked: self.asked,
        }
    }
}

impl fmt::Debug for TestStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestStream")
            .field("asked", &self.asked)
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
