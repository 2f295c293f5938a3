//! `Queue`: the messages that wait to be sent on one connection.

use std::collections::VecDeque;
#[cfg(any(feature = "postgres", feature = "redis"))]
use std::sync::Arc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use tokio::sync::Notify;
use tracing::info;

use super::SlowReaders;
use crate::protocol::{CloseFrame, Message, SharedMessage};
#[cfg(any(feature = "postgres", feature = "redis"))]
use crate::relay::Relay;

/// How much may wait, and what happens beyond that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) bytes: usize,
    pub(crate) messages: usize,
    pub(crate) policy: SlowReaders,
}

/// How much waits to be sent on a connection; see
/// [`WebSocketSender::queued`](crate::WebSocketSender::queued).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Queued {
    /// The number of messages.
    pub messages: usize,
    /// Their size in bytes, before compression.
    pub bytes: usize,
}

/// Something to be sent.
#[derive(Debug)]
pub(crate) enum Item {
    Own(Message),
    Shared(SharedMessage),
    Ping(Bytes),
    Close(Option<CloseFrame>),
}

impl Item {
    fn len(&self) -> Option<usize> {
        match self {
            Item::Own(message) => Some(message.as_bytes().len()),
            Item::Shared(message) => Some(message.len()),
            Item::Ping(_) | Item::Close(_) => None,
        }
    }
}

/// Shared by a connection and everything that writes to it.
pub(crate) struct Queue {
    limits: Limits,
    /// The client's address, for the log.
    client: Box<str>,
    state: Mutex<State>,
    /// Wakes writers that wait for room.
    room: Notify,
}

#[derive(Default)]
struct State {
    items: VecDeque<Item>,
    queued: Queued,
    /// Nothing more is accepted.
    closed: bool,
    /// A writer is waiting for room.
    wanted: bool,
    /// A message was dropped, and that has been logged.
    told: bool,
    /// The connection's task, when it has nothing to send.
    waker: Option<Waker>,
    /// The relays that carry what its hooks say in rooms to other nodes.
    #[cfg(any(feature = "postgres", feature = "redis"))]
    relays: Vec<Arc<Relay>>,
}

/// Why an item was not accepted.
#[derive(Debug)]
pub(crate) enum Refused {
    Full(Item),
    Closed,
}

/// The kinds of writers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writer {
    /// A writer that is told that there is no room.
    Trying,
    /// A writer that waits for room if that is the policy.
    Waiting,
    /// A room, which can't wait.
    Room,
}

/// How much room an empty queue may keep.
const KEPT: usize = 16;

impl Queue {
    pub(crate) fn new(limits: Limits, client: String) -> Queue {
        Queue {
            limits,
            client: client.into(),
            state: Mutex::default(),
            room: Notify::new(),
        }
    }

    /// Adds a message, as far as the policy allows.
    pub(crate) fn push(&self, item: Item, writer: Writer) -> Result<(), Refused> {
        let mut state = self.lock();
        if state.closed {
            return Err(Refused::Closed);
        }
        let length = item.len().unwrap_or_default();
        if state.has_room(length, &self.limits) {
            state.add(item);
            return Ok(());
        }
        let policy = match (writer, self.limits.policy) {
            (Writer::Trying, _) | (Writer::Waiting, SlowReaders::Wait) => {
                state.wanted = true;
                return Err(Refused::Full(item));
            }
            (_, policy) => policy,
        };
        let told = std::mem::replace(&mut state.told, true);
        match policy {
            SlowReaders::DropNewest => {}
            SlowReaders::DropOldest => {
                state.drop_oldest(length, &self.limits);
                state.add(item);
            }
            SlowReaders::Wait | SlowReaders::Close => {
                state.items.clear();
                state.queued = Queued::default();
                let close = CloseFrame::known(1013, "too slow");
                state.add(Item::Close(Some(close)));
                state.closed = true;
                self.room.notify_waiters();
            }
        }
        drop(state);
        if !told {
            let what = match policy {
                SlowReaders::DropNewest | SlowReaders::DropOldest => "messages are dropped",
                SlowReaders::Wait | SlowReaders::Close => "the connection is closed",
            };
            info!(target: "tornado.general", "{} reads too slowly: {what}", self.client);
        }
        Ok(())
    }

