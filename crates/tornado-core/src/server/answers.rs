//! `Answers`: the application as hyper calls it, for one connection.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use tracing::info;

use super::capacity::{AddressSlot, ByAddress};
use super::check::{check, check_coding};
use super::forwarded::Forwarded;
use super::pulse::{Arrival, Flight, Piece, Pulse};
use crate::Body;
use crate::application::Application;
use crate::body::BoxError;
use crate::connection::{ConnectionInfo, PeerCertificate};
use crate::detach::Tunnel;
use crate::dispatch::ResponseFuture;
use crate::log::GENERAL;
use crate::request::{Budget, Refusal};

/// The application, with knowledge of the peer.
pub(super) struct Answers {
    application: Application,
    info: ConnectionInfo,
    certificate: Option<PeerCertificate>,
    forwarded: Option<Arc<Forwarded>>,
    /// How many requests each address may have, if the proxy reports it.
    by_address: Option<Arc<ByAddress>>,
    pulse: Arc<Pulse>,
    /// The memory that the bodies of this connection may use together.
    bodies: Arc<Budget>,
    /// For requests that switch to another protocol.
    tunnel: Tunnel,
}

impl Answers {
    pub(super) fn new(
        application: Application,
        (info, certificate): (ConnectionInfo, Option<PeerCertificate>),
        forwarded: Option<Arc<Forwarded>>,
        by_address: Option<Arc<ByAddress>>,
        pulse: Arc<Pulse>,
        tunnel: Tunnel,
    ) -> Answers {
        Answers {
            bodies: Budget::new(application.settings().get_max_body_size()),
            application,
            info,
            certificate,
            forwarded,
            by_address,
            pulse,
            tunnel,
        }
    }

    #[cold]
    fn refuse(&self, response: Response<Body>, head: &Parts) -> Answer {
        let stop = head.version <= Version::HTTP_11;
        Answer {
            response: ResponseFuture::boxed(std::future::ready(response)),
            flight: Some(Flight::begin(&self.pulse)),
            of_address: None,
            asks: if stop { Asks::Close } else { Asks::Nothing },
            http2: !stop,
        }
    }
}

impl hyper::service::Service<Request<Incoming>> for Answers {
    type Response = Response<Body>;
    type Error = Closed;
    type Future = Answer;

    #[inline]
    fn call(&self, request: Request<Incoming>) -> Answer {
        let (mut head, body) = request.into_parts();
        let info = match &self.forwarded {
            Some(forwarded) => forwarded.apply(&head.headers, self.info),
            None => self.info,
        };
        let has_body = !body.is_end_stream();
        let checked = check(&mut head).and_then(|()| match has_body {
            true => check_coding(&head),
            false => Ok(()),
        });
        if let Err(why) = checked {
            let remote_ip = info.remote_ip();
            info!(target: GENERAL, "Malformed HTTP message from {remote_ip}: {why}");
            return self.refuse(Refusal::BadRequest.into_response(), &head);
        }
        let of_address = match self.of_address(info.remote_ip()) {
            Ok(slot) => slot,
            Err(response) => return self.refuse(*response, &head),
        };
        let http2 = head.version > Version::HTTP_11;
        let asks = if head.method == Method::CONNECT {
            Asks::Connect
        } else if !http2 && self.application.is_stopping() {
            Asks::Close
        } else if head.version < Version::HTTP_11 && keeps_alive(&head) {
            Asks::KeepAlive
        } else {
            Asks::Nothing
        };
        if head.extensions.get::<OnUpgrade>().is_some() {
            head.extensions.insert(self.tunnel.clone());
        }
        if let Some(certificate) = &self.certificate {
            head.extensions.insert(certificate.clone());
        }
        let flight = Flight::begin(&self.pulse);
        let arrival = has_body.then(|| {
            if http2 {
                head.extensions.insert(Arc::clone(&self.bodies));
            }
            Arrival::begin(&self.pulse)
        });
        let body = Arriving { body, arrival };
        Answer {
            response: self.application.handle_parts(head, body, info),
            flight: Some(flight),
            of_address,
            asks,
            http2,
        }
    }
}

