//! Output transforms, which change a response on its way out, such as gzip.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::request::HttpServerRequest;

/// Changes a response on its way out (`tornado.web.OutputTransform`). One is
/// made for each response, by the function passed to
/// [`add_transform`](crate::ApplicationBuilder::add_transform).
///
/// ```
/// use bytes::Bytes;
/// use http::{HeaderMap, StatusCode};
/// use tornado_web::{Application, OutputTransform, Settings};
/// use tornado_testing::TestClient;
///
/// struct Shout;
///
/// impl OutputTransform for Shout {
///     fn transform_first_chunk(
///         &mut self,
///         _status: &mut StatusCode,
///         headers: &mut HeaderMap,
///         chunk: Bytes,
///         finishing: bool,
///     ) -> Bytes {
///         headers.remove("etag"); // it was made before
///         self.transform_chunk(chunk, finishing)
///     }
///
///     fn transform_chunk(&mut self, chunk: Bytes, _finishing: bool) -> Bytes {
///         chunk.to_ascii_uppercase().into()
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let app = Application::builder(Settings::new()).add_transform(|_request| Shout).build().unwrap();
/// let response = TestClient::new(app).get("/").await;
/// assert!(response.text().starts_with("<HTML><TITLE>404: NOT FOUND</TITLE>"));
/// # });
/// ```
pub trait OutputTransform: Send + Sync {
    /// Changes the head and the first piece of the body. `finishing` says that
    /// it is the whole body. An existing `Content-Length` must be updated with
    /// the body, or removed; the entity tag has already been made.
    fn transform_first_chunk(
        &mut self,
        status: &mut StatusCode,
        headers: &mut HeaderMap,
        chunk: Bytes,
        finishing: bool,
    ) -> Bytes {
        let _ = (status, headers, finishing);
        chunk
    }

    /// Changes the next piece of the body. `finishing` says that it is the
    /// last, which may be empty.
    fn transform_chunk(&mut self, chunk: Bytes, finishing: bool) -> Bytes {
        let _ = finishing;
        chunk
    }
}

/// Makes a transform for a response.
type Factory = dyn Fn(&HttpServerRequest) -> Box<dyn OutputTransform> + Send + Sync;

/// The transforms of an application, in their order.
#[derive(Clone, Default)]
pub(crate) struct Transforms(Vec<Arc<Factory>>);

impl Transforms {
    pub(crate) fn add<T: OutputTransform + 'static>(
        &mut self,
        factory: impl Fn(&HttpServerRequest) -> T + Send + Sync + 'static,
    ) {
        self.0
            .push(Arc::new(move |request| Box::new(factory(request))));
    }

    pub(crate) fn put_first<T: OutputTransform + 'static>(
        &mut self,
        factory: impl Fn(&HttpServerRequest) -> T + Send + Sync + 'static,
    ) {
        self.add(factory);
        self.0.rotate_right(1);
    }

    /// One of each, for a request.
    pub(crate) fn start(&self, request: &HttpServerRequest) -> Vec<Box<dyn OutputTransform>> {
        self.0.iter().map(|make| make(request)).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Transforms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Transforms({})", self.0.len())
    }
}
