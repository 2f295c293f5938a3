//! Output transforms: what changes a response on its way out, such as gzip.

mod gzip;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

pub(crate) use gzip::GZipContentEncoding;

use crate::{Exchange, HttpServerRequest};

/// Changes a response on its way out (`tornado.web.OutputTransform`). One is
/// made for each response, by the function that
/// [`add_transform`](crate::ApplicationBuilder::add_transform) was given.
///
/// ```
/// use bytes::Bytes;
/// use http::{HeaderMap, StatusCode};
/// use tornado_core::{Application, OutputTransform, Settings};
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
    /// Changes the head, and the first piece of the body. `finishing` says that
    /// it is the whole body. A `Content-Length` that is there must be changed
    /// with the body, or removed; the entity tag has been made already.
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

    /// Changes a further piece of the body. `finishing` says that it is the
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

/// Those of one response.
struct Active(Vec<Box<dyn OutputTransform>>);

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

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Exchange {
    /// Runs the transforms over the head and what is in the buffer. They are
    /// made here, so that an error page gets its own.
    #[inline]
    pub(crate) fn transform_first_chunk(&mut self, finishing: bool) {
        if !self.0.application.transforms().is_empty() {
            self.start_transforms(finishing);
        }
    }

    fn start_transforms(&mut self, finishing: bool) {
        let inner = &mut *self.0;
        let factories = &inner.application.transforms().0;
        let mut active: Vec<_> = factories.iter().map(|make| make(&inner.request)).collect();
        let response = &mut inner.response;
        let mut chunk = response.buffer.take();
        for transform in &mut active {
            chunk = transform.transform_first_chunk(
                &mut response.status,
                &mut response.headers,
                chunk,
                finishing,
            );
        }
        response.buffer.push(chunk);
        if !finishing {
            self.insert_slot(Active(active));
        }
    }

    /// Runs the transforms over a further piece, which is in the buffer.
    #[inline]
    pub(crate) fn transform_chunk(&mut self, finishing: bool) {
        if self.0.application.transforms().is_empty() {
            return;
        }
        let inner = &mut *self.0;
        let mut chunk = inner.response.buffer.take();
        for transform in inner
            .slots
            .get_mut::<Active>()
            .map_or(&mut [][..], |active| &mut active.0)
        {
            chunk = transform.transform_chunk(chunk, finishing);
        }
        inner.response.buffer.push(chunk);
    }
}

impl fmt::Debug for Transforms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Transforms({})", self.0.len())
    }
}
