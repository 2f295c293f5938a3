//! `ResponseFuture`: the future of the application as a service.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Context, Poll};

use http::{Response, StatusCode};

use super::outcome::{self, HandlerFuture, Outcome, bare};
use super::remainder::Remainder;
use crate::Body;
use crate::body::BoxError;
use crate::exchange::{Message, Outbox};
use crate::request::Refusal;

/// The call of a mounted service.
pub(crate) type ServiceFuture =
    Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>;

/// The future that [`Application`](crate::Application) returns when it is
/// called as a tower service.
#[must_use = "a future does nothing unless it is awaited"]
pub struct ResponseFuture(State);

enum State {
    /// The body is received before the handler is made, as in Tornado.
    Reading(Pin<Box<dyn Future<Output = Box<Started>> + Send>>),
    Running(Started),
    Boxed(Pin<Box<dyn Future<Output = Response<Body>> + Send>>),
    Done,
}

/// A handler that has been made, and the place where it leaves what it flushes.
pub(crate) struct Started {
    pub(crate) handler: HandlerFuture,
    pub(crate) outbox: Arc<Outbox>,
}

/// The end of a request that no handler can receive.
pub(crate) fn refuse(refusal: Refusal) -> Started {
    Started {
        handler: Box::pin(ready(Outcome::Refused(refusal))),
        outbox: Arc::default(),
    }
}

impl ResponseFuture {
    pub(crate) fn running(started: Started) -> ResponseFuture {
        ResponseFuture(State::Running(started))
    }

    pub(crate) fn reading(
        started: impl Future<Output = Started> + Send + 'static,
    ) -> ResponseFuture {
        ResponseFuture(State::Reading(Box::pin(
            async move { Box::new(started.await) },
        )))
    }

    /// Any other way to a response.
    pub(crate) fn boxed(
        response: impl Future<Output = Response<Body>> + Send + 'static,
    ) -> ResponseFuture {
        ResponseFuture(State::Boxed(Box::pin(response)))
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            match &mut self.0 {
                State::Reading(reading) => {
                    let started = task::ready!(reading.as_mut().poll(cx));
                    self.0 = State::Running(*started);
                }
                State::Running(started) => {
                    let response = match outcome::poll(&mut started.handler, cx) {
                        Poll::Ready(Ok(Outcome::Response(response))) => response,
                        Poll::Ready(Ok(Outcome::Refused(refusal))) => refusal.into_response(),
                        Poll::Ready(Ok(Outcome::End(_) | Outcome::Broken) | Err(_)) => {
                            bare(StatusCode::INTERNAL_SERVER_ERROR)
                        }
                        Poll::Pending => match started.outbox.take() {
                            Some(Message::Head(message)) => {
                                let (head, first) = *message;
                                let State::Running(Started { handler, outbox }) =
                                    std::mem::replace(&mut self.0, State::Done)
                                else {
                                    unreachable!("it is the state that is being polled")
                                };
                                let rest = Remainder::new(&head, first, handler, outbox);
                                return Poll::Ready(Ok(head.map(|()| Body::new(rest))));
                            }
                            Some(Message::Chunk(_)) | None => return Poll::Pending,
                        },
                    };
                    self.0 = State::Done;
                    return Poll::Ready(Ok(response));
                }
                State::Boxed(response) => {
                    let response = task::ready!(response.as_mut().poll(cx));
                    self.0 = State::Done;
                    return Poll::Ready(Ok(response));
                }
                State::Done => panic!("a response future was polled after it had completed"),
            }
        }
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.0 {
            State::Reading(_) => "Reading",
            State::Running(_) => "Running",
            State::Boxed(_) => "Boxed",
            State::Done => "Done",
        };
        f.debug_tuple("ResponseFuture").field(&state).finish()
    }
}
