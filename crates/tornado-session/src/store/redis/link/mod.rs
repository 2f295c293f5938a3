//! `Link`: the connection to a Redis server.
//!
//! The client of the `redis` crate would do, but for its cost. It writes to the
//! socket once per command, which takes the kernel more time than the rest of
//! reading a session, and its parser, which can read anything, takes longer
//! than a whole small request. So here the commands of all concurrent requests
//! share a write, and an answer is only cut out of the stream. The rest is left
//! to `redis`: URLs, scripts, errors, clusters, TLS.

mod open;
mod resp;
mod serve;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use redis::aio::ConnectionLike;
use redis::{Cmd, ConnectionInfo, Pipeline, RedisError, RedisFuture, Value};
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

pub(super) use self::resp::each_pair;

/// One connection to a server, shared by all requests. It is opened when there
/// is something to send, and reopened when it breaks.
///
/// Answers arrive in the order of the commands. A clone is the same connection.
#[derive(Clone)]
pub(super) struct Link(Arc<Handle>);

/// The task that serves the connection ends when this is dropped.
struct Handle(Arc<Shared>);

struct Shared {
    server: ConnectionInfo,
    timeout: Duration,
    queue: Mutex<Queue>,
    /// Notified when the queue is no longer empty, and at the end.
    changed: Notify,
}

/// What has not been sent yet.
#[derive(Default)]
struct Queue {
    commands: Vec<u8>,
    waiting: Vec<Waiting>,
    /// Whether a task is going to send it.
    is_served: bool,
    is_closed: bool,
}

struct Waiting {
    since: Instant,
    answer: oneshot::Sender<Result<Bytes, RedisError>>,
}

impl Link {
    pub(super) fn new(server: ConnectionInfo, timeout: Duration) -> Link {
        Link(Arc::new(Handle(Arc::new(Shared {
            server,
            timeout,
            queue: Mutex::default(),
            changed: Notify::new(),
        }))))
    }

    /// Sends a command and returns its answer, which may be an error from the
    /// server.
    ///
    /// # Errors
    ///
    /// When the server can't be reached, breaks the connection, or does not
    /// answer in time.
    pub(super) async fn send(&self, command: &[&[u8]]) -> Result<Bytes, RedisError> {
        answer(self.enqueue(|commands| resp::write(commands, command))).await
    }

    /// Queues the one command that `write` writes.
    fn enqueue(&self, write: impl FnOnce(&mut Vec<u8>)) -> Answered {
        let shared = &self.0.0;
        let (answer, answered) = oneshot::channel();
        let mut queue = shared.queue();
        write(&mut queue.commands);
        // Commands that wait together share the deadline of the first.
        let since = queue.waiting.first().map(|first| first.since);
        queue.waiting.push(Waiting {
            since: since.unwrap_or_else(Instant::now),
            answer,
        });
        if !queue.is_served {
            // The very first, or the first in another runtime.
            queue.is_served = true;
            tokio::spawn(serve::serve(Arc::clone(shared)));
        } else if since.is_none() {
            shared.changed.notify_one();
        }
        answered
    }
}

type Answered = oneshot::Receiver<Result<Bytes, RedisError>>;

async fn answer(answered: Answered) -> Result<Bytes, RedisError> {
    // The task ends without an answer only if its runtime does.
    let stopped = |_| Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
    answered.await.unwrap_or_else(stopped)
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.queue().is_closed = true;
        self.0.changed.notify_one();
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing panics half-way through a change while it is locked.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Scripts are called through this.
impl ConnectionLike for Link {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        let answered = self.enqueue(|commands| command.write_packed_command(commands));
        Box::pin(async { redis::parse_redis_value(&answer(answered).await?) })
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(async move {
            let mut values = Vec::new();
            for command in pipeline.cmd_iter() {
                values.push(self.req_packed_command(command).await?);
            }
            Ok(values.into_iter().skip(offset).take(count).collect())
        })
    }

    fn get_db(&self) -> i64 {
        self.0.0.server.redis_settings().db()
    }
}