    /// Adds something other than a message, for which there is always room.
    pub(crate) fn push_control(&self, item: Item) -> Result<(), Refused> {
        let mut state = self.lock();
        if state.closed {
            return Err(Refused::Closed);
        }
        if matches!(item, Item::Close(_)) {
            state.closed = true;
            self.room.notify_waiters();
        }
        state.add(item);
        Ok(())
    }

    /// Waits until there is room, or the end. A refused writer then asks again.
    pub(crate) async fn room(&self, length: usize) {
        loop {
            let notified = self.room.notified();
            {
                let mut state = self.lock();
                if state.closed || state.has_room(length, &self.limits) {
                    return;
                }
                state.wanted = true;
            }
            notified.await;
        }
    }

    /// The next thing to send. If there is nothing, the task is woken by the next item.
    pub(crate) fn poll_pop(&self, cx: &mut Context<'_>) -> Poll<Item> {
        let mut state = self.lock();
        let Some(item) = state.items.pop_front() else {
            if state.items.capacity() > KEPT {
                state.items = VecDeque::new();
            }
            if !state
                .waker
                .as_ref()
                .is_some_and(|waker| waker.will_wake(cx.waker()))
            {
                state.waker = Some(cx.waker().clone());
            }
            return Poll::Pending;
        };
        if let Some(length) = item.len() {
            state.queued.messages -= 1;
            state.queued.bytes -= length;
            if std::mem::take(&mut state.wanted) {
                self.room.notify_waiters();
            }
        }
        Poll::Ready(item)
    }

    /// The connection's task is running, and asks for the next item before it waits again. So
    /// what its own hooks add need not wake it.
    pub(crate) fn attend(&self) {
        self.lock().waker = None;
    }

    /// Accepts nothing more: the connection is gone, or about to be.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.waker = None;
        self.room.notify_waiters();
    }

    /// Accepts nothing more, and discards what waits.
    pub(crate) fn abandon(&self) {
        self.close();
        let mut state = self.lock();
        state.items = VecDeque::new();
        state.queued = Queued::default();
    }

    /// Makes this connection wait for a relay when it ends because the server
    /// stops.
    #[cfg(any(feature = "postgres", feature = "redis"))]
    pub(super) fn flush_at_the_end(&self, relay: &Arc<Relay>) {
        let mut state = self.lock();
        let known = state.relays.iter().any(|known| Arc::ptr_eq(known, relay));
        if !state.closed && !known {
            state.relays.push(Arc::clone(relay));
        }
    }

    /// Says nothing more in rooms. Where the server stops, it waits until what was said is on
    /// its way to other nodes.
    #[cfg(any(feature = "postgres", feature = "redis"))]
    pub(crate) async fn leave_relays(&self, stops: bool) {
        let relays = std::mem::take(&mut self.lock().relays);
        for relay in relays.iter().filter(|_| stops) {
            relay.flush().await;
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    pub(crate) fn queued(&self) -> Queued {
        self.lock().queued
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held, so poisoning would mean nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn has_room(&self, length: usize, limits: &Limits) -> bool {
        self.queued.messages == 0
            || (self.queued.messages < limits.messages
                && self.queued.bytes.saturating_add(length) <= limits.bytes)
    }

    fn add(&mut self, item: Item) {
        if let Some(length) = item.len() {
            self.queued.messages += 1;
            self.queued.bytes += length;
        }
        self.items.push_back(item);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    fn drop_oldest(&mut self, length: usize, limits: &Limits) {
        while !self.has_room(length, limits) {
            let place = self.items.iter().position(|item| item.len().is_some());
            let Some(dropped) = place.and_then(|place| self.items.remove(place)) else {
                return;
            };
            self.queued.messages -= 1;
            self.queued.bytes -= dropped.len().unwrap_or_default();
        }
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.lock();
        f.debug_struct("Queue")
            .field("queued", &state.queued)
            .field("closed", &state.closed)
            .finish_non_exhaustive()
    }
}
