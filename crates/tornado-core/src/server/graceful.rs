//! `Graceful`: how a server and its connections agree on the end.

use tokio::sync::watch;

/// Held by the server.
#[derive(Debug)]
pub(super) struct Graceful(watch::Sender<()>);

/// Held by each connection for as long as it lives.
#[derive(Debug)]
pub(super) struct Ending(watch::Receiver<()>);

/// Whether the end has begun, at a glance.
#[derive(Debug)]
pub(super) struct News(watch::Receiver<()>);

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
        // An error says that the server is gone, which is an end as well.
        let _ = self.0.changed().await;
    }

    /// The same for what a connection becomes: it counts as one.
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
