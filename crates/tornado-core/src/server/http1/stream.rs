//! `Http1Stream`: the socket, as hyper is to see it.

use std::future::Future as _;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use memchr::memchr_iter;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};
use tracing::info;

use super::chunked::Chunked;
use super::head::{self, Scan};
use super::odd::{self, BodyLength, Refused};
use super::wire::{Malformed, Special, Verdict, Wire};
use crate::connection::ConnectionInfo;
use crate::log::GENERAL;

/// What a head may be like.
#[derive(Clone, Copy, Debug)]
pub(in crate::server) struct Limits {
    pub(in crate::server) max_header_size: usize,
    pub(in crate::server) idle_timeout: Duration,
}

/// A socket with the rules of [this module](super).
#[derive(Debug)]
pub(in crate::server) struct Http1Stream<S> {
    io: S,
    info: ConnectionInfo,
    limits: Limits,
    wire: Arc<Wire>,
    next: Next,
    /// What has been read and hyper does not have yet: the first `ready` bytes
    /// are for it, the others need a look.
    held: BytesMut,
    ready: usize,
    /// How many heads hyper was given.
    delivered: u32,
    /// How many empty lines stood before the head.
    blank_lines: u8,
    /// So many bytes of `held` are known to be the beginning of a head. They
    /// are not looked at again with each piece that follows.
    partial: usize,
    /// The client sends no more.
    eof: bool,
    /// For how many turns that was held back, since this many were answered.
    patience: (u32, u8),
    idle: Idle,
    output: Output,
    /// Whether hyper has got its first byte.
    begun: bool,
}

/// What the next byte from the socket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Head,
    /// As `Head`, when the request before it has been answered: it was HTTP/1.0,
    /// or has asked for another protocol.
    AfterAnswer,
    Body(u64),
    Chunked(Chunked),
    /// Of no interest, since the message before it was none. hyper gets an
    /// answer to send, or an end of file in a body.
    Nothing {
        in_body: bool,
    },
    /// Another protocol.
    Other,
}

impl Next {
    fn is_head(self) -> bool {
        matches!(self, Next::Head | Next::AfterAnswer)
    }
}

/// What is done to the bytes of the response.
#[derive(Debug, Default)]
struct Output {
    /// The next status line will say HTTP/1.0 and is to say HTTP/1.1.
    http10: bool,
    /// Of that, this many bytes are out.
    version: usize,
    /// hyper holds nothing back: what it writes next is the start of something.
    drained: bool,
    /// Of the bare 400, this many bytes are out.
    bare: usize,
    /// The client does not read as fast as is written.
    blocked: bool,
    lingering: Option<Pin<Box<Sleep>>>,
}

/// How long nothing has come, when something should.
#[derive(Debug, Default)]
struct Idle {
    since: Option<Instant>,
    /// One for the whole life of the connection, since a timer for each request
    /// would cost more than reading it.
    timer: Option<Pin<Box<Sleep>>>,
}

/// Tornado's answer to what is no HTTP, whole.
const BARE_BAD_REQUEST: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\r\n";

/// How hyper's own answer to that begins, which is to become the other.
const OWN_BAD_REQUEST: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n";

/// A request whose answer is known: hyper then sends it in its turn.
const REFUSED: &[u8] = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n";

/// How many turns a handler has to answer a client that sends no more.
const PATIENCE: u8 = 4;

/// How long to read on after the end, so that the client gets to see the last
/// answer before its own bytes, which nobody reads, reset the connection
/// (RFC 9112, 9.6).
const LINGER: Duration = Duration::from_secs(2);

impl<S> Http1Stream<S> {
    /// A socket of which `held` has been read already; the first head is waited
    /// for since then.
    pub(in crate::server) fn new(
        io: S,
        held: BytesMut,
        info: ConnectionInfo,
        limits: Limits,
        wire: Arc<Wire>,
        since: Instant,
    ) -> Http1Stream<S> {
        Http1Stream {
            io,
            info,
            limits,
            wire,
            next: Next::Head,
            held,
            ready: 0,
            delivered: 0,
            blank_lines: 0,
            partial: 0,
            eof: false,
            patience: (0, 0),
            idle: Idle {
                since: Some(since),
                timer: None,
            },
            output: Output {
                drained: true,
                ..Output::default()
            },
            begun: false,
        }
    }

