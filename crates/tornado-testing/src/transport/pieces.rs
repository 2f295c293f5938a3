//! `Pieces`: the body of a request.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// A body that is complete, in one piece or in several.
pub(crate) struct Pieces {
    pieces: VecDeque<Bytes>,
    /// Whether the length is announced.
    is_whole: bool,
}

impl Pieces {
    pub(crate) fn whole(body: Bytes) -> Pieces {
        let pieces = (!body.is_empty()).then_some(body);
        Pieces {
            pieces: pieces.into_iter().collect(),
            is_whole: true,
        }
    }

    pub(crate) fn open(pieces: Vec<Bytes>) -> Pieces {
        Pieces {
            pieces: pieces.into(),
            is_whole: false,
        }
    }

    pub(crate) fn length(&self) -> Option<usize> {
        let length = self.pieces.iter().map(Bytes::len).sum();
        self.is_whole.then_some(length)
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.is_whole && self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match self.length() {
            Some(length) => SizeHint::with_exact(length as u64),
            None => SizeHint::default(),
        }
    }
}
