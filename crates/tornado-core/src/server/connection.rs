//! One connection: hyper on a socket, with the application behind it.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;

use bytes::BytesMut;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tracing::{debug, info};

use super::answers::Answers;
use super::capacity::{ByAddress, Slot};
use super::forwarded::Forwarded;
use super::graceful::Ending;
use super::guard::{self, Guard};
use super::pulse::Pulse;
use super::watch::{Finish, Times, watch};
use crate::Application;
use crate::body::FRAME;
use crate::connection::{ConnectionInfo, PeerCertificate};
use crate::detach::Tunnel;
use crate::log::GENERAL;

/// What all connections of a server share.
#[derive(Clone)]
pub(super) struct Connections {
    application: Application,
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
    times: Times,
    forwarded: Option<Arc<Forwarded>>,
    by_address: Option<Arc<ByAddress>>,
}

/// The beginning of HTTP/2 (RFC 9113, 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

impl Connections {
    pub(super) fn new(application: Application) -> Connections {
        let settings = application.settings();
        let max_header_size = settings.get_max_header_size();
        let mut http1 = http1::Builder::new();
        http1
            .title_case_headers(settings.get_title_case_headers())
            // Head and body in one piece: for the usual small response that is half the
            // work. `Body` hands over large ones in pieces.
            .writev(false)
            .keep_alive(!settings.get_no_keep_alive())
            // The guard checks whether the client has left while its response is made. hyper would
            // allocate a new buffer for that with every request.
            .half_close(true)
            // The watch has a cheaper one.
            .header_read_timeout(None)
            .max_header_size(max_header_size)
            // It holds a head, and as much of a response that the client is not taking.
            .max_buf_size(max_header_size.max(FRAME));
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2
            .timer(TokioTimer::new())
            .max_concurrent_streams(settings.get_http2_max_concurrent_streams())
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(FRAME)
            .max_header_list_size(u32::try_from(max_header_size).unwrap_or(u32::MAX));
        let by_address = settings.get_max_connections_per_address();
        let by_address = by_address.filter(|_| settings.get_xheaders());
        Connections {
            forwarded: Forwarded::new(settings).map(Arc::new),
            by_address: by_address.map(ByAddress::new),
            times: Times::new(settings),
            application,
            http1,
            http2,
        }
    }

    /// Serves a connection until either side ends it or the server stops.
    pub(super) async fn serve<S>(
        self,
        mut stream: S,
        (info, certificate): (ConnectionInfo, Option<PeerCertificate>),
        slot: Slot,
        mut ending: Ending,
    ) where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let since = Instant::now();
        let first = first_bytes(&mut stream);
        let held = tokio::select! {
            held = tokio::time::timeout(self.times.first(), first) => match held {
                Ok(Ok(held)) if !held.is_empty() => held,
                // It has said nothing, and gets no response.
                Ok(_) | Err(_) => return,
            },
            () = ending.begins() => return,
        };
        let pulse = Arc::<Pulse>::default();
        let Connections {
            application,
            http1,
            http2,
            times,
            forwarded,
            by_address,
        } = self;
        let tunnel = Tunnel {
            stop: ending.for_tunnel(),
            open: guard::open::<S>,
        };
        let answers = Answers::new(
            application,
            (info, certificate),
            forwarded,
            by_address,
            Arc::clone(&pulse),
            tunnel,
        );
        let is_http2 = held.starts_with(PREFACE);
        let guard = Guard::new(stream, held, Arc::clone(&pulse), is_http2, slot);
        let io = TokioIo::new(guard);
        let kind = (since, is_http2);
        // Anything no longer needed would take up space for as long as the
        // connection lives, and so would HTTP/2, which is twice as large, in an
        // HTTP/1 connection.
        let ended = if is_http2 {
            let mut connection = Box::pin(http2.serve_connection(io, answers));
            drop((http1, http2));
            watch(connection.as_mut(), &pulse, times, ending, kind).await
        } else {
            let connection = http1.serve_connection(io, answers).with_upgrades();
            let mut connection = pin!(connection);
            drop((http1, http2));
            watch(connection.as_mut(), &pulse, times, ending, kind).await
        };
        let remote_ip = info.remote_ip();
        match ended {
            Some(Ok(())) => {}
            Some(Err(error)) if error.is_parse_too_large() => {
                // hyper has one word for three things.
                let why = "a head over max_header_size, more than 100 headers, \
                    or a Content-Length that no body can have";
                info!(target: GENERAL, "Malformed HTTP message from {remote_ip}: {why}");
            }
            Some(Err(error)) if error.is_parse() => {
                info!(target: GENERAL, "Malformed HTTP message from {remote_ip}: {error}");
            }
            // Usually a client that has left, as it may.
            Some(Err(error)) => {
                debug!(target: GENERAL, "connection from {remote_ip} ended: {error}");
            }
            None => debug!(target: GENERAL, "connection from {remote_ip} took too long"),
        }
    }
}

/// How much of a body an HTTP/2 client may send before it is requested.
const STREAM_WINDOW: u32 = 256 * 1024;

/// The same for all bodies on one connection together.
const CONNECTION_WINDOW: u32 = 1024 * 1024;

/// The first bytes of a connection, as many as it takes to recognise the
/// protocol; none if the client leaves before that.
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

impl<I, S> Finish for http1::UpgradeableConnection<I, S>
where
    http1::UpgradeableConnection<I, S>: Future,
    S: hyper::service::HttpService<hyper::body::Incoming>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    S::ResBody: 'static,
    <S::ResBody as http_body::Body>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn finish(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl<I> Finish for http2::Connection<I, Answers, TokioExecutor>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
{
    fn finish(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}
