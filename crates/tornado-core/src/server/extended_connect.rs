//! Extended `CONNECT` (RFC 8441): a request of HTTP/2 for another protocol on its
//! stream.
//!
//! The application sees the upgrade that HTTP/1 would have requested, so that code that
//! takes over a connection can take over a stream.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ALLOW, CONNECTION, UPGRADE};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};
use hyper::ext::Protocol;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::Body;
use crate::body::FRAME;
use crate::detach::{Opened, Socket};

/// Makes the head that of HTTP/1; whether it was such a request.
#[inline]
pub(super) fn translate(head: &mut Parts) -> bool {
    if head.method != Method::CONNECT {
        return false;
    }
    let Some(protocol) = head.extensions.remove::<Protocol>() else {
        return false;
    };
    head.method = Method::GET;
    // One that no header can have is none that anybody serves.
    let upgrade = HeaderValue::from_str(protocol.as_str());
    let upgrade = upgrade.unwrap_or(HeaderValue::from_static(""));
    head.headers.insert(UPGRADE, upgrade);
    let connection = HeaderValue::from_static("Upgrade");
    head.headers.insert(CONNECTION, connection);
    true
}

/// Makes the answer to it that of HTTP/2.
pub(super) fn answer(response: &mut Response<Body>) {
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().remove(UPGRADE);
        response.headers_mut().remove(CONNECTION);
        *response.status_mut() = StatusCode::OK;
    } else if response.status().is_success() {
        // A page has been made, by a handler that knows of no other protocol. With
        // that status the client would take it for one.
        *response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        let allow = HeaderValue::from_static("GET");
        response.headers_mut().insert(ALLOW, allow);
    }
}

/// A stream of HTTP/2.
struct Stream(TokioIo<Upgraded>);

/// The stream that hyper has given away. It has read nothing of it.
#[expect(
    clippy::unnecessary_wraps,
    reason = "a socket of HTTP/1 may be another one"
)]
pub(super) fn open(upgraded: Upgraded) -> Result<Opened, Upgraded> {
    Ok((Box::new(Stream(TokioIo::new(upgraded))), Bytes::new()))
}

impl Socket for Stream {
    fn set_nodelay(&self, _nodelay: bool) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        // All that is written at once is copied, and waits there for the client.
        let piece = &bytes[..bytes.len().min(FRAME)];
        Pin::new(&mut self.0).poll_write(cx, piece)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
