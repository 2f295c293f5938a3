//! `Compressor`: what makes messages small.

use std::cell::RefCell;

use flate2::{Compress, Compression, FlushCompress, Status};

use super::negotiate::Side;

/// One side's compression of its own messages. The state, which is large, is made for
/// the first message; without context takeover it is borrowed for each.
#[derive(Debug)]
pub(crate) struct Compressor {
    pub(crate) kind: Kind,
    takeover: bool,
    threshold: usize,
    state: Option<Box<Compress>>,
}

/// What decides on the bytes of a message that stands for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    level: u32,
    window_bits: u8,
}

/// What each message ends with, and is left out (RFC 7692, section 7.2.1).
pub(super) const TAIL: [u8; 4] = [0x00, 0x00, 0xFF, 0xFF];

impl Compressor {
    pub(crate) fn new(side: Side, level: u32, threshold: usize) -> Compressor {
        Compressor {
            kind: Kind {
                level,
                window_bits: side.window_bits,
            },
            takeover: side.takeover,
            threshold,
            state: None,
        }
    }

    /// Whether a message of this length is to be compressed.
    pub(crate) fn wants(&self, length: usize) -> bool {
        length >= self.threshold
    }

    /// Whether what it makes of a message depends on that message alone.
    pub(crate) fn stands_alone(&self) -> bool {
        !self.takeover
    }

    pub(crate) fn compress(&mut self, payload: &[u8]) -> Vec<u8> {
        if !self.takeover {
            return compress_alone(self.kind, payload);
        }
        let kind = self.kind;
        let state = self.state.get_or_insert_with(|| Box::new(kind.start()));
        compress(state, payload)
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

/// How many kinds a thread keeps a state of.
const KINDS: usize = 4;

/// Compresses a message that stands for itself.
pub(crate) fn compress_alone(kind: Kind, payload: &[u8]) -> Vec<u8> {
    let idle = IDLE.with_borrow_mut(|idle| {
        let place = idle.iter().position(|(other, _)| *other == kind)?;
        Some(idle.swap_remove(place).1)
    });
    let mut state = idle.unwrap_or_else(|| kind.start());
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
        // A block of nothing (RFC 7692, section 7.2.3.6). Zlib flushes no second time.
        return vec![0];
    }
    let mut out = Vec::with_capacity(payload.len() / 2 + 32);
    let mut rest = payload;
    loop {
        let before = state.total_in();
        let status = state.compress_vec(rest, &mut out, FlushCompress::Sync);
        let read = usize::try_from(state.total_in() - before);
        rest = &rest[read.expect("it is part of a slice")..];
        // With nothing wrong with its arguments, zlib can only lack room.
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
