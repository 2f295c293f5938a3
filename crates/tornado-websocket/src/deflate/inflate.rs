//! `Inflater`: decompresses messages.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};

use super::compress::TAIL;
use super::history::History;
use super::negotiate::Side;

/// The other side's compression. The state is borrowed for each message.
#[derive(Debug)]
pub(crate) struct Inflater {
    /// `None` without context takeover.
    history: Option<History>,
    /// The state for a message of which some has arrived.
    state: Option<Box<Decompress>>,
    /// The stream has ended within this message, which is allowed (section
    /// 7.2.3.4).
    ended: bool,
}

/// Why a message can't be inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InflateError {
    /// The data is not deflate.
    Invalid,
    /// The message exceeds the limit.
    TooLong,
}

thread_local! {
    /// One state with the largest window, which can read any.
    static IDLE: RefCell<Option<Box<Decompress>>> = const { RefCell::new(None) };
}

/// How much is inflated at a time.
const STEP: usize = 16 * 1024;

impl Inflater {
    pub(crate) fn new(side: Side) -> Inflater {
        Inflater {
            history: side.takeover.then(|| History::new(side.window_bits)),
            state: None,
            ended: false,
        }
    }

    /// Adds the next piece of a message, inflated, to `out`, which may hold
    /// `limit` bytes.
    pub(crate) fn inflate(
        &mut self,
        piece: &[u8],
        out: &mut Vec<u8>,
        limit: usize,
    ) -> Result<(), InflateError> {
        let state = match &mut self.state {
            Some(state) => state,
            none => none.insert(start(self.history.as_ref())?),
        };
        let mut rest = piece;
        while !self.ended {
            if out.len() == out.capacity() {
                let room = STEP.min(piece.len().saturating_mul(4)).max(64);
                // One byte more than fits shows that there is too much.
                let most = limit.saturating_add(1).saturating_sub(out.len());
                out.reserve(room.min(most).max(1));
            }
            let before = (state.total_in(), out.len());
            let status = state
                .decompress_vec(rest, out, FlushDecompress::Sync)
                .map_err(|_| InflateError::Invalid)?;
            let read = usize::try_from(state.total_in() - before.0);
            let read = read.expect("it is part of a slice");
            rest = &rest[read..];
            if out.len() > limit {
                return Err(InflateError::TooLong);
            }
            self.ended = status == Status::StreamEnd;
            let stuck = read == 0 && out.len() == before.1;
            if stuck || (rest.is_empty() && out.len() < out.capacity()) {
                break;
            }
        }
        Ok(())
    }

    /// As `inflate`, for the end of the message.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>, limit: usize) -> Result<(), InflateError> {
        self.inflate(&TAIL, out, limit)?;
        self.ended = false;
        if let Some(mut state) = self.state.take() {
            state.reset(false);
            IDLE.set(Some(state));
        }
        if let Some(history) = &mut self.history {
            history.add(out);
        }
        Ok(())
    }
}

/// A state that knows what a message may refer to.
fn start(history: Option<&History>) -> Result<Box<Decompress>, InflateError> {
    let mut state = IDLE
        .take()
        .unwrap_or_else(|| Box::new(Decompress::new_with_window_bits(false, 15)));
    let history = history.map_or(&[][..], History::as_slice);
    if !history.is_empty() {
        let set = state.set_dictionary(history);
        set.map_err(|_| InflateError::Invalid)?;
    }
    Ok(state)
}

#[cfg(test)]
mod tests {
    use flate2::{Compress, Compression, FlushCompress};

    use super::*;

    fn side(takeover: bool) -> Side {
        Side {
            window_bits: 15,
            takeover,
        }
    }

    #[test]
    fn a_stream_that_ends_in_each_message_is_read() {
        let mut inflater = Inflater::new(side(true));
        for text in ["Hello", "and again"] {
            let mut compressed = Vec::with_capacity(100);
            let mut state = Compress::new(Compression::default(), false);
            state
                .compress_vec(text.as_bytes(), &mut compressed, FlushCompress::Finish)
                .unwrap();
            compressed.push(0);
            let mut out = Vec::new();
            inflater.inflate(&compressed, &mut out, 100).unwrap();
            inflater.finish(&mut out, 100).unwrap();
            assert_eq!(out, text.as_bytes());
        }
    }

    #[test]
    fn a_bomb_goes_no_further_than_its_limit() {
        let mut state = Compress::new(Compression::best(), false);
        let mut bomb = Vec::with_capacity(100_000);
        state
            .compress_vec(&vec![0; 10 << 20], &mut bomb, FlushCompress::Sync)
            .unwrap();
        let mut out = Vec::new();
        let mut inflater = Inflater::new(side(false));
        let result = inflater.inflate(&bomb, &mut out, 100_000);
        assert_eq!(result, Err(InflateError::TooLong));
        assert!(out.capacity() < 200_000, "{}", out.capacity());
    }
}
