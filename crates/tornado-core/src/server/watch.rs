//! `watch`: runs a connection until it ends, its time is over, or the server
//! stops.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

use super::graceful::Ending;
use super::pulse::Pulse;
use crate::Settings;

/// How long each phase may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// Without a request.
    idle: Duration,
    /// For the head of a request.
    header: Duration,
    /// Without the client taking a byte that is waiting for it.
    write: Duration,
    /// For the response to a client that will send no more.
    half_close: Duration,
}

impl Times {
    pub(super) fn new(settings: &Settings) -> Times {
        Times {
            idle: settings.get_idle_connection_timeout(),
            header: settings.get_header_timeout(),
            write: settings.get_write_timeout(),
            half_close: settings.get_half_close_timeout(),
        }
    }

    /// How long the first byte may take.
    pub(super) fn first(&self) -> Duration {
        self.idle.min(self.header)
    }
}

/// How long a client has to say goodbye on a connection where nothing happens
/// any more. One that answers no PING would otherwise have the whole time of a
/// stop.
const FAREWELL: Duration = Duration::from_secs(1);

/// How long an HTTP/1 connection without a request stays open when the server
/// stops: one may be on its way.
const LAST_REQUEST: Duration = Duration::from_millis(250);

/// What can be told to finish its work and begin nothing new.
pub(super) trait Finish: Future {
    fn finish(self: Pin<&mut Self>);
}

/// Runs a connection. `None` if it was cut off because its time was over.
pub(super) async fn watch<C: Finish>(
    mut connection: Pin<&mut C>,
    pulse: &Pulse,
    times: Times,
    mut ending: Ending,
    (since, http2): (Instant, bool),
) -> Option<C::Output> {
    let news = ending.news();
    let mut stop = pin!(ending.begins());
    let mut timer = pin!(tokio::time::sleep_until(since + LONG));
    let mut watch = Watch::new(pulse, times, since, http2);
    let mut waits = false;
    std::future::poll_fn(|cx| {
        loop {
            if let Poll::Ready(output) = connection.as_mut().poll(cx) {
                return Poll::Ready(Some(output));
            }
            // The first poll registers this task to be woken at the end. After that,
            // checking the version is enough, and costs a tenth.
            let asks = watch.stopping.is_none() && !(waits && news.is_quiet());
            waits = true;
            if asks && stop.as_mut().poll(cx).is_ready() {
                watch.stopping = Some(Instant::now());
            }
            watch.look();
            match watch.poll_time(timer.as_mut(), cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Over::Cut) => return Poll::Ready(None),
                Poll::Ready(Over::Finish) => connection.as_mut().finish(),
            }
        }
    })
    .await
}

/// A time that a timer supports, and no connection reaches.
const LONG: Duration = Duration::from_secs(365 * 24 * 3600);

/// What has been observed about a connection, and since when.
struct Watch<'a> {
    pulse: &'a Pulse,
    times: Times,
    http2: bool,
    /// It has been told to finish.
    finishing: bool,
    /// The server has begun to stop.
    stopping: Option<Instant>,
    /// When the last response was complete.
    idle_since: Instant,
    answered: u32,
    /// When the next request began.
    head_since: Option<Instant>,
    reads: u32,
    /// When a response last moved on, if something holds it up.
    moved: Option<Instant>,
    progress: u32,
    /// When the timer will fire.
    armed: Option<Instant>,
}

/// What to do when a time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    Finish,
    Cut,
}

