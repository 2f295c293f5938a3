//! `Running`: keeps a node connected, and moves messages both ways.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tracing::{info, warn};

use super::envelope::Envelope;
use super::link::{Link, Server};
use super::{Failure, Outgoing};
use crate::protocol::Message;

/// The most messages that go to the server at a time.
const BATCH: usize = 128;

/// How long to wait after a failure, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// How long a server may be silent before it is checked.
const SILENCE: Duration = Duration::from_secs(10);

pub(super) struct Running<F> {
    pub(super) server: Server,
    pub(super) node: String,
    pub(super) inbox: mpsc::UnboundedReceiver<Outgoing>,
    /// The log says that messages were dropped.
    pub(super) told: Arc<AtomicBool>,
    pub(super) deliver: F,
}

impl<F: Fn(&str, Message) + Send + Sync> Running<F> {
    /// Runs until nobody can publish any more.
    pub(super) async fn run(mut self, mut link: Link) {
        while let Err(error) = self.serve(&mut link).await {
            let name = self.server.name();
            warn!(
                target: "tornado.general",
                "rooms: the connection to {name} is lost, and messages reach this node alone: {error}"
            );
            let Some(next) = self.reconnect().await else {
                return;
            };
            link = next;
            info!(target: "tornado.general", "rooms: {name} is back");
        }
    }

    async fn reconnect(&self) -> Option<Link> {
        let (mut pause, longest) = PAUSES;
        while !self.inbox.is_closed() {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(longest);
            if let Ok(link) = self.server.connect(&self.node).await {
                return Some(link);
            }
        }
        None
    }

    async fn serve(&mut self, link: &mut Link) -> Result<(), Failure> {
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                count = self.inbox.recv_many(&mut batch, BATCH) => {
                    if count == 0 {
                        return Ok(());
                    }
                    let texts: Vec<&str> = batch.iter().filter_map(Outgoing::text).collect();
                    // If this fails, it is unknown who has received it. Sending it again could
                    // duplicate it.
                    if !texts.is_empty() {
                        link.publish(&texts).await?;
                    }
                    batch.clear();
                    self.told.store(false, Ordering::Relaxed);
                }
                text = link.incoming.recv() => {
                    self.receive(&text.ok_or("it has ended")?);
                }
                () = tokio::time::sleep(SILENCE) => link.publish(&[]).await?,
            }
        }
    }

    fn receive(&self, text: &str) {
        let message = match Envelope::parse(text) {
            Ok(envelope) if envelope.from == self.node => return,
            Ok(envelope) => {
                let room = envelope.room.clone();
                envelope.into_message().map(|message| (room, message))
            }
            Err(_) => None,
        };
        match message {
            Some((room, message)) => (self.deliver)(&room, message),
            None => warn!(
                target: "tornado.general",
                "rooms: something has come that is no message: it is to be JSON, with `room` and `text`"
            ),
        }
    }
}
