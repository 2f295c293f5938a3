//! `Body`: the body of a message, in either direction.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use tracing::Span;

/// The error of a body that could not be produced or fully read.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of a request or response, as a tower service sees it.
///
/// ```
/// use http_body_util::BodyExt;
/// use tornado_web::Body;
///
/// # tornado_testing::block_on(async {
/// let body = Body::from("hello");
/// assert_eq!(body.collect().await.unwrap().to_bytes(), "hello");
/// # });
/// ```
#[derive(Default)]
pub struct Body(Kind);

#[derive(Default)]
enum Kind {
    #[default]
    Empty,
    Full(Bytes),
    Other(UnsyncBoxBody<Bytes, BoxError>),
}

impl Body {
    /// An empty body.
    #[must_use]
    pub fn empty() -> Body {
        Body::default()
    }

    /// Wraps any other body, such as axum's or hyper's.
    pub fn new<B>(body: B) -> Body
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Body(Kind::Other(body.map_err(Into::into).boxed_unsync()))
    }

    /// Produces the rest of the body within a span, for what a handler logs after it has flushed.
    pub(crate) fn within(self, span: Span) -> Body {
        if self.is_one_piece() {
            return self;
        }
        Body::new(Within {
            body: Some(self),
            span,
        })
    }

    /// Whether the whole body is here and is sent at once.
    #[inline]
    pub(crate) fn is_one_piece(&self) -> bool {
        match &self.0 {
            Kind::Empty => true,
            Kind::Full(bytes) => bytes.len() <= FRAME,
            Kind::Other(_) => false,
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Body {
        if bytes.is_empty() {
            Body::empty()
        } else {
            Body(Kind::Full(bytes))
        }
    }
}

impl From<String> for Body {
    fn from(text: String) -> Body {
        Body::from(Bytes::from(text))
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Body {
        Body::from(Bytes::from_static(text.as_bytes()))
    }
}

/// The server copies a frame after the head, or after what the client has not
/// taken yet, so this is the memory that a connection may need for it.
pub(crate) const FRAME: usize = 32 * 1024;

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Kind::Empty => Poll::Ready(None),
            Kind::Full(bytes) if bytes.len() > FRAME => {
                Poll::Ready(Some(Ok(Frame::data(bytes.split_to(FRAME)))))
            }
            Kind::Full(bytes) => {
                let bytes = std::mem::take(bytes);
                self.0 = Kind::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Kind::Other(body) => Pin::new(body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Empty => true,
            Kind::Full(_) => false,
            Kind::Other(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Empty => SizeHint::with_exact(0),
            Kind::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Other(body) => body.size_hint(),
        }
    }
}

/// A body that is produced, and dropped, within a span.
struct Within {
    /// `None` once it is dropped.
    body: Option<Body>,
    span: Span,
}

impl http_body::Body for Within {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        let _entered = this.span.enter();
        match &mut this.body {
            Some(body) => Pin::new(body).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        let _entered = self.span.enter();
        self.body = None;
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.0 {
            Kind::Empty => "Empty",
            Kind::Full(_) => "Full",
            Kind::Other(_) => "Other",
        };
        f.debug_tuple("Body").field(&kind).finish()
    }
}
