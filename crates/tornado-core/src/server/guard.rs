//! `Guard`: the socket of a connection. It changes no bytes.
//!
//! hyper reads and writes through it. Together with [`watch`](super::watch) it
//! does three things that hyper can't: a client that has closed only its own
//! side still gets its response; a client that has left is noticed even if it
//! has sent more than hyper has read; and the last response is not lost to a
//! reset.

use std::any::Any;
use std::future::Future as _;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use hyper::upgrade::{Parts, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use super::capacity::Slot;
use super::pulse::Pulse;
use crate::detach::{Opened, Socket};

/// A socket that is watched.
#[derive(Debug)]
pub(super) struct Guard<S> {
    io: S,
    pulse: Arc<Pulse>,
    /// What has been read but hyper has not asked for yet.
    held: BytesMut,
    http2: bool,
    ended: bool,
    lingering: Option<Pin<Box<Sleep>>>,
    /// The place among all connections, which remains taken after an upgrade.
    _slot: Slot,
}

/// How much is read ahead to see whether the client is still there.
const AHEAD: usize = 64 * 1024;

/// How long to keep reading after the end. Otherwise the client's own unread
/// bytes would reset the connection before it sees the last response (RFC 9112,
/// 9.6).
const LINGER: Duration = Duration::from_secs(2);

impl<S> Guard<S> {
    /// A socket of which `held` has already been read.
    pub(super) fn new(
        io: S,
        held: BytesMut,
        pulse: Arc<Pulse>,
        http2: bool,
        slot: Slot,
    ) -> Guard<S> {
        Guard {
            io,
            pulse,
            held,
            http2,
            ended: false,
            lingering: None,
            _slot: slot,
        }
    }

    /// Whether the client's end is hidden from hyper, which would drop the
    /// response: the client may have closed only its own side. The watch
    /// decides for how long.
    fn holds_end(&self) -> bool {
        !self.http2 && (self.pulse.in_flight() > 0 || self.pulse.is_blocked())
    }
}

impl<S: AsyncRead + Unpin> Guard<S> {
    /// Reads up to a few pages. Returns whether there was something.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut bytes = [0; 4096];
        let mut buf = ReadBuf::new(&mut bytes);
        ready!(Pin::new(&mut self.io).poll_read(cx, &mut buf))?;
        let filled = buf.filled();
        if filled.is_empty() {
            self.ended = true;
            self.pulse.end();
        }
        self.held.extend_from_slice(filled);
        Poll::Ready(Ok(!filled.is_empty()))
    }

    /// While a response is made, hyper reads only to the end of its request. So
    /// the client's end beyond that is detected here.
    #[cold]
    fn look_ahead(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        // A body arrives at the pace at which it is read: one piece of it is evidence enough.
        let ahead = if self.pulse.is_arriving() { 1 } else { AHEAD };
        while !self.ended && self.held.len() < ahead {
            match self.poll_fill(cx)? {
                // hyper may have asked before without result, and must ask again.
                Poll::Ready(true) => cx.waker().wake_by_ref(),
                Poll::Ready(false) | Poll::Pending => break,
            }
        }
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.held.is_empty() {
            let length = this.held.len().min(buf.remaining());
            buf.put_slice(&this.held[..length]);
            this.held.advance(length);
            if this.held.is_empty() {
                // It is no longer needed, and a connection may live long.
                this.held = BytesMut::new();
            }
            this.pulse.read();
            return Poll::Ready(Ok(()));
        }
        if !this.ended {
            let before = buf.filled().len();
            ready!(Pin::new(&mut this.io).poll_read(cx, buf))?;
            if buf.filled().len() > before {
                this.pulse.read();
                return Poll::Ready(Ok(()));
            }
            this.ended = true;
            this.pulse.end();
        }
        if this.holds_end() {
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Guard<S> {
    #[inline]
    fn after_write(
        &self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_pending() {
            self.pulse.block();
        } else {
            self.pulse.wrote();
            if self.ended {
                // The end may have been held back.
                cx.waker().wake_by_ref();
            }
        }
        written
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    #[inline]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.io).poll_write(cx, bytes);
        this.after_write(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.io).poll_write_vectored(cx, slices);
        this.after_write(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    #[inline]
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let answering = !this.http2 && !this.ended && this.pulse.in_flight() > 0;
        if answering && !this.pulse.is_upgraded() {
            this.look_ahead(cx)?;
        }
        Pin::new(&mut this.io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.lingering.is_none() {
            ready!(Pin::new(&mut this.io).poll_shutdown(cx))?;
            let unread = this.pulse.is_unread() || !this.held.is_empty();
            if this.http2 || this.ended || !unread {
                return Poll::Ready(Ok(()));
            }
            this.lingering = Some(Box::pin(tokio::time::sleep(LINGER)));
        }
        loop {
            this.held.clear();
            match this.poll_fill(cx) {
                Poll::Ready(Ok(true)) => {}
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => break,
            }
        }
        let timer = this.lingering.as_mut().expect("it was set just now");
        timer.as_mut().poll(cx).map(Ok)
    }
}

/// The guard that hyper has given away, and the bytes that hyper has read but
/// not used.
pub(super) fn open<S>(upgraded: Upgraded) -> Result<Opened, Upgraded>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Parts { io, read_buf, .. } = upgraded.downcast::<TokioIo<Guard<S>>>()?;
    Ok((Box::new(io.into_inner()), read_buf))
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Socket for Guard<S> {
    fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        let socket = &self.io as &dyn Any;
        let tcp = socket.downcast_ref::<TcpStream>();
        #[cfg(feature = "tls")]
        let tcp = tcp.or_else(|| {
            let tls = socket.downcast_ref::<tokio_rustls::server::TlsStream<TcpStream>>();
            tls.map(|tls| tls.get_ref().0)
        });
        tcp.map_or(Ok(()), |tcp| tcp.set_nodelay(nodelay))
    }
}
