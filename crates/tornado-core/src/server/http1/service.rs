//! `Http1Service`: the application as hyper calls it.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::{CONNECTION, CONTENT_LENGTH};
use http::{HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body::Body as _;
use hyper::body::Incoming;

use super::wire::{Special, Verdict, Wire};
use crate::dispatch::ResponseFuture;
use crate::request::Refusal;
use crate::server::answers::Answers;
use crate::{Body, body::Guard};

/// Answers the requests of one connection.
pub(in crate::server) struct Http1Service {
    answers: Answers,
    wire: Arc<Wire>,
}

impl Http1Service {
    pub(in crate::server) fn new(answers: Answers, wire: Arc<Wire>) -> Http1Service {
        Http1Service { answers, wire }
    }
}

impl hyper::service::Service<Request<Incoming>> for Http1Service {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    #[inline]
    fn call(&self, mut request: Request<Incoming>) -> Answer {
        let special = self.wire.call();
        let mut asks = Asks::Nothing;
        if special.is_some() || request.version() != Version::HTTP_11 {
            match special {
                Some(Special::Upgrade) => asks = Asks::Upgrade,
                Some(Special::BadRequest) => {
                    return self.refuse(Refusal::BadRequest.into_response());
                }
                Some(Special::HeadTooLarge) => {
                    let mut response = Response::new(Body::empty());
                    *response.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
                    return self.refuse(response);
                }
                Some(Special::Http10) => *request.version_mut() = Version::HTTP_10,
                None if keeps_alive(&request) => asks = Asks::KeepAlive,
                None => {}
            }
        }
        Answer {
            response: self.answers.answer(request),
            wire: Arc::clone(&self.wire),
            asks,
        }
    }
}

impl Http1Service {
    fn refuse(&self, response: Response<Body>) -> Answer {
        Answer {
            response: ResponseFuture::boxed(std::future::ready(response)),
            wire: Arc::clone(&self.wire),
            asks: Asks::Nothing,
        }
    }
}

/// Whether a client of HTTP/1.0 wants to go on, as Tornado has it.
fn keeps_alive(request: &Request<Incoming>) -> bool {
    let headers = request.headers();
    let wants = headers
        .get(CONNECTION)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"keep-alive"));
    wants
        && (matches!(*request.method(), Method::GET | Method::HEAD)
            || headers.contains_key(CONTENT_LENGTH))
}

/// What a request asks for beside its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    Nothing,
    /// As a client of HTTP/1.0.
    KeepAlive,
    Upgrade,
}

/// A response on its way to hyper.
pub(in crate::server) struct Answer {
    response: ResponseFuture,
    wire: Arc<Wire>,
    asks: Asks,
}

impl Future for Answer {
    type Output = Result<Response<Body>, Infallible>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut polled = Pin::new(&mut self.response).poll(cx);
        // By reference: a response is large, and moved often enough.
        if let Poll::Ready(Ok(response)) = &mut polled {
            if self.asks == Asks::Nothing && response.body().is_at_hand() {
                self.wire.answer();
                if let Some(refusal) = response.extensions().get::<Refusal>() {
                    self.wire.set_verdict(match refusal {
                        Refusal::BadRequest => Verdict::BareBadRequest,
                        Refusal::TooSlow => Verdict::Silence,
                    });
                    response
                        .headers_mut()
                        .insert(CONNECTION, HeaderValue::from_static("close"));
                }
            } else {
                self.finish(response);
            }
        }
        polled
    }
}

impl Answer {
    #[cold]
    fn finish(&self, response: &mut Response<Body>) {
        let upgraded = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        if self.asks == Asks::KeepAlive && response.body().size_hint().exact().is_some() {
            // Without a length, the end of the connection is the end of the body.
            let keep_alive = HeaderValue::from_static("Keep-Alive");
            response.headers_mut().insert(CONNECTION, keep_alive);
        }
        let wire = Arc::clone(&self.wire);
        if self.asks == Asks::Upgrade && upgraded {
            wire.answer_upgrade(true);
            return;
        }
        let upgrade = self.asks == Asks::Upgrade;
        let done = Guard::new(move || {
            if upgrade {
                wire.answer_upgrade(false);
            } else {
                wire.answer();
            }
        });
        let body = std::mem::take(response.body_mut());
        *response.body_mut() = body.guarded(done);
    }
}
