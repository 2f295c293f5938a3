//! A connection from `open` to `on_close`.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

use tornado_core::{Context as _, Error, IoStream, Output as _, Result};
use tracing::{debug, error};

use super::slot::Slot;
use super::{WebSocket, WebSocketMixin as _};
use crate::WebSocketClosedError;
use crate::connection::{Engine, Step, Times};
use crate::protocol::{CloseFrame, Event, Protocol};

/// What the handshake has settled.
pub(super) struct Plan {
    pub(super) protocol: Protocol,
    pub(super) times: Times,
}

/// Serves a connection with the hooks of its handler, until it ends.
pub(super) async fn serve<H: WebSocket>(mut handler: H, stream: IoStream, plan: Plan) {
    let sender = handler.sender();
    let mut stop = pin!(stream.stopping());
    // The stream ends before the last hook does, and the server waits for both.
    let held = stream.stopping();
    let mut engine = Engine::new(stream, plan.protocol, sender.0.clone(), plan.times);
    let opened = engine.during(catch_panic(handler.open())).await;
    let mut failed = settle(&mut handler, &mut engine, opened);
    let mut goodbye = Goodbye::Unasked;
    loop {
        let step = next(&mut engine, stop.as_mut(), &mut goodbye).await;
        let event = match step {
            Some(Step::Event(event)) => event,
            Some(Step::Failed(close)) => {
                let summary = handler.request().summary();
                debug!(target: "tornado.general", "{summary}: {} ({})", close.reason(), close.code());
                note_close(&mut handler, close);
                failed = true;
                continue;
            }
            Some(Step::Ended) => break,
            None => {
                let limit = handler.settings().get_shutdown_timeout();
                engine.shorten_close(limit.mul_f64(0.9));
                sender.close_by(Some(CloseFrame::known(1001, "")));
                continue;
            }
        };
        if let Event::Close(close) = event {
            sender.0.abandon();
            if !failed {
                Slot::of_mut(handler.exchange_mut()).closed = close;
            }
            continue;
        }
        if failed {
            // What arrives before the end is not for a handler that has failed.
            continue;
        }
        let done = match event {
            Event::Message(message) => {
                engine
                    .during(catch_panic(handler.on_message(message)))
                    .await
            }
            Event::Ping(data) => engine.during(catch_panic(handler.on_ping(data))).await,
            Event::Pong(data) => engine.during(catch_panic(handler.on_pong(data))).await,
            Event::Close(_) => Ok(()),
        };
        failed = settle(&mut handler, &mut engine, done);
    }
    sender.0.close();
    let closing = async {
        let closed = catch_panic(handler.on_close()).await;
        if let Err(error) = closed.and_then(|()| handler.take_raised()) {
            log(&handler, &error);
        }
        // The program may end with this connection.
        #[cfg(any(feature = "postgres", feature = "redis"))]
        sender.0.leave_relays(goodbye == Goodbye::Said).await;
    };
    tokio::join!(engine.shutdown(), closing);
    drop(held);
}

/// Whether the server has begun to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goodbye {
    Unasked,
    /// The stop wakes this task, so checking is enough.
    Waiting,
    Said,
}

/// The next step; `None` when the server begins to stop, which is reported
/// once.
async fn next(
    engine: &mut Engine<IoStream>,
    mut stop: Pin<&mut impl Future<Output = ()>>,
    goodbye: &mut Goodbye,
) -> Option<Step> {
    poll_fn(|cx| {
        let asks = match goodbye {
            Goodbye::Unasked => true,
            Goodbye::Waiting => engine.stream().is_stopping(),
            Goodbye::Said => false,
        };
        if asks {
            *goodbye = Goodbye::Waiting;
            if stop.as_mut().poll(cx).is_ready() {
                *goodbye = Goodbye::Said;
                return Poll::Ready(None);
            }
        }
        engine.poll_step(cx).map(Some)
    })
    .await
}

/// Handles the end of a hook. Returns whether that was an error.
fn settle<H: WebSocket>(handler: &mut H, engine: &mut Engine<IoStream>, done: Result) -> bool {
    if let Some(nodelay) = Slot::of_mut(handler.exchange_mut()).nodelay.take()
        && let Err(error) = engine.stream().set_nodelay(nodelay)
    {
        // The client has probably left; the connection will say so.
        debug!(target: "tornado.general", "can't set TCP_NODELAY: {error}");
    }
    let Err(error) = done.and_then(|()| handler.take_raised()) else {
        return false;
    };
    if error.is::<WebSocketClosedError>() {
        return false;
    }
    log(handler, &error);
    let close = CloseFrame::known(1011, "");
    handler.sender().close_by(Some(close.clone()));
    note_close(handler, close);
    true
}

/// Records how this side has ended the connection.
fn note_close<H: WebSocket>(handler: &mut H, close: CloseFrame) {
    Slot::of_mut(handler.exchange_mut())
        .closed
        .get_or_insert(close);
}

fn log<H: WebSocket>(handler: &H, error: &Error) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| handler.log_exception(error))) {
        let panic = Error::from_panic(&*panic);
        error!(target: "tornado.application", "Uncaught panic in log_exception: {panic}; it was to log: {error}");
    }
}

/// Turns a panic into an error.
async fn catch_panic(future: impl Future<Output = Result>) -> Result {
    let mut future = pin!(future);
    poll_fn(
        |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll,
            Err(panic) => Poll::Ready(Err(Error::from_panic(&*panic))),
        },
    )
    .await
}
