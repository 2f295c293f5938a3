//! How requests reach the application: within the process, or over a socket.

mod pieces;
mod pumped;
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
use url::Url;

pub(crate) use pieces::Pieces;
use pumped::Pumped;
pub(crate) use running::Running;
use socket::Socket;
#[cfg(feature = "tls")]
pub(crate) use tls::Certificate;

/// Who makes the request, and for which host.
pub(crate) struct Origin {
    pub(crate) url: Url,
    pub(crate) remote_ip: IpAddr,
}

/// A response whose body is still to come.
pub(crate) type Received = Response<UnsyncBoxBody<Bytes, BoxError>>;

#[derive(Clone)]
pub(crate) enum Transport {
    InProcess(Application),
    /// One of our servers.
    Served(Arc<Running>, Socket),
    /// A server that runs elsewhere.
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

    /// Whether a redirect can be followed: not to another site.
    pub(crate) fn reaches(&self, from: &Url, url: &Url) -> bool {
        let same_host = matches!(url.scheme(), "http" | "https") && url.host() == from.host();
        same_host
            && match self {
                Transport::InProcess(_) => url.port() == from.port(),
                Transport::Served(..) | Transport::Remote(_) => {
                    url.scheme() == from.scheme() && url.port() == from.port()
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
                Ok(in_process(application.clone(), request, origin).await)
            }
            Transport::Served(_, socket) | Transport::Remote(socket) => {
                socket.send(request, &origin.url).await
            }
        }
    }
}

async fn in_process(
    application: Application,
    mut request: Request<Pieces>,
    origin: &Origin,
) -> Received {
    // A socket would let others take their turn, so that a test which repeats a
    // request until something has happened does not do so forever.
    tokio::task::yield_now().await;
    if let Err(error) = application.start().await {
        panic!("{error}");
    }
    let protocol = match origin.url.scheme() {
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
    let is_whole = length.is_some();
    response.map(|body| match is_whole {
        true => body.boxed_unsync(),
        // The handler continues even if nobody reads, as over a socket.
        false => Pumped::new(body).boxed_unsync(),
    })
}

/// The reason as it was sent; otherwise the standard one.
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
