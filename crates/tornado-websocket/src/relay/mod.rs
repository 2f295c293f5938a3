//! `Relay`: carries what is said in rooms from node to node, through a server that all of them
//! know.

mod envelope;
mod error;
mod link;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
mod run;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tracing::warn;

use crate::protocol::Message;
use envelope::Envelope;
pub use error::{RoomsError, RoomsErrorKind};
use link::Server;

/// How long the server may take for anything.
const PATIENCE: Duration = Duration::from_secs(5);

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How many bytes may wait for the server.
const ROOM: usize = 16 * 1024 * 1024;

/// The cost of one message besides its text.
const OVERHEAD: usize = 256;

/// This node's end.
pub(crate) struct Relay {
    /// What distinguishes this node from the others.
    node: String,
    count: AtomicU64,
    outbox: mpsc::UnboundedSender<Outgoing>,
    room: Arc<Semaphore>,
    /// A message was dropped, and that has been logged.
    told: Arc<AtomicBool>,
}

/// What waits for the server, until it is sent.
pub(super) enum Outgoing {
    /// A message, and its place, which it then gives back.
    Message(
        String,
        #[expect(dead_code, reason = "it is to be dropped")] OwnedSemaphorePermit,
    ),
    /// A caller that waits until everything before it is sent.
    Mark(#[expect(dead_code, reason = "it is to be dropped")] oneshot::Sender<()>),
}

impl Outgoing {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Outgoing::Message(text, _) => Some(text),
            Outgoing::Mark(_) => None,
        }
    }
}

impl Relay {
    /// Connects, and passes what comes from other nodes to `deliver`, from now on until the relay
    /// is dropped.
    pub(crate) async fn open(
        url: &str,
        channel: &str,
        deliver: impl Fn(&str, Message) + Send + Sync + 'static,
    ) -> Result<Relay, RoomsError> {
        let server = Server::of(url, channel)?;
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).map_err(|error| {
            RoomsError::new(RoomsErrorKind::Connect, "no random numbers", error)
        })?;
        let node = format!("{:016x}", u64::from_ne_bytes(bytes));
        let link = server.connect(&node).await?;
        let (outbox, inbox) = mpsc::unbounded_channel();
        let told = Arc::new(AtomicBool::new(false));
        let running = run::Running {
            server,
            node: node.clone(),
            inbox,
            told: Arc::clone(&told),
            deliver,
        };
        tokio::spawn(running.run(link));
        Ok(Relay {
            node,
            count: AtomicU64::new(0),
            outbox,
            room: Arc::new(Semaphore::new(ROOM)),
            told,
        })
    }

    /// Sends a message to the other nodes, soon.
    pub(crate) fn publish(&self, room: &str, message: &Message) {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let text = Envelope::of(&self.node, number, room, message).to_text();
        let size = (text.len() + OVERHEAD).min(ROOM);
        let size = u32::try_from(size).expect("so much room there is not");
        match Arc::clone(&self.room).try_acquire_many_owned(size) {
            Ok(place) => {
                // Its reader ends with the runtime, and so does everything else.
                let _ = self.outbox.send(Outgoing::Message(text, place));
            }
            Err(_) if !self.told.swap(true, Ordering::Relaxed) => {
                warn!(
                    target: "tornado.general",
                    "too much waits for the server of the rooms: messages for other nodes are dropped"
                );
            }
            Err(_) => {}
        }
    }

    /// Waits until everything published has been sent, or the server takes too
    /// long.
    pub(crate) async fn flush(&self) {
        let (mark, gone) = oneshot::channel();
        if self.outbox.send(Outgoing::Mark(mark)).is_ok() {
            // It is dropped in its turn, and nothing is ever sent through it.
            let _ = tokio::time::timeout(PATIENCE, gone).await;
        }
    }
}
