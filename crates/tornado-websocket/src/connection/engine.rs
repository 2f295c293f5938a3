//! `Engine`: moves the bytes between a socket and its protocol.

use std::future::{Future, poll_fn};
use std::io;
use std::mem::MaybeUninit;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::queue::{Item, Queue};
use crate::protocol::{CloseFrame, Event, Protocol};

/// How long each phase may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// From one ping to the next; zero means no pings.
    pub(crate) ping_interval: Duration,
    /// From a ping to a sign of life; zero means forever.
    pub(crate) ping_timeout: Duration,
    /// From our close frame to theirs.
    pub(crate) close: Duration,
    /// Without the other side taking a byte that is waiting for it.
    pub(crate) write: Duration,
}

/// How long a server may take to agree to the end.
#[cfg(feature = "client")]
const CLOSE: Duration = Duration::from_secs(5);

/// How long a server may take no bytes.
#[cfg(feature = "client")]
const WRITE: Duration = Duration::from_secs(60);

#[cfg(feature = "client")]
impl Times {
    /// The limits of a client.
    pub(crate) fn of_client(ping_interval: Duration, ping_timeout: Option<Duration>) -> Times {
        Times {
            ping_interval,
            ping_timeout: ping_timeout.unwrap_or(ping_interval),
            close: CLOSE,
            write: WRITE,
        }
    }
}

/// A connection, its protocol, and its queue.
pub(crate) struct Engine<S> {
    stream: S,
    protocol: Protocol,
    queue: Arc<Queue>,
    times: Times,
    input: BytesMut,
    /// Written but not flushed yet.
    unflushed: bool,
    /// The last event was a ping.
    pinged: bool,
    /// Nothing can be written any more.
    broken: bool,
    next_ping: Option<Instant>,
    /// When the first ping since the last sign of life was sent.
    unanswered: Option<Instant>,
    /// Since when the end has been due.
    closing: Option<Instant>,
    /// Since when the other side has taken no bytes.
    blocked: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

/// What has happened.
#[derive(Debug)]
pub(crate) enum Step {
    Event(Event),
    /// The connection has failed, for this reason.
    Failed(CloseFrame),
    /// Nothing more will happen.
    Ended,
}

/// How much is read at a time, and how much is prepared for writing.
const CHUNK: usize = 8 * 1024;

/// How much of a long message is read at a time.
const LARGE_CHUNK: usize = 64 * 1024;

impl<S: AsyncRead + AsyncWrite + Unpin> Engine<S> {
    pub(crate) fn new(stream: S, protocol: Protocol, queue: Arc<Queue>, times: Times) -> Engine<S> {
        let pings = !times.ping_interval.is_zero();
        Engine {
            stream,
            protocol,
            queue,
            times,
            input: BytesMut::new(),
            unflushed: false,
            pinged: false,
            broken: false,
            next_ping: pings
                .then(|| after(Instant::now(), times.ping_interval))
                .flatten(),
            unanswered: None,
            closing: None,
            blocked: None,
            timer: None,
        }
    }

    pub(crate) fn stream(&self) -> &S {
        &self.stream
    }

    /// Limits how long the end may take, from now on.
    pub(crate) fn shorten_close(&mut self, limit: Duration) {
        self.times.close = self.times.close.min(limit);
    }

