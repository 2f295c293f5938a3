//! `Remainder`: the rest of a handler after its first flush.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Response, StatusCode};
use http_body::{Body, Frame};
use tokio::runtime::Handle;

use super::outcome::{self, HandlerFuture, Outcome};
use crate::body::BoxError;
use crate::exchange::{Message, Outbox};

/// A body that is produced by continuing to run the handler. Dropping it,
/// because the client has left, drops the handler.
pub(crate) struct Remainder {
    first: Bytes,
    /// `None` once the handler has ended.
    handler: Option<HandlerFuture>,
    /// The handler has failed.
    failed: bool,
    outbox: Arc<Outbox>,
    /// How much is still to be sent, if the head announced a length.
    unsent: Option<u64>,
}

impl Remainder {
    pub(super) fn new(
        head: &Response<()>,
        first: Bytes,
        handler: HandlerFuture,
        outbox: Arc<Outbox>,
    ) -> Remainder {
        let has_none = matches!(
            head.status(),
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
        );
        let length = head.headers().get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        Remainder {
            first,
            handler: Some(handler),
            failed: false,
            outbox,
            unsent: if has_none { Some(0) } else { length },
        }
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        if !self.first.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut self.first))));
        }
        let Some(handler) = &mut self.handler else {
            // The body must not look complete, so the connection is cut.
            let error = "the handler failed after its headers were sent";
            return Poll::Ready(self.failed.then(|| Err(error.into())));
        };
        self.outbox.wake();
        let outcome = match outcome::poll(handler, cx) {
            Poll::Pending => {
                return match self.outbox.take() {
                    Some(Message::Chunk(chunk)) => Poll::Ready(Some(Ok(chunk))),
                    Some(Message::Head(_)) | None => Poll::Pending,
                };
            }
            Poll::Ready(outcome) => outcome,
        };
        self.handler = None;
        match outcome {
            Ok(Outcome::End(tail)) if tail.is_empty() => Poll::Ready(None),
            Ok(Outcome::End(tail)) => Poll::Ready(Some(Ok(tail))),
            // In the next poll, so that what was flushed before is sent first.
            Ok(Outcome::Response(_) | Outcome::Refused(_) | Outcome::Broken) | Err(_) => {
                self.failed = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

impl Body for Remainder {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        let polled = this.poll_chunk(cx);
        if let (Poll::Ready(Some(Ok(chunk))), Some(unsent)) = (&polled, &mut this.unsent) {
            *unsent = unsent.saturating_sub(chunk.len() as u64);
        }
        polled.map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    }
}

/// A server that has received as many bytes as the head promised stops polling.
/// The rest of the handler still has to run.
impl Drop for Remainder {
    fn drop(&mut self) {
        let Some(mut handler) = self.handler.take() else {
            return;
        };
        if self.unsent != Some(0) {
            // The client has left.
            return;
        }
        let outbox = Arc::clone(&self.outbox);
        let rest = poll_fn(move |cx| {
            outbox.wake();
            let polled = outcome::poll(&mut handler, cx).map(drop);
            if polled.is_pending() && outbox.take().is_some() {
                // There is nobody to send it to, and the flush may continue.
                cx.waker().wake_by_ref();
            }
            polled
        });
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(rest);
        }
    }
}

impl fmt::Debug for Remainder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remainder")
            .field("ended", &self.handler.is_none())
            .finish_non_exhaustive()
    }
}