    fn is_in_flight(&self) -> bool {
        self.delivered != self.wire.answered()
    }

    /// Whether an answer is still to come, or to go out.
    fn is_busy(&self) -> bool {
        self.is_in_flight() || !self.output.drained
    }

    /// A head is complete and hyper gets it.
    fn deliver(&mut self, body: BodyLength, http10: bool, upgrade: bool) {
        if upgrade {
            self.wire.mark(self.delivered, Special::Upgrade);
        }
        self.delivered = self.delivered.wrapping_add(1);
        self.blank_lines = 0;
        self.idle.since = None;
        if http10 {
            self.output.http10 = true;
        }
        self.next = match body {
            BodyLength::Fixed(0) if upgrade || http10 => Next::AfterAnswer,
            BodyLength::Fixed(0) => Next::Head,
            BodyLength::Fixed(length) => Next::Body(length),
            BodyLength::Chunked => Next::Chunked(Chunked::new()),
        };
    }

    /// Ends the connection with an answer that comes in its turn.
    fn refuse(&mut self, special: Special) {
        self.wire.mark(self.delivered, special);
        self.held.clear();
        self.held.extend_from_slice(REFUSED);
        self.ready = self.held.len();
        self.deliver(BodyLength::Fixed(0), false, false);
        self.next = Next::Nothing { in_body: false };
    }

    fn malformed(&mut self, why: &Malformed) {
        info!(target: GENERAL, "Malformed HTTP message from {}: {why}", self.info.remote_ip());
        self.refuse(Special::BadRequest);
    }

    fn too_large(&mut self) {
        let ip = self.info.remote_ip();
        info!(target: GENERAL, "The head of a request from {ip} is too large, closing connection");
        self.refuse(Special::HeadTooLarge);
    }

