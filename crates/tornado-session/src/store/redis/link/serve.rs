//! The task that owns the connection.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::sync::Arc;

use bytes::BytesMut;
use redis::RedisError;
use tokio::io::AsyncWriteExt as _;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::open::{Stream, open, read};
use super::resp::Answers;
use super::{Queue, Shared, Waiting};

/// Sends what is queued, over one connection after another.
pub(super) async fn serve(shared: Arc<Shared>) {
    let served = Served(shared);
    let shared = &*served.0;
    while shared.is_filled().await {
        let limit = shared.queue().deadline(shared);
        let opened = match timeout_at(limit, open(&shared.server)).await {
            Ok(opened) => opened,
            Err(_) => Err(timed_out()),
        };
        match opened {
            Ok(stream) => Connected::new(stream).run(shared).await,
            Err(error) => fail(shared.queue().give_up(), &error),
        }
    }
}

/// However the task ends, the next command starts another.
struct Served(Arc<Shared>);

impl Drop for Served {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        queue.is_served = false;
        queue.give_up();
    }
}

impl Shared {
    /// Waits until there is something to send; returns false if there never
    /// will be.
    async fn is_filled(&self) -> bool {
        loop {
            {
                let queue = self.queue();
                if queue.is_closed || !queue.waiting.is_empty() {
                    return !queue.is_closed;
                }
            }
            self.changed.notified().await;
        }
    }

    fn deadline(&self, since: Instant) -> Instant {
        // A day at most.
        since + self.timeout
    }
}

impl Queue {
    fn deadline(&self, shared: &Shared) -> Instant {
        let since = self.waiting.first().map(|first| first.since);
        shared.deadline(since.unwrap_or_else(Instant::now))
    }

    fn give_up(&mut self) -> Vec<Waiting> {
        self.commands.clear();
        mem::take(&mut self.waiting)
    }
}

/// A connection, and what has been sent on it.
struct Connected {
    stream: Stream,
    in_flight: VecDeque<Waiting>,
    commands: Vec<u8>,
    received: BytesMut,
    answers: Answers,
}

impl Connected {
    fn new(stream: Stream) -> Connected {
        Connected {
            stream,
            in_flight: VecDeque::new(),
            commands: Vec::new(),
            received: BytesMut::new(),
            answers: Answers::new(),
        }
    }

    /// Runs until the connection breaks, or nobody needs it any longer.
    async fn run(mut self, shared: &Shared) {
        let error = match self.exchange(shared).await {
            Ok(()) => return,
            Err(error) => error,
        };
        // Commands that have not been sent yet wait for the next connection.
        fail(self.in_flight, &error);
    }

    async fn exchange(&mut self, shared: &Shared) -> Result<(), RedisError> {
        while self.send(shared).await? {
            self.receive_until_changed(shared).await?;
            // Other ready tasks may have something to send, too.
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Passes answers on until there is something to send.
    async fn receive_until_changed(&mut self, shared: &Shared) -> Result<(), RedisError> {
        loop {
            let first = self.in_flight.front();
            let overdue = first.map(|first| shared.deadline(first.since));
            tokio::select! {
                biased;
                read = read(&mut self.stream, &mut self.received) => {
                    read?;
                    self.receive()?;
                }
                () = shared.changed.notified() => return Ok(()),
                () = overdue_at(overdue) => return Err(timed_out()),
            }
        }
    }

    /// Sends what is queued; returns false at the end.
    async fn send(&mut self, shared: &Shared) -> Result<bool, RedisError> {
        let limit = {
            let mut queue = shared.queue();
            if queue.is_closed {
                return Ok(false);
            }
            if queue.waiting.is_empty() {
                return Ok(true);
            }
            let limit = queue.deadline(shared);
            mem::swap(&mut self.commands, &mut queue.commands);
            self.in_flight.extend(queue.waiting.drain(..));
            limit
        };
        let written = timeout_at(limit, self.stream.write_all(&self.commands)).await;
        written.map_err(|_| timed_out())??;
        self.commands.clear();
        Ok(true)
    }

    fn receive(&mut self) -> Result<(), RedisError> {
        while let Some(answer) = self.answers.next(&mut self.received)? {
            let Some(waiting) = self.in_flight.pop_front() else {
                return Err(io::Error::from(io::ErrorKind::InvalidData).into());
            };
            let is_demoted = answer.starts_with(b"-READONLY");
            // A caller that has given up does not receive it.
            waiting.answer.send(Ok(answer)).ok();
            if is_demoted {
                // It has become a replica, and its name may now lead to another server.
                return Err(io::Error::from(io::ErrorKind::ConnectionReset).into());
            }
        }
        Ok(())
    }
}

fn fail(waiting: impl IntoIterator<Item = Waiting>, error: &RedisError) {
    for waiting in waiting {
        waiting.answer.send(Err(error.clone())).ok();
    }
}

/// Waits until then, or forever.
async fn overdue_at(overdue: Option<Instant>) {
    match overdue {
        Some(overdue) => sleep_until(overdue).await,
        None => std::future::pending().await,
    }
}

fn timed_out() -> RedisError {
    io::Error::from(io::ErrorKind::TimedOut).into()
}