    /// What happens next. In the meantime, queued messages are sent.
    pub(crate) fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<Step> {
        loop {
            // What was written earlier is sent first, even if the next frame breaks a rule. It
            // waits for other messages to be written, except for a pong, which the next ping would
            // replace.
            let filled = self.fill(cx);
            if !filled || std::mem::take(&mut self.pinged) {
                let _ = self.poll_write(cx, filled);
            }
            if !self.input.is_empty() {
                match self.protocol.receive(&mut self.input) {
                    Ok(Some(event)) => {
                        self.pinged = matches!(event, Event::Ping(_));
                        return Poll::Ready(Step::Event(event));
                    }
                    Ok(None) => {}
                    Err(error) => {
                        // Its close frame bypasses the queue.
                        self.queue.abandon();
                        return Poll::Ready(Step::Failed(CloseFrame::known(
                            error.code(),
                            error.reason(),
                        )));
                    }
                }
            }
            if self.input.is_empty() && self.input.capacity() > 0 {
                // It may now be idle for long.
                self.input = BytesMut::new();
            }
            let written = self.poll_write(cx, filled);
            if self.broken || (self.protocol.is_closed() && written.is_ready()) {
                return Poll::Ready(Step::Ended);
            }
            match self.poll_read(cx) {
                Poll::Ready(Ok(0) | Err(_)) => return Poll::Ready(Step::Ended),
                Poll::Ready(Ok(_)) => {
                    self.unanswered = None;
                    continue;
                }
                Poll::Pending => {}
            }
            match ready!(self.poll_timer(cx, false)) {
                // There is something to write.
                Due::Ping => {}
                Due::Silence => self.fail_ping(),
                Due::Cut => return Poll::Ready(Step::Ended),
            }
        }
    }

    /// Sends queued messages while something else is done. A client that takes nothing is cut off,
    /// since that something may be waiting for it.
    fn write_meanwhile(&mut self, cx: &mut Context<'_>) {
        let filled = self.fill(cx);
        if self.poll_write(cx, filled).is_pending() && self.poll_timer(cx, true).is_ready() {
            self.break_off();
        }
    }

    /// Sends everything that waits; `filled` says that `fill` has taken all of it. Ready when
    /// all of it is sent, or nothing can be sent any more.
    fn poll_write(&mut self, cx: &mut Context<'_>, mut filled: bool) -> Poll<()> {
        if self.broken {
            return Poll::Ready(());
        }
        loop {
            while self.protocol.output().has_remaining() {
                let output = self.protocol.output();
                match Pin::new(&mut self.stream).poll_write(cx, output.chunk()) {
                    Poll::Ready(Ok(count)) if count > 0 => {
                        self.protocol.output().advance(count);
                        self.unflushed = true;
                        self.blocked = None;
                        if !self.protocol.is_closing() {
                            // It is still on its way.
                            self.closing = None;
                        }
                    }
                    Poll::Ready(_) => {
                        self.break_off();
                        return Poll::Ready(());
                    }
                    Poll::Pending => {
                        self.blocked.get_or_insert_with(Instant::now);
                        return Poll::Pending;
                    }
                }
            }
            if filled {
                break;
            }
            filled = self.fill(cx);
        }
        if self.unflushed {
            match Pin::new(&mut self.stream).poll_flush(cx) {
                Poll::Ready(Ok(())) => {
                    self.unflushed = false;
                    self.blocked = None;
                }
                Poll::Ready(Err(_)) => self.break_off(),
                Poll::Pending => {
                    self.blocked.get_or_insert_with(Instant::now);
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(())
    }

    /// Takes from the queue as much as is written at once. Returns whether that
    /// is all.
    fn fill(&mut self, cx: &mut Context<'_>) -> bool {
        while self.protocol.output().remaining() < CHUNK {
            let Poll::Ready(item) = self.queue.poll_pop(cx) else {
                return true;
            };
            // After a close frame nothing is accepted, and nothing was promised.
            match item {
                Item::Own(message) => drop(self.protocol.write(message)),
                Item::Shared(message) => drop(self.protocol.write_shared(&message)),
                Item::Ping(data) => drop(self.protocol.ping(&data)),
                Item::Close(close) => self.protocol.close(close.as_ref()),
            }
        }
        false
    }

    fn break_off(&mut self) {
        self.broken = true;
        self.queue.abandon();
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.protocol.expects() > CHUNK as u64 {
            let expected = usize::try_from(self.protocol.expects()).unwrap_or(LARGE_CHUNK);
            let before = self.input.len();
            self.input.reserve(expected.min(LARGE_CHUNK));
            let mut read = pin!(tokio::io::AsyncReadExt::read_buf(
                &mut self.stream,
                &mut self.input
            ));
            ready!(read.as_mut().poll(cx))?;
            return Poll::Ready(Ok(self.input.len() - before));
        }
        // On the stack, so that a silent client costs no buffer.
        let mut bytes = [const { MaybeUninit::uninit() }; CHUNK];
        let mut buf = ReadBuf::uninit(&mut bytes);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buf))?;
        self.input.extend_from_slice(buf.filled());
        Poll::Ready(Ok(buf.filled().len()))
    }

    /// Sends a close frame to a silent client, as Tornado does.
    fn fail_ping(&mut self) {
        self.unanswered = None;
        self.next_ping = None;
        let close = Item::Close(Some(CloseFrame::known(1000, "ping timed out")));
        // Refused if it is already closed.
        let _ = self.queue.push_control(close);
    }

    /// Ready when something is due; with `end`, only for the end.
    fn poll_timer(&mut self, cx: &mut Context<'_>, end: bool) -> Poll<Due> {
        if self.closing.is_none() && self.queue.is_closed() {
            self.closing = Some(Instant::now());
        }
        loop {
            let Some((time, due)) = self.deadline(end) else {
                return Poll::Pending;
            };
            let timer = self
                .timer
                .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(time)));
            if timer.deadline() > time || timer.is_elapsed() {
                timer.as_mut().reset(time);
            }
            ready!(timer.as_mut().poll(cx));
            let now = Instant::now();
            if now < time {
                // It was set for something that now comes later.
                continue;
            }
            if due == Due::Ping {
                self.ping(now);
            }
            return Poll::Ready(due);
        }
    }

