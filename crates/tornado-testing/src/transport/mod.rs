//! How requests get to the application: in the process, or by a socket.

mod pieces;
mod running;
mod socket;
#[cfg(feature = "tls")]
mod tls;

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::response::Parts;
use http::{Request, Response, header};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::ext::ReasonPhrase;
use tornado_core::{Application, BoxError, ConnectionInfo, Protocol};
use tower::ServiceExt as _;
use tracing::instrument::WithSubscriber as _;
use url::Url;

use crate::log;

pub(crate) use pieces::Pieces;
pub(crate) use running::Running;
use socket::Socket;
#[cfg(feature = "tls")]
pub(crate) use tls::Certificate;

/// Who asks, and for which host.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) base: Url,
    pub(crate) remote_ip: IpAddr,
}

/// A response whose body is still to come.
pub(crate) type Received = Response<UnsyncBoxBody<Bytes, BoxError>>;

#[derive(Clone)]
pub(crate) enum Transport {
    InProcess(Application),
    /// A server of ours.
    Served(Arc<Running>, Socket),
    /// A server that runs somewhere else.
    Remote(Socket),
}

impl Transport {
    pub(crate) fn remote(base: &Url) -> Transport {
        assert_eq!(base.scheme(), "http", "`connect` speaks plain HTTP");
        let addresses = base.socket_addrs(|| None);
        let address = addresses
            .ok()
            .and_then(|addresses| addresses.first().copied());
        Transport::Remote(Socket::new(
            address.unwrap_or_else(|| panic!("{base} has no address")),
        ))
    }

    pub(crate) fn application(&self) -> Option<&Application> {
        match self {
            Transport::InProcess(application) => Some(application),
            Transport::Served(running, _) => Some(running.application()),
            Transport::Remote(_) => None,
        }
    }

    /// Whether a redirect there can be followed.
    pub(crate) fn reaches(&self, url: &Url) -> bool {
        match self {
            Transport::InProcess(_) => true,
            Transport::Served(_, socket) | Transport::Remote(socket) => {
                url.port_or_known_default() == Some(socket.port())
            }
        }
    }

    pub(crate) async fn send(
        &self,
        request: Request<Pieces>,
        origin: &Origin,
    ) -> Result<Received, BoxError> {
        match self {
            Transport::InProcess(application) => {
                let answer = in_process(application.clone(), request, origin);
                Ok(answer.with_subscriber(log::dispatch()).await)
            }
            Transport::Served(_, socket) | Transport::Remote(socket) => {
                socket.send(request, &origin.base).await
            }
        }
    }
}

async fn in_process(
    application: Application,
    mut request: Request<Pieces>,
    origin: &Origin,
) -> Received {
    if let Err(error) = application.start().await {
        panic!("{error}");
    }
    let protocol = match origin.base.scheme() {
        "https" => Protocol::Https,
        _ => Protocol::Http,
    };
    let connection = ConnectionInfo::new(origin.remote_ip, protocol);
    request.extensions_mut().insert(connection);
    let answered = application.oneshot(request).await;
    let mut response = answered.unwrap_or_else(|error| match error {});
    // What the server would add.
    let length = response.body().size_hint().exact();
    if let Some(length) = length
        && !response.headers().contains_key(header::TRANSFER_ENCODING)
        && !matches!(response.status().as_u16(), 100..200 | 204 | 304)
    {
        let headers = response.headers_mut();
        headers
            .entry(header::CONTENT_LENGTH)
            .or_insert(length.into());
    }
    response.map(|body| {
        let body = WithLogs(body);
        body.boxed_unsync()
    })
}

/// The rest of a handler that has flushed runs in here.
struct WithLogs(tornado_core::Body);

impl http_body::Body for WithLogs {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, BoxError>>> {
        tracing::dispatcher::with_default(&log::dispatch(), || {
            std::pin::Pin::new(&mut self.0).poll_frame(cx)
        })
        .map_err(Into::into)
    }
}

/// The reason as it was sent; that of the standard where none was.
pub(crate) fn reason(head: &Parts) -> String {
    let own = head.extensions.get::<ReasonPhrase>();
    let standard = || {
        head.status
            .canonical_reason()
            .unwrap_or("Unknown")
            .to_owned()
    };
    own.map_or_else(standard, |reason| {
        String::from_utf8_lossy(reason.as_bytes()).into_owned()
    })
}
