//! `Compressor`: compresses messages.

use std::cell::RefCell;

use flate2::{Compress, Compression, FlushCompress, Status};

use super::history::History;
use super::negotiate::Side;

/// One side's compression of its own messages. The state, which is large, is borrowed for each
/// message.
#[derive(Debug)]
pub(crate) struct Compressor {
    pub(crate) kind: Kind,
    /// `None` without context takeover.
    history: Option<History>,
    threshold: usize,
}

/// What determines the bytes of a message that is compressed independently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    level: u32,
    window_bits: u8,
}

/// The end of each message, which is left out (RFC 7692, section 7.2.1).
pub(super) const TAIL: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];

impl Compressor {
    pub(crate) fn new(side: Side, level: u32, threshold: usize) -> Compressor {
        Compressor {
            kind: Kind {
                level,
                window_bits: side.window_bits,
            },
            history: side.takeover.then(|| History::new(side.window_bits)),
            threshold,
        }
    }

    /// Whether to compress a message of this length.
    pub(crate) fn wants(&self, length: usize) -> bool {
        length >= self.threshold
    }

    /// Whether the result depends only on the message.
    pub(crate) fn stands_alone(&self) -> bool {
        self.history.is_none()
    }

    pub(crate) fn compress(&mut self, payload: &[u8]) -> Vec<u8> {
        let Some(history) = &mut self.history else {
            return compress_alone(self.kind, payload);
        };
        let compressed = compress_behind(self.kind, history.as_slice(), payload);
        history.add(payload);
        compressed
    }
}

impl Kind {
    fn start(self) -> Compress {
        Compress::new_with_window_bits(Compression::new(self.level), false, self.window_bits)
    }
}

thread_local! {
    /// States between two messages. A thread works on one message at a time, so
    /// there is one of each kind.
    static IDLE: RefCell<Vec<(Kind, Compress)>> = const { RefCell::new(Vec::new()) };
}

/// For how many kinds a thread keeps a state.
const KINDS: usize = 4;

/// Compresses a message independently.
pub(crate) fn compress_alone(kind: Kind, payload: &[u8]) -> Vec<u8> {
    compress_behind(kind, &[], payload)
}

/// Compresses a message that may refer to what was sent before.
fn compress_behind(kind: Kind, history: &[u8], payload: &[u8]) -> Vec<u8> {
    let idle = IDLE.with_borrow_mut(|idle| {
        let place = idle.iter().position(|(other, _)| *other == kind)?;
        Some(idle.swap_remove(place).1)
    });
    let mut state = idle.unwrap_or_else(|| kind.start());
    if !history.is_empty() {
        let set = state.set_dictionary(history);
        // Without it the message is larger, but just as valid.
        debug_assert!(set.is_ok());
    }
    let compressed = compress(&mut state, payload);
    state.reset();
    IDLE.with_borrow_mut(|idle| {
        if idle.len() == KINDS {
            idle.remove(0);
        }
        idle.push((kind, state));
    });
    compressed
}

fn compress(state: &mut Compress, payload: &[u8]) -> Vec<u8> {
    if payload.is_empty() {
        // An empty block (RFC 7692, section 7.2.3.6). Zlib does not flush twice.
        return vec![0];
    }
    let mut out = Vec::with_capacity(payload.len() / 2 + 32);
    let mut rest = payload;
    loop {
        let before = state.total_in();
        let status = state.compress_vec(rest, &mut out, FlushCompress::Sync);
        let read = usize::try_from(state.total_in() - before);
        rest = &rest[read.expect("it is part of a slice")..];
        // With valid arguments, zlib can only run out of room.
        debug_assert!(matches!(status, Ok(Status::Ok | Status::BufError)));
        if rest.is_empty() && out.len() < out.capacity() {
            break;
        }
        out.reserve(out.len().max(64));
    }
    debug_assert!(out.ends_with(&TAIL));
    out.truncate(out.len() - TAIL.len());
    out
}
