//! `Outbox`: where a flushing handler leaves what it sends.

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use bytes::Bytes;
use http::Response;

/// Shared by a handler's future and its poller, in the same task. The handler
/// puts one message in and is pending until it is taken, so it runs at the pace
/// of the connection.
#[derive(Debug, Default)]
pub(crate) struct Outbox(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    message: Option<Message>,
    /// The flush that waits for its message to be taken. Something between it
    /// and the task, such as `join!`, may poll only what was woken.
    waker: Option<Waker>,
    /// Set for `HEAD`: the head is kept, bodies are dropped, nothing waits.
    head_only: bool,
    head: Option<Box<Response<()>>>,
}

#[derive(Debug)]
pub(crate) enum Message {
    /// Boxed, since every request reserves room for a message and few have one.
    Head(Box<(Response<()>, Bytes)>),
    Chunk(Bytes),
}

impl Outbox {
    /// For a `HEAD` request, whose handler must run to its end although no body
    /// is wanted.
    pub(crate) fn head_only() -> Outbox {
        Outbox(Mutex::new(State {
            head_only: true,
            ..State::default()
        }))
    }

    pub(crate) async fn send_head(&self, head: Response<()>, chunk: Bytes) {
        {
            let mut state = self.lock();
            if state.head_only {
                state.head = Some(Box::new(head));
                return;
            }
        }
        self.send(Message::Head(Box::new((head, chunk)))).await;
    }

    pub(crate) async fn send_chunk(&self, chunk: Bytes) {
        if !self.lock().head_only {
            self.send(Message::Chunk(chunk)).await;
        }
    }

    async fn send(&self, message: Message) {
        self.lock().message = Some(message);
        // Pending at least once: only then does the poller look here.
        let mut first = true;
        poll_fn(|cx| {
            let mut state = self.lock();
            if !first && state.message.is_none() {
                return Poll::Ready(());
            }
            first = false;
            state.waker = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// The message of a handler that has just become pending.
    pub(crate) fn take(&self) -> Option<Message> {
        self.lock().message.take()
    }

    /// Called before the handler is polled again: its flush may continue.
    pub(crate) fn wake(&self) {
        if let Some(waker) = self.lock().waker.take() {
            waker.wake();
        }
    }

    /// The head that a flush left behind for a `HEAD` request.
    pub(crate) fn take_head(&self) -> Option<Response<()>> {
        self.lock().head.take().map(|head| *head)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held, so poisoning would mean nothing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
