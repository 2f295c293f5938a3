//! `Socket`: requests over TCP, each on its own connection.

use std::net::SocketAddr;

use http::{Request, Uri, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tornado_core::BoxError;
use url::Url;

use super::{Pieces, Received};

#[derive(Clone)]
pub(crate) struct Socket {
    address: SocketAddr,
    pub(crate) http2: bool,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<super::tls::Certificate>,
}

impl Socket {
    pub(super) fn new(address: SocketAddr) -> Socket {
        Socket {
            address,
            http2: false,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(super) async fn send(
        &self,
        request: Request<Pieces>,
        url: &Url,
    ) -> Result<Received, BoxError> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        #[cfg(feature = "tls")]
        if let Some(certificate) = &self.tls {
            let stream = certificate.connect(stream, self.http2).await?;
            return self.send_over(stream, request, url).await;
        }
        self.send_over(stream, request, url).await
    }

    async fn send_over<S>(
        &self,
        stream: S,
        mut request: Request<Pieces>,
        url: &Url,
    ) -> Result<Received, BoxError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let io = TokioIo::new(stream);
        let response = if self.http2 {
            let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await?;
            tokio::spawn(connection);
            *request.uri_mut() = absolute(&request, url)?;
            request.headers_mut().remove(header::HOST);
            sender.send_request(request).await
        } else {
            let (mut sender, connection) = http1::handshake(io).await?;
            tokio::spawn(connection);
            sender.send_request(request).await
        };
        let response: http::Response<Incoming> = response?;
        Ok(response.map(|body| body.map_err(BoxError::from).boxed_unsync()))
    }
}

/// The target in the form of HTTP/2: with the scheme, and the host instead of
/// the header `Host`.
fn absolute(request: &Request<Pieces>, url: &Url) -> Result<Uri, BoxError> {
    let mut parts = request.uri().clone().into_parts();
    let host = request.headers().get(header::HOST);
    parts.scheme = Some(url.scheme().parse()?);
    parts.authority = host.map(|host| host.as_bytes().try_into()).transpose()?;
    Ok(Uri::from_parts(parts)?)
}
