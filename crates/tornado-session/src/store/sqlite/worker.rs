//! Threads that each own a connection, so that no async thread ever waits for a
//! disk.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::Failure;

/// The most writes that share a transaction, and so a wait for the disk.
const BATCH: usize = 64;

/// Threads with a queue in front of them. Dropping it waits until they have
/// emptied the queue and closed their connections. The last one to close leaves
/// everything that was written in the one file.
pub(super) struct Workers {
    /// `None` once dropped.
    queue: Option<Sender<Box<dyn Job>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// One thread that writes. Each operation is atomic, so everything that is
    /// waiting when the thread gets to work is done in one transaction.
    pub(super) fn writer(connection: Connection) -> std::io::Result<Workers> {
        let (sender, queue) = channel();
        let thread = spawn("sqlite-sessions-w", move || write(connection, &queue))?;
        Ok(Workers {
            queue: Some(sender),
            threads: vec![thread],
        })
    }

    /// Threads that read, one per connection.
    pub(super) fn readers(connections: Vec<Connection>) -> std::io::Result<Workers> {
        let (sender, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        let mut workers = Workers {
            queue: Some(sender),
            threads: Vec::with_capacity(connections.len()),
        };
        for connection in connections {
            let queue = Arc::clone(&queue);
            let thread = spawn("sqlite-sessions-r", move || read(&connection, &queue))?;
            workers.threads.push(thread);
        }
        Ok(workers)
    }

    /// Runs `act` on one of the threads. It may be run again from the start, if
    /// nothing of it has been kept. If nobody is waiting any more when its turn
    /// comes, it is not run.
    pub(super) async fn run<T, F>(&self, act: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> Result<T, Failure> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Call {
            act,
            done: None,
            reply,
        };
        let queue = self.queue.as_ref().ok_or(Failure::Stopped)?;
        queue.send(Box::new(job)).map_err(|_| Failure::Stopped)?;
        answer.await.map_err(|_| Failure::Stopped)?
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            // A thread that has panicked has closed its connection, too.
            thread.join().ok();
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    let thread = std::thread::Builder::new().name(name.to_owned());
    thread.spawn(work)
}

trait Job: Send {
    /// Whether nobody waits for it any more.
    fn is_abandoned(&self) -> bool;
    /// Runs it, and keeps the result. An error means that the transaction must
    /// be rolled back.
    fn act(&mut self, connection: &Connection) -> Result<(), Failure>;
    /// Sends the answer.
    fn finish(self: Box<Self>, committed: Result<(), Failure>);
}

struct Call<T, F> {
    act: F,
    done: Option<T>,
    reply: oneshot::Sender<Result<T, Failure>>,
}

impl<T, F> Job for Call<T, F>
where
    T: Send,
    F: FnMut(&Connection) -> Result<T, Failure> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn act(&mut self, connection: &Connection) -> Result<(), Failure> {
        self.done = Some((self.act)(connection)?);
        Ok(())
    }

    fn finish(self: Box<Self>, committed: Result<(), Failure>) {
        let Call { done, reply, .. } = *self;
        // The caller may have gone.
        reply
            .send(committed.and_then(|()| done.ok_or(Failure::Stopped)))
            .ok();
    }
}

fn read(connection: &Connection, queue: &Mutex<Receiver<Box<dyn Job>>>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(mut job) = next else { return };
        if !job.is_abandoned() {
            let result = job.act(connection);
            job.finish(result);
        }
    }
}

fn write(mut connection: Connection, queue: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = queue.recv() {
        let mut jobs = vec![first];
        jobs.extend(queue.try_iter().take(BATCH - 1));
        jobs.retain(|job| !job.is_abandoned());
        if jobs.len() > 1 && commit(&mut connection, &mut jobs).is_ok() {
            for job in jobs {
                job.finish(Ok(()));
            }
            continue;
        }
        // There is only one, or one has failed and taken the others with it;
        // then each gets its own answer.
        for mut job in jobs {
            let result = commit(&mut connection, std::slice::from_mut(&mut job));
            job.finish(result);
        }
    }
}

/// All of them in one transaction, or none.
fn commit(connection: &mut Connection, jobs: &mut [Box<dyn Job>]) -> Result<(), Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in jobs {
        job.act(&transaction)?;
    }
    transaction.commit()?;
    Ok(())
}