impl<'a> Watch<'a> {
    fn new(pulse: &'a Pulse, times: Times, since: Instant, http2: bool) -> Watch<'a> {
        Watch {
            pulse,
            times,
            http2,
            finishing: false,
            stopping: None,
            idle_since: since,
            answered: 0,
            head_since: Some(since),
            reads: 0,
            moved: None,
            progress: 0,
            armed: None,
        }
    }

    /// Notices what has changed.
    #[inline]
    fn look(&mut self) {
        let pulse = self.pulse;
        if pulse.in_flight() == 0 {
            if self.answered != pulse.answered() {
                self.answered = pulse.answered();
                self.idle_since = Instant::now();
                self.head_since = None;
                self.reads = pulse.reads();
            } else if self.head_since.is_none() && self.reads != pulse.reads() {
                self.head_since = Some(Instant::now());
            }
        } else {
            self.head_since = None;
        }
        if self.is_held_up() {
            if self.moved.is_none() || self.progress != pulse.progress() {
                self.progress = pulse.progress();
                self.moved = Some(Instant::now());
            }
        } else {
            self.moved = None;
        }
    }

    /// Whether a response waits for the client, or for its own end although the
    /// client will send no more.
    fn is_held_up(&self) -> bool {
        self.pulse.is_blocked() || self.pulse.is_ended() || self.pulse.is_waiting()
    }

    /// When the next time is over, as things stand.
    fn deadline(&self) -> Option<(Instant, Over)> {
        let pulse = self.pulse;
        if pulse.is_upgraded() {
            return None;
        }
        let in_flight = pulse.in_flight() > 0;
        let blocked = pulse.is_blocked() || pulse.is_waiting();
        let mut times: [Option<(Instant, Over)>; 4] = [None; 4];
        if let Some(moved) = self.moved {
            let limit = if blocked {
                self.times.write
            } else {
                self.times.half_close
            };
            times[0] = after(moved, limit).map(|time| (time, Over::Cut));
        }
        if !in_flight && !blocked {
            let over = if self.http2 && !self.finishing {
                Over::Finish
            } else {
                Over::Cut
            };
            times[1] = after(self.idle_since, self.times.idle).map(|time| (time, over));
            let head = self.head_since.filter(|_| !self.http2);
            times[2] = head
                .and_then(|since| after(since, self.times.header))
                .map(|time| (time, Over::Cut));
        }
        if let Some(stopping) = self.stopping {
            times[3] = if !self.finishing {
                let last = if self.http2 || in_flight {
                    Duration::ZERO
                } else {
                    LAST_REQUEST
                };
                after(stopping, last).map(|time| (time, Over::Finish))
            } else if !in_flight && !blocked {
                after(stopping.max(self.idle_since), FAREWELL).map(|time| (time, Over::Cut))
            } else {
                None
            };
        }
        times.into_iter().flatten().min_by_key(|(time, _)| *time)
    }

    /// Ready when a time is over.
    #[inline]
    fn poll_time(&mut self, mut timer: Pin<&mut Sleep>, cx: &mut Context<'_>) -> Poll<Over> {
        let usual = self.moved.is_none() && self.stopping.is_none() && self.head_since.is_none();
        if usual && self.armed.is_some() && !timer.is_elapsed() {
            // Then the next limit is the idle time, which has only moved later.
            return Poll::Pending;
        }
        loop {
            let deadline = self.deadline();
            let mut wake = deadline.map(|(time, _)| time);
            if self.http2 && self.pulse.in_flight() > 0 {
                // Its responses are made in other tasks, none of which says when it is
                // done, so this must check now and then.
                let limit = self.times.idle.min(self.times.write);
                wake = earlier(wake, self.armed.or(after(Instant::now(), limit)));
            }
            let Some(wake) = wake else {
                return Poll::Pending;
            };
            // If the timer fires early, it is set again then; that is cheaper than
            // setting it for each request.
            if self.armed.is_none_or(|armed| wake < armed) {
                timer.as_mut().reset(wake);
                self.armed = Some(wake);
            } else if !timer.is_elapsed() {
                // It has been polled since it was set.
                return Poll::Pending;
            }
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.armed = None;
            if let Some((time, over)) = deadline
                && Instant::now() >= time
            {
                if over == Over::Finish {
                    self.finishing = true;
                    // From here on it behaves as if the server were stopping.
                    self.stopping.get_or_insert(time);
                }
                return Poll::Ready(over);
            }
        }
    }
}

/// A limit beyond the range of the clock means none.
fn after(time: Instant, limit: Duration) -> Option<Instant> {
    time.checked_add(limit)
}

fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
