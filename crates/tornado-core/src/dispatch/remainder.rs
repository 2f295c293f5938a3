//! `Remainder`: what is left of a handler after its first flush.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};

use super::outcome::{self, HandlerFuture, Outcome};
use crate::body::BoxError;
use crate::exchange::{Message, Outbox};

/// A body that is made by running the handler on. Whoever drops it, because
/// the client has left, drops the handler.
pub(crate) struct Remainder {
    first: Bytes,
    /// `None` when the handler has ended.
    handler: Option<HandlerFuture>,
    /// It has ended badly.
    failed: bool,
    outbox: Arc<Outbox>,
}

impl Remainder {
    pub(super) fn new(first: Bytes, handler: HandlerFuture, outbox: Arc<Outbox>) -> Remainder {
        Remainder {
            first,
            handler: Some(handler),
            failed: false,
            outbox,
        }
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        if !self.first.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut self.first))));
        }
        let Some(handler) = &mut self.handler else {
            // The body must not look complete: the connection is cut instead.
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
            // In the next poll: what was flushed before goes out first.
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
        self.poll_chunk(cx)
            .map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    }
}

impl fmt::Debug for Remainder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remainder")
            .field("ended", &self.handler.is_none())
            .finish_non_exhaustive()
    }
}
