//! `Outcome`: how a handler ended, and the future that returns it.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Response, StatusCode};
use tracing::error;

use crate::Result;
use crate::body::Body;
use crate::error::{Error, Panicked as PanickedError};
use crate::log::{APPLICATION, place_of_panic};
use crate::request::Refusal;

/// A handler from its first hook to its last, boxed once per request.
pub(crate) type HandlerFuture = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// How a handler ended.
pub(crate) enum Outcome {
    /// It never flushed: this is the whole response.
    Response(Response<Body>),
    /// It had flushed, and this is the last piece.
    End(Bytes),
    /// It had flushed and then failed.
    Broken,
    /// The rest of its request is not available, so nobody waits for a
    /// response.
    Refused(Refusal),
}

/// A panic of the driver itself, and therefore of a hook that is not async.
pub(crate) struct Panicked;

/// Polls a handler's future, and turns a panic into an error.
pub(super) fn poll(
    handler: &mut HandlerFuture,
    cx: &mut Context<'_>,
) -> Poll<Result<Outcome, Panicked>> {
    match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => {
            let error = panic_error(&*panic);
            error!(target: APPLICATION, "Uncaught panic in a hook: {}", error.report());
            Poll::Ready(Err(Panicked))
        }
    }
}

/// The response when not even an error page can be made.
pub(super) fn bare(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

impl Error {
    /// A caught panic as an error, with its message and place. It is for code
    /// that runs other people's code and continues when that panics.
    #[must_use]
    pub fn from_panic(panic: &(dyn Any + Send)) -> Error {
        panic_error(panic)
    }
}

/// Turns a panic into an error, so that it gets an error page like any other.
pub(super) async fn catch_panic<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let mut future = pin!(future);
    poll_fn(
        |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll,
            Err(panic) => Poll::Ready(Err(panic_error(&*panic))),
        },
    )
    .await
}

/// A caught panic as an error, with its message and place.
pub(super) fn panic_error(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let (place, backtrace) = match place_of_panic(text) {
        Some(found) => (Some(found.place), Some(found.backtrace)),
        None => (None, None),
    };
    let message = text.unwrap_or("(no message)");
    Error::panicked(PanickedError::new(message, place), backtrace)
}
