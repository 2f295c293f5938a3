//! One connection: hyper on a socket, with the application behind it.

use std::convert::Infallible;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use bytes::BytesMut;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tracing::debug;

use super::answers::Answers;
use super::forwarded::Forwarded;
use super::graceful::{Ending, Finish};
use super::http1::{Http1Service, Http1Stream, Limits, Wire};
use super::rewound::Rewound;
use crate::connection::ConnectionInfo;
use crate::dispatch::ResponseFuture;
use crate::log::GENERAL;
use crate::{Application, Body};

/// What all connections of a server share.
#[derive(Clone)]
pub(super) struct Connections {
    application: Application,
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
    limits: Limits,
    forwarded: Option<Arc<Forwarded>>,
}

/// What HTTP/2 begins with (RFC 9113, 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

impl Connections {
    pub(super) fn new(application: Application) -> Connections {
        let settings = application.settings();
        let limits = Limits {
            max_header_size: settings.get_max_header_size(),
            idle_timeout: settings.get_idle_connection_timeout(),
        };
        let mut http1 = http1::Builder::new();
        http1
            .title_case_headers(settings.get_title_case_headers())
            // Head and body in one piece: for the usual small answer that is half
            // the work. `Body` hands large ones over in pieces.
            .writev(false)
            .keep_alive(!settings.get_no_keep_alive())
            // The stream in front of hyper has a cheaper one.
            .header_read_timeout(None)
            // A head that was let through must have room, however it was written anew.
            .max_buf_size(READ_BUFFER.max(limits.max_header_size.saturating_mul(3)));
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        let list_size = u32::try_from(limits.max_header_size).unwrap_or(u32::MAX);
        http2
            .timer(TokioTimer::new())
            .max_header_list_size(list_size);
        Connections {
            forwarded: Forwarded::new(settings).map(Arc::new),
            application,
            http1,
            http2,
            limits,
        }
    }

    /// Serves a connection until either side ends it or the server stops.
    pub(super) async fn serve<S>(self, mut stream: S, info: ConnectionInfo, mut ending: Ending)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let since = Instant::now();
        let first = first_bytes(&mut stream);
        let held = tokio::select! {
            held = tokio::time::timeout(self.limits.idle_timeout, first) => match held {
                Ok(Ok(held)) => held,
                // It has said nothing, and gets no answer.
                Ok(Err(_)) | Err(_) => return,
            },
            () = ending.begins() => return,
        };
        let answers = Answers::new(self.application, info, self.forwarded);
        let ended = if held.starts_with(PREFACE) {
            let io = TokioIo::new(Rewound::new(stream, held));
            let connection = self.http2.serve_connection(io, Http2Service(answers));
            ending.watch(connection).await
        } else {
            let wire = Arc::new(Wire::default());
            let io = Http1Stream::new(stream, held, info, self.limits, Arc::clone(&wire), since);
            let service = Http1Service::new(answers, wire);
            let connection = self.http1.serve_connection(TokioIo::new(io), service);
            ending.watch(connection.with_upgrades()).await
        };
        if let Err(error) = ended {
            // Mostly a client that has left, which is its right.
            debug!(target: GENERAL, "connection from {} ended: {error}", info.remote_ip());
        }
    }
}

/// hyper's own limit of what it reads ahead.
const READ_BUFFER: usize = 8192 + 4096 * 100;

/// The first bytes of a connection, as many as are needed to know the protocol;
/// none when the client leaves before.
async fn first_bytes<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<BytesMut> {
    let mut held = BytesMut::new();
    loop {
        let count = poll_fn(|cx| {
            let mut bytes = [0; 4096];
            let mut buf = ReadBuf::new(&mut bytes);
            Pin::new(&mut *stream).poll_read(cx, &mut buf).map_ok(|()| {
                held.extend_from_slice(buf.filled());
                buf.filled().len()
            })
        })
        .await?;
        let undecided = held.len() < PREFACE.len() && PREFACE.starts_with(&held);
        if count == 0 || !undecided {
            return Ok(held);
        }
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}

/// HTTP/2 needs nothing in between.
struct Http2Service(Answers);

impl hyper::service::Service<Request<Incoming>> for Http2Service {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn call(&self, request: Request<Incoming>) -> ResponseFuture {
        self.0.answer(request)
    }
}

impl<I, S> Finish for http1::UpgradeableConnection<I, S>
where
    http1::UpgradeableConnection<I, S>: Future,
    S: hyper::service::HttpService<Incoming>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    S::ResBody: 'static,
    <S::ResBody as http_body::Body>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn finish(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl<I> Finish for http2::Connection<I, Http2Service, TokioExecutor>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
{
    fn finish(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}
