//! `Inflater`: what makes messages of compressed ones.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};

use super::compress::TAIL;
use super::negotiate::Side;
use crate::protocol::Violation;

/// The other side's compression. The state is made for the first message; without
/// context takeover it is borrowed for each.
#[derive(Debug)]
pub(crate) struct Inflater {
    window_bits: u8,
    takeover: bool,
    state: Option<Box<Decompress>>,
    /// The stream has ended in this message, as it may (section 7.2.3.4).
    ended: bool,
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
            // Zlib has no smaller one that each encoder would keep to.
            window_bits: side.window_bits.max(9),
            takeover: side.takeover,
            state: None,
            ended: false,
        }
    }

    /// Adds what the next piece of a message says to `out`, which may hold `limit`
    /// bytes.
    pub(crate) fn inflate(
        &mut self,
        piece: &[u8],
        out: &mut Vec<u8>,
        limit: usize,
    ) -> Result<(), Violation> {
        let state = self.state.get_or_insert_with(|| {
            let idle = (!self.takeover).then(|| IDLE.take()).flatten();
            idle.unwrap_or_else(|| {
                let bits = if self.takeover { self.window_bits } else { 15 };
                Box::new(Decompress::new_with_window_bits(false, bits))
            })
        });
        let mut rest = piece;
        while !self.ended {
            if out.len() == out.capacity() {
                let room = STEP.min(piece.len().saturating_mul(4)).max(64);
                // One more than fits tells that there is too much.
                let most = limit.saturating_add(1).saturating_sub(out.len());
                out.reserve(room.min(most).max(1));
            }
            let before = (state.total_in(), out.len());
            let status = state
                .decompress_vec(rest, out, FlushDecompress::Sync)
                .map_err(|_| Violation::Deflate)?;
            let read = usize::try_from(state.total_in() - before.0);
            let read = read.expect("it is part of a slice");
            rest = &rest[read..];
            if out.len() > limit {
                return Err(Violation::TooBigInflated);
            }
            self.ended = status == Status::StreamEnd;
            let stuck = read == 0 && out.len() == before.1;
            if stuck || (rest.is_empty() && out.len() < out.capacity()) {
                break;
            }
        }
        Ok(())
    }

    /// The same for the end of the message.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>, limit: usize) -> Result<(), Violation> {
        self.inflate(&TAIL, out, limit)?;
        if self.ended {
            // What comes is a stream of its own.
            self.ended = false;
            if let Some(state) = &mut self.state {
                state.reset(false);
            }
        }
        if !self.takeover
            && let Some(mut state) = self.state.take()
        {
            state.reset(false);
            IDLE.set(Some(state));
        }
        Ok(())
    }
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
        assert_eq!(result, Err(Violation::TooBigInflated));
        assert!(out.capacity() < 200_000, "{}", out.capacity());
    }
}