impl Answers {
    #[inline]
    fn of_address(&self, address: IpAddr) -> Result<Option<AddressSlot>, Box<Response<Body>>> {
        let Some(by_address) = &self.by_address else {
            return Ok(None);
        };
        by_address.take(address).map(Some).ok_or_else(|| {
            info!(target: GENERAL, "{address} has too many requests at once");
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            Box::new(response)
        })
    }
}

/// Whether an HTTP/1.0 client wants to keep the connection, as Tornado decides
/// it.
fn keeps_alive(head: &Parts) -> bool {
    let headers = &head.headers;
    let wants = headers
        .get(CONNECTION)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"keep-alive"));
    wants
        && (matches!(head.method, Method::GET | Method::HEAD)
            || headers.contains_key(CONTENT_LENGTH))
}

/// What a request asks for besides its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    Nothing,
    /// To keep the connection, as an HTTP/1.0 client.
    KeepAlive,
    /// To close it: this is the last request.
    Close,
    /// For a tunnel.
    Connect,
}

/// The body of a request, as it arrives.
struct Arriving {
    body: Incoming,
    /// `None` if there is no body.
    arrival: Option<Arrival>,
}

impl http_body::Body for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        let ended = matches!(polled, Poll::Ready(None)) || self.body.is_end_stream();
        if ended && let Some(mut arrival) = self.arrival.take() {
            arrival.complete = true;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A response on its way to hyper.
pub(super) struct Answer {
    response: ResponseFuture,
    /// `None` once it is answered.
    flight: Option<Flight>,
    of_address: Option<AddressSlot>,
    asks: Asks,
    http2: bool,
}

/// The connection ends here, without a response.
#[derive(Debug)]
pub(super) struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client was too slow")
    }
}

impl Error for Closed {}

impl Future for Answer {
    type Output = Result<Response<Body>, Closed>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut polled = Pin::new(&mut this.response)
            .poll(cx)
            .map_err(|error: Infallible| match error {});
        // By reference: a response is large, and is moved often enough.
        if let Poll::Ready(Ok(response)) = &mut polled {
            let usual = this.asks == Asks::Nothing && !this.http2 && this.of_address.is_none();
            if usual && response.extensions().is_empty() && response.body().is_one_piece() {
                this.flight = None;
            } else if response.extensions().get() == Some(&Refusal::TooSlow) {
                return Poll::Ready(Err(Closed));
            } else {
                this.finish(response);
            }
        }
        polled
    }
}

impl Answer {
    #[cold]
    fn finish(&mut self, response: &mut Response<Body>) {
        let refused = response.extensions().get::<Refusal>().is_some();
        let known = response.body().size_hint().exact().is_some();
        let connection = match self.asks {
            Asks::Close => Some("close"),
            _ if refused && !self.http2 => Some("close"),
            // Without a length, the end of the connection is the end of the body.
            Asks::KeepAlive if known => Some("Keep-Alive"),
            _ => None,
        };
        if let Some(connection) = connection
            && response.status() != StatusCode::SWITCHING_PROTOCOLS
        {
            let connection = HeaderValue::from_static(connection);
            response.headers_mut().insert(CONNECTION, connection);
        }
        let Some(flight) = self.flight.take() else {
            return;
        };
        let tunnel = self.asks == Asks::Connect && response.status().is_success();
        if response.status() == StatusCode::SWITCHING_PROTOCOLS || (tunnel && !self.http2) {
            flight.pulse().upgrade();
        } else if self.http2 || !response.body().is_one_piece() {
            let body = Departing {
                body: std::mem::take(response.body_mut()),
                piece: Piece::none(),
                flight,
                http2: self.http2,
                _of_address: self.of_address.take(),
            };
            if !body.body.is_end_stream() {
                *response.body_mut() = Body::new(body);
            }
        }
    }
}

/// The body of a response, as it is sent.
struct Departing {
    body: Body,
    piece: Piece,
    flight: Flight,
    http2: bool,
    _of_address: Option<AddressSlot>,
}

impl http_body::Body for Departing {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if !this.http2 && this.flight.pulse().is_blocked() {
            // hyper would take the next piece in addition to the one that the client is
            // not taking. It asks again once that has been sent.
            return Poll::Pending;
        }
        this.piece.gone(this.flight.pulse());
        let polled = Pin::new(&mut this.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(_))) = polled {
            this.piece.taken(this.flight.pulse());
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Departing {
    fn drop(&mut self) {
        self.piece.gone(self.flight.pulse());
    }
}
