//! `IoStream`: a connection that a handler has taken over.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf as _, Bytes};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tracing::{Instrument as _, Span, debug};

use crate::log::GENERAL;

/// What our server attaches to a request that may take over its connection.
#[derive(Clone)]
pub(crate) struct Tunnel {
    /// Signals that the server is stopping. It waits for everyone who holds
    /// one.
    pub(crate) stop: watch::Receiver<()>,
    /// Gets hold of the socket.
    pub(crate) open: fn(Upgraded) -> Result<Opened, Upgraded>,
}

/// A socket, and what was already read from it.
pub(crate) type Opened = (Box<dyn Socket>, Bytes);

/// A socket of any kind.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {
    /// Sets `TCP_NODELAY`, if it is TCP.
    fn set_nodelay(&self, nodelay: bool) -> io::Result<()>;
}

/// The socket of another server.
impl Socket for TokioIo<Upgraded> {
    fn set_nodelay(&self, _nodelay: bool) -> io::Result<()> {
        Ok(())
    }
}

/// What to do with the connection once the response has been sent.
pub(crate) struct Detaching<H>(
    pub(crate) Box<dyn FnOnce(H, IoStream) -> DetachedFuture + Send + Sync>,
);

/// What a handler does with its connection.
pub(crate) type DetachedFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How the connection arrives.
pub(crate) struct Detached {
    pub(crate) on_upgrade: OnUpgrade,
    pub(crate) tunnel: Option<Tunnel>,
}

impl Detached {
    /// Hands it over in a separate task, as soon as the response has been sent.
    pub(crate) fn hand_over<H: Send + 'static>(self, handler: H, Detaching(run): Detaching<H>) {
        let Detached { on_upgrade, tunnel } = self;
        let task = async move {
            match on_upgrade.await {
                Ok(upgraded) => run(handler, IoStream::new(upgraded, tunnel)).await,
                // It never received the response.
                Err(error) => debug!(target: GENERAL, "a client has left before: {error}"),
            }
        };
        tokio::spawn(task.instrument(Span::current()));
    }
}

/// A connection that a handler has taken over, as bytes (`tornado.iostream.IOStream`);
/// see [`Exchange::detach`](crate::Exchange::detach).
///
/// A stopping server waits until it is dropped, for up to the setting
/// [`shutdown_timeout`](crate::Settings::shutdown_timeout).
pub struct IoStream {
    socket: Box<dyn Socket>,
    /// What was read before.
    read: Bytes,
    stop: Option<watch::Receiver<()>>,
}

impl IoStream {
    fn new(upgraded: Upgraded, tunnel: Option<Tunnel>) -> IoStream {
        let (opened, stop) = match tunnel {
            Some(tunnel) => ((tunnel.open)(upgraded), Some(tunnel.stop)),
            None => (Err(upgraded), None),
        };
        let (socket, read) = opened.unwrap_or_else(|upgraded| {
            let socket: Box<dyn Socket> = Box::new(TokioIo::new(upgraded));
            (socket, Bytes::new())
        });
        IoStream { socket, read, stop }
    }

    /// Completes when the server begins to stop. The server then waits for this future to be
    /// dropped, as it does for the stream. Behind another server, such as axum's, it never
    /// completes.
    pub fn stopping(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stop = self.stop.clone();
        async move {
            match &mut stop {
                // An error means that the server is gone, which is also a stop.
                Some(stop) => drop(stop.changed().await),
                None => std::future::pending().await,
            }
        }
    }

    /// Whether the server has begun to stop, without waiting.
    #[must_use]
    #[inline]
    pub fn is_stopping(&self) -> bool {
        let stop = self.stop.as_ref();
        stop.is_some_and(|stop| !matches!(stop.has_changed(), Ok(false)))
    }

    /// Whether small writes are sent immediately (`IOStream.set_nodelay`),
    /// which is the default. It has no effect without TCP, or behind another
    /// server.
    ///
    /// # Errors
    ///
    /// When the system refuses.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.socket.set_nodelay(nodelay)
    }
}

impl AsyncRead for IoStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.read.is_empty() {
            let length = self.read.len().min(buf.remaining());
            buf.put_slice(&self.read[..length]);
            self.read.advance(length);
            if self.read.is_empty() {
                self.read = Bytes::new();
            }
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut *self.socket).poll_read(cx, buf)
    }
}

impl AsyncWrite for IoStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.socket).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.socket).poll_shutdown(cx)
    }
}

impl fmt::Debug for IoStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IoStream").finish_non_exhaustive()
    }
}