    fn ping(&mut self, now: Instant) {
        self.next_ping = after(now, self.times.ping_interval);
        self.unanswered.get_or_insert(now);
        // A ping that is already waiting is enough.
        if !self.protocol.output().has_remaining() {
            // It has no data that could be too long.
            let _ = self.protocol.ping(b"");
        }
    }

    /// What is due next, and when.
    fn deadline(&self, end: bool) -> Option<(Instant, Due)> {
        let times = &self.times;
        let silence = Some(times.ping_timeout).filter(|timeout| !timeout.is_zero());
        let open = self.closing.is_none() && !end;
        [
            self.closing
                .and_then(|since| after(since, times.close))
                .map(|time| (time, Due::Cut)),
            self.blocked
                .and_then(|since| after(since, times.write))
                .map(|time| (time, Due::Cut)),
            self.unanswered
                .filter(|_| open)
                .and_then(|since| after(since, silence?))
                .map(|time| (time, Due::Silence)),
            self.next_ping
                .filter(|_| open)
                .map(|time| (time, Due::Ping)),
        ]
        .into_iter()
        .flatten()
        .min_by_key(|(time, _)| *time)
    }

    /// Ends the connection so that the other side still sees the last bytes sent.
    pub(crate) async fn shutdown(mut self) {
        if self.broken {
            return;
        }
        let limit = tokio::time::timeout(self.times.close, self.stream.shutdown());
        // A client that has left needs no end.
        let _ = limit.await;
    }

    /// Runs something, and sends queued messages in the meantime.
    pub(crate) async fn during<T>(&mut self, running: impl Future<Output = T>) -> T {
        let mut running = pin!(running);
        poll_fn(|cx| {
            self.queue.attend();
            if let Poll::Ready(output) = running.as_mut().poll(cx) {
                return Poll::Ready(output);
            }
            self.write_meanwhile(cx);
            Poll::Pending
        })
        .await
    }
}

/// A time limit that has been reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Ping,
    /// The limit for a sign of life.
    Silence,
    Cut,
}

/// A limit beyond the range of the clock means none.
fn after(time: Instant, limit: Duration) -> Option<Instant> {
    time.checked_add(limit)
}
