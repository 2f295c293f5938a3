//! `Graceful`: how a server and its connections agree on when to stop.

use tokio::sync::watch;

/// Held by the server.
#[derive(Debug)]
pub(super) struct Graceful(watch::Sender<()>);

/// Held by each connection for as long as it lives.
#[derive(Debug)]
pub(super) struct Ending(watch::Receiver<()>);

/// Whether the stop has begun, without waiting.
#[derive(Debug)]
pub(super) struct News(watch::Receiver<()>);

impl Graceful {
    pub(super) fn new() -> Graceful {
        Graceful(watch::Sender::new(()))
    }

    pub(super) fn connection(&self) -> Ending {
        Ending(self.0.subscribe())
    }

    /// Tells all connections to stop, and waits until the last of them is gone.
    pub(super) async fn end(self) {
        // Without connections, nobody listens.
        let _ = self.0.send(());
        self.ends().await;
    }

    /// Waits until the last connection is gone.
    pub(super) async fn ends(self) {
        self.0.closed().await;
    }
}

impl Ending {
    /// Completes when the server stops.
    pub(super) async fn begins(&mut self) {
        // An error means that the server is gone, which is also a stop.
        let _ = self.0.changed().await;
    }

    /// As above, for what a connection turns into: it counts as a connection.
    pub(super) fn for_tunnel(&self) -> watch::Receiver<()> {
        self.0.clone()
    }

    pub(super) fn news(&self) -> News {
        News(self.0.clone())
    }
}

impl News {
    #[inline]
    pub(super) fn is_quiet(&self) -> bool {
        matches!(self.0.has_changed(), Ok(false))
    }
}