    /// How many of these bytes belong to the body that is coming in. Behind a
    /// malformed chunk, none does any more.
    fn advance_body(&mut self, bytes: &[u8]) -> usize {
        match &mut self.next {
            Next::Body(left) => {
                let step = usize::try_from(*left)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len());
                *left -= step as u64;
                if *left == 0 {
                    self.next = Next::Head;
                }
                step
            }
            Next::Chunked(chunked) => match chunked.advance(bytes) {
                Ok(step) => {
                    if chunked.is_ended() {
                        self.next = Next::Head;
                    }
                    step
                }
                Err(why) => {
                    let ip = self.info.remote_ip();
                    info!(target: GENERAL, "Malformed HTTP message from {ip}: {why}");
                    self.next = Next::Nothing { in_body: true };
                    0
                }
            },
            Next::Other => bytes.len(),
            Next::Head | Next::AfterAnswer | Next::Nothing { .. } => 0,
        }
    }

    /// Looks at a head; gives how many of the bytes hyper may have at once, if
    /// any. What needs to be changed is changed in `held`.
    fn look(&mut self, bytes: &[u8]) -> Look {
        match head::scan(bytes) {
            Scan::Plain(plain) if plain.http10 && self.is_busy() => Look::Wait,
            Scan::Plain(plain) if plain.len <= self.limits.max_header_size => {
                let body = BodyLength::Fixed(plain.content_length);
                self.deliver(body, plain.http10, plain.upgrade);
                let body = self.advance_body(&bytes[plain.len..]);
                Look::Good(plain.len + body)
            }
            Scan::Partial if bytes.len() <= self.limits.max_header_size => Look::More,
            Scan::Blank(length) if self.blank_lines == 0 => Look::Skip(length),
            Scan::Odd(length) if length <= self.limits.max_header_size => Look::Odd(length),
            Scan::Blank(_) => Look::Bad,
            Scan::Plain(_) | Scan::Partial | Scan::Odd(_) => Look::TooLarge,
        }
    }

    /// Whether a head of which so many bytes are no whole one may be whole now,
    /// or is too large.
    fn may_be_whole(&self, bytes: &[u8], seen: usize) -> bool {
        let new = &bytes[seen.saturating_sub(2)..];
        let ends = |at: usize| matches!(new[at + 1..], [b'\n', ..] | [b'\r', b'\n', ..]);
        bytes.len() > self.limits.max_header_size || memchr_iter(b'\n', new).any(ends)
    }

    /// Does what a look at `held` has found; whether hyper gets something.
    fn settle(&mut self, look: Look) -> bool {
        match look {
            Look::Good(length) => self.ready = length,
            Look::More | Look::Wait => return false,
            Look::Skip(length) => {
                self.held.advance(length);
                self.blank_lines += 1;
                return false;
            }
            Look::Odd(length) => match odd::rewrite(&self.held[..length]) {
                Ok(head) if head.http10 && self.is_busy() => return false,
                Ok(head) => {
                    if let Some(special) = head.special {
                        self.wire.mark(self.delivered, special);
                    }
                    self.deliver(head.body, head.http10, head.upgrade);
                    self.ready = head.bytes.len();
                    let mut held = BytesMut::from(&head.bytes[..]);
                    held.extend_from_slice(&self.held[length..]);
                    self.held = held;
                }
                Err(Refused::Malformed(why)) => self.malformed(&why),
                Err(Refused::TooManyHeaders) => self.too_large(),
            },
            Look::Bad => self.malformed(&Malformed::new("Malformed HTTP request line")),
            Look::TooLarge => self.too_large(),
        }
        true
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Good(usize),
    More,
    /// It is HTTP/1.0, and its answer must be told from those before.
    Wait,
    Skip(usize),
    Odd(usize),
    Bad,
    TooLarge,
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Http1Stream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.ready > 0 {
                let mut length = this.ready.min(buf.remaining());
                if !this.begun {
                    // So hyper has to read twice, doubles its buffer for that, and
                    // from then on takes a new one every hundred requests or so.
                    // Else it would be too small by a little, for each of them.
                    this.begun = true;
                    length = 1;
                }
                buf.put_slice(&this.held[..length]);
                this.held.advance(length);
                this.ready -= length;
                if this.held.is_empty() {
                    // An idle connection keeps no memory for this.
                    this.held = BytesMut::new();
                }
                return Poll::Ready(Ok(()));
            }
            match this.next {
                // The answer is on its way, and then nothing follows.
                Next::Nothing { in_body: false } => return Poll::Pending,
                Next::Nothing { in_body: true } => return Poll::Ready(Ok(())),
                Next::AfterAnswer if this.is_busy() => {
                    ready!(this.poll_held(cx))?;
                    if this.eof {
                        return this.poll_eof(cx);
                    }
                    this.wire.wait(cx.waker());
                    return Poll::Pending;
                }
                Next::AfterAnswer => {
                    let other = this.wire.is_upgraded();
                    this.next = if other { Next::Other } else { Next::Head };
                }
                Next::Head if !this.held.is_empty() => {
                    let held = std::mem::take(&mut this.held);
                    let look = match this.partial {
                        seen @ 1.. if !this.may_be_whole(&held, seen) => Look::More,
                        _ => this.look(&held),
                    };
                    this.partial = if look == Look::More { held.len() } else { 0 };
                    this.held = held;
                    if this.settle(look) {
                        continue;
                    }
                    match look {
                        Look::More => {
                            if !this.eof {
                                ready!(this.poll_more(cx))?;
                            }
                            if this.eof {
                                return this.poll_eof(cx);
                            }
                        }
                        Look::Wait | Look::Odd(_) => {
                            this.wire.wait(cx.waker());
                            return Poll::Pending;
                        }
                        _ => {}
                    }
                }
                _ if !this.held.is_empty() => {
                    let held = std::mem::take(&mut this.held);
                    this.ready = this.advance_body(&held);
                    this.held = held;
                }
                _ if this.eof => return this.poll_eof(cx),
                _ => return this.poll_direct(cx, buf),
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Http1Stream<S> {
    /// Reads into hyper's own buffer. What hyper is not to have goes out of it
    /// again, and that is rare.
    fn poll_direct(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let start = buf.filled().len();
        match Pin::new(&mut self.io).poll_read(cx, buf) {
            Poll::Ready(result) => result?,
            Poll::Pending if self.next == Next::Head => {
                ready!(self.poll_idle(cx));
                // As if the client had left.
                self.eof = true;
                return Poll::Ready(Ok(()));
            }
            Poll::Pending => return Poll::Pending,
        }
        let bytes = &buf.filled()[start..];
        if bytes.is_empty() {
            self.eof = true;
            return self.poll_eof(cx);
        }
        let (used, look) = if self.next == Next::Head {
            match self.look(bytes) {
                Look::Good(length) => (length, None),
                look => (0, Some(look)),
            }
        } else {
            (self.advance_body(bytes), None)
        };
        if used < bytes.len() {
            self.held.extend_from_slice(&bytes[used..]);
            buf.set_filled(start + used);
        }
        if let Some(look) = look {
            self.settle(look);
        }
        if used == 0 && !matches!(self.next, Next::Nothing { in_body: true }) {
            // `Ready` with no bytes would be the end of the stream.
            return self.poll_again(cx, buf);
        }
        Poll::Ready(Ok(()))
    }

    /// The client sends no more. hyper, once it hears of that, ends at once: so
    /// what is on its way is sent before, and a handler that needs not wait has
    /// a few turns to answer. The client may have closed its own side only.
    fn poll_eof(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.output.blocked {
            return Poll::Pending;
        }
        if self.next.is_head() && self.is_in_flight() {
            let answered = self.wire.answered();
            if self.patience.0 != answered {
                self.patience = (answered, 0);
            }
            if self.patience.1 < PATIENCE {
                self.patience.1 += 1;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_again(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(self).poll_read(cx, buf)
    }

    /// Reads more of a head that has begun.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.poll_fill(cx) {
            Poll::Ready(result) => Poll::Ready(result),
            Poll::Pending => {
                ready!(self.poll_idle(cx));
                self.eof = true;
                Poll::Ready(Ok(()))
            }
        }
    }

    /// Notices the end of the client while its request is being answered, and
    /// holds what comes behind the request, up to a limit.
    fn poll_held(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.eof && self.held.len() < self.limits.max_header_size {
            match self.poll_fill(cx) {
                Poll::Ready(result) => result?,
                Poll::Pending => break,
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut bytes = [0; 4096];
        let mut buf = ReadBuf::new(&mut bytes);
        ready!(Pin::new(&mut self.io).poll_read(cx, &mut buf))?;
        self.eof = buf.filled().is_empty();
        self.held.extend_from_slice(buf.filled());
        Poll::Ready(Ok(()))
    }

    /// Ready when the client has had its time to send a head. It has all the
    /// time in the world while it waits for an answer.
    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_in_flight() {
            return Poll::Pending;
        }
        let since = *self.idle.since.get_or_insert_with(Instant::now);
        // A limit beyond the clock is none.
        let Some(deadline) = since.checked_add(self.limits.idle_timeout) else {
            return Poll::Pending;
        };
        match &mut self.idle.timer {
            // It wakes this task, which is all it is for.
            Some(timer) if !timer.is_elapsed() => Poll::Pending,
            Some(timer) => {
                if Instant::now() >= deadline {
                    return Poll::Ready(());
                }
                timer.as_mut().reset(deadline);
                timer.as_mut().poll(cx)
            }
            timer => timer
                .insert(Box::pin(tokio::time::sleep_until(deadline)))
                .as_mut()
                .poll(cx),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Http1Stream<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = if this.is_plain_output() {
            Pin::new(&mut this.io).poll_write(cx, bytes)
        } else {
            this.poll_write_changed(cx, bytes)
        };
        this.after_write(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = if this.is_plain_output() {
            Pin::new(&mut this.io).poll_write_vectored(cx, slices)
        } else {
            let first = slices.iter().find(|slice| !slice.is_empty());
            this.poll_write_changed(cx, first.map_or(&[], |slice| slice))
        };
        this.after_write(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // hyper flushes when it has written all it had.
        this.output.drained = true;
        this.wire.wake();
        if this.next == Next::Head && this.idle.since.is_none() {
            // hyper may have asked for the next head already, and will not do so
            // again before something comes: the time for it begins here.
            let _ = this.poll_idle(cx);
        }
        Pin::new(&mut this.io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.output.lingering.is_none() {
            ready!(Pin::new(&mut this.io).poll_shutdown(cx))?;
            let unread = this.next != Next::Head || !this.held.is_empty();
            if this.eof || !unread || this.wire.verdict() == Verdict::Silence {
                return Poll::Ready(Ok(()));
            }
            this.output.lingering = Some(Box::pin(tokio::time::sleep(LINGER)));
        }
        this.poll_linger(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Http1Stream<S> {
    /// Whether hyper's bytes go out as they are, as they nearly always do.
    #[inline]
    fn is_plain_output(&self) -> bool {
        !self.output.http10
            && self.delivered == self.wire.called()
            && self.wire.verdict() == Verdict::None
    }

    #[inline]
    fn after_write(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        self.output.blocked = written.is_pending();
        // Bytes that could not go out are tried again, from their start.
        self.output.drained &= self.output.blocked;
        if self.eof && !self.output.blocked {
            // The end of the client may have been held back.
            cx.waker().wake_by_ref();
        }
        written
    }

    #[cold]
    fn poll_write_changed(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let is_status =
            |status: &[u8]| bytes.starts_with(b"HTTP/1.") && bytes.get(8..13) == Some(status);
        let own = self.delivered != self.wire.called()
            && bytes
                .get(..OWN_BAD_REQUEST.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(OWN_BAD_REQUEST));
        match self.wire.verdict() {
            Verdict::BareBadRequest if is_status(b" 400 ") => self.poll_bare(cx, bytes),
            _ if own => self.poll_bare(cx, bytes),
            Verdict::Silence if is_status(b" 408 ") => Poll::Ready(Ok(bytes.len())),
            _ => self.poll_http11(cx, bytes),
        }
    }

    /// Sends the bare 400 in the place of these bytes.
    fn poll_bare(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        while !self.eof && self.output.bare < BARE_BAD_REQUEST.len() {
            let rest = &BARE_BAD_REQUEST[self.output.bare..];
            let count = ready!(Pin::new(&mut self.io).poll_write(cx, rest))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.output.bare += count;
        }
        Poll::Ready(Ok(bytes.len()))
    }

    /// Sends these bytes, and makes `HTTP/1.1` of an `HTTP/1.0` at their start:
    /// the version is the server's, not the client's (RFC 9110, 6.2).
    fn poll_http11(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        const OLD: &[u8] = b"HTTP/1.0";
        const NEW: &[u8] = b"HTTP/1.1";
        let sent = self.output.version;
        let begins = self.output.http10 && (self.output.drained || sent > 0);
        if !begins || !bytes.starts_with(&OLD[sent..]) {
            return Pin::new(&mut self.io).poll_write(cx, bytes);
        }
        let slices = [&NEW[sent..], &bytes[OLD.len() - sent..]].map(IoSlice::new);
        let count = ready!(Pin::new(&mut self.io).poll_write_vectored(cx, &slices))?;
        self.output.version += count;
        if self.output.version >= NEW.len() {
            self.output.version = 0;
            self.output.http10 = false;
        }
        Poll::Ready(Ok(count))
    }

    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            self.held.clear();
            match self.poll_fill(cx) {
                Poll::Ready(Ok(())) if !self.eof => {}
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => break,
            }
        }
        let timer = self
            .output
            .lingering
            .as_mut()
            .expect("it was set by the caller");
        timer.as_mut().poll(cx).map(Ok)
    }
}
