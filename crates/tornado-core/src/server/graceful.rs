//! `Graceful`: how a server and its connections agree on the end.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use tokio::sync::watch;

/// Held by the server.
#[derive(Debug)]
pub(super) struct Graceful(watch::Sender<()>);

/// Held by each connection for as long as it lives.
#[derive(Debug)]
pub(super) struct Ending(watch::Receiver<()>);

/// What can be told to finish what it does and begin nothing new.
pub(super) trait Finish: Future {
    fn finish(self: Pin<&mut Self>);
}

impl Graceful {
    pub(super) fn new() -> Graceful {
        Graceful(watch::Sender::new(()))
    }

    pub(super) fn connection(&self) -> Ending {
        Ending(self.0.subscribe())
    }

    /// Tells all connections, and waits until the last of them is gone.
    pub(super) async fn end(self) {
        // Nobody listens when there is no connection.
        let _ = self.0.send(());
        self.0.closed().await;
    }
}

impl Ending {
    /// Completes when the server stops.
    pub(super) async fn begins(&mut self) {
        // An error says that the server is gone, which is an end as well.
        let _ = self.0.changed().await;
    }

    /// Runs a connection; when the server stops, it is told.
    pub(super) async fn watch<C: Finish>(mut self, connection: C) -> C::Output {
        let mut connection = pin!(connection);
        let news = self.0.clone();
        let mut begins = pin!(self.begins());
        // The first poll is the one that has the end wake this task. After that a
        // look at the version is enough, and a tenth of the price.
        let mut waits = false;
        let output = poll_fn(|cx| {
            if let Poll::Ready(output) = connection.as_mut().poll(cx) {
                return Poll::Ready(Some(output));
            }
            if waits && matches!(news.has_changed(), Ok(false)) {
                return Poll::Pending;
            }
            waits = true;
            begins.as_mut().poll(cx).map(|()| None)
        });
        if let Some(output) = output.await {
            return output;
        }
        connection.as_mut().finish();
        connection.await
    }
}
