//! `Output`: the bytes that are ready to be written.

use std::collections::VecDeque;

use bytes::{Buf, Bytes, BytesMut};

/// What the socket should take next, in order. It is a [`Buf`], so what was
/// written is removed with [`advance`](Buf::advance).
///
/// A large payload is not copied: it is kept as it was given.
#[derive(Debug, Default)]
pub struct Output {
    pieces: VecDeque<Bytes>,
    /// After all pieces.
    tail: BytesMut,
}

/// The size from which a payload is a separate piece.
const LARGE: usize = 8 * 1024;

/// How much room an empty buffer may keep.
const KEPT: usize = 1024;

impl Output {
    /// Where small things are appended.
    pub(crate) fn tail(&mut self) -> &mut BytesMut {
        &mut self.tail
    }

    /// Appends a payload.
    pub(crate) fn push(&mut self, payload: Bytes) {
        if payload.len() < LARGE {
            self.tail.extend_from_slice(&payload);
        } else {
            if !self.tail.is_empty() {
                let tail = std::mem::take(&mut self.tail);
                self.pieces.push_back(tail.freeze());
            }
            self.pieces.push_back(payload);
        }
    }
}

impl Buf for Output {
    fn remaining(&self) -> usize {
        let pieces: usize = self.pieces.iter().map(Bytes::len).sum();
        pieces + self.tail.len()
    }

    fn chunk(&self) -> &[u8] {
        self.pieces.front().map_or(&self.tail, |piece| piece)
    }

    fn has_remaining(&self) -> bool {
        !self.pieces.is_empty() || !self.tail.is_empty()
    }

    fn advance(&mut self, mut count: usize) {
        while let Some(piece) = self.pieces.front_mut() {
            if count < piece.len() {
                return piece.advance(count);
            }
            count -= piece.len();
            self.pieces.pop_front();
            if self.pieces.is_empty() {
                self.pieces = VecDeque::new();
            }
        }
        if count == self.tail.len() && self.tail.capacity() <= KEPT {
            return self.tail.clear();
        }
        self.tail.advance(count);
        if self.tail.is_empty() {
            // It may now be idle for long.
            self.tail = BytesMut::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_leave_in_the_order_in_which_they_came() {
        let mut output = Output::default();
        let large = Bytes::from(vec![7; LARGE]);
        let mut expected = Vec::new();
        for payload in [&b"a"[..], &large, b"b", b"c", &large, &large, b"d"] {
            output.push(Bytes::copy_from_slice(payload));
            expected.extend_from_slice(payload);
        }
        assert_eq!(output.remaining(), expected.len());
        let mut seen = Vec::new();
        while output.has_remaining() {
            let count = output.chunk().len().min(1000);
            seen.extend_from_slice(&output.chunk()[..count]);
            output.advance(count);
        }
        assert_eq!(seen, expected);
        assert!(output.tail.capacity() <= KEPT);
    }
}
