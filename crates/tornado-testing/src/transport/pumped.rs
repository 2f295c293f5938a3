//! `Pumped`: the body of a handler that continues on its own.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};
use http_body_util::BodyExt as _;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tornado_core::BoxError;

use crate::log;

type Piece = Result<Frame<Bytes>, BoxError>;

/// The rest of a handler that has flushed, in a task that is one piece ahead of
/// the reader. Dropping it means leaving.
pub(super) struct Pumped {
    pieces: mpsc::Receiver<Piece>,
    pump: JoinHandle<()>,
}

impl Pumped {
    pub(super) fn new(mut body: tornado_core::Body) -> Pumped {
        let (sender, pieces) = mpsc::channel(1);
        let pump = async move {
            while let Some(piece) = body.frame().await {
                if sender.send(piece).await.is_err() {
                    return;
                }
            }
        };
        let pump = tokio::spawn(log::asked_by(log::current(), pump));
        Pumped { pieces, pump }
    }
}

impl Body for Pumped {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Piece>> {
        self.pieces.poll_recv(cx)
    }
}

impl Drop for Pumped {
    fn drop(&mut self) {
        self.pump.abort();
    }
}
