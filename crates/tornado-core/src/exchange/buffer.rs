//! `Buffer`: what has been written but not yet sent.

use bytes::{Bytes, BytesMut};
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use super::Exchange;
use crate::chunk::Chunk;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=UTF-8");

impl Exchange {
    /// Adds to the output. JSON sets the content type.
    #[inline]
    pub(crate) fn write_chunk(&mut self, chunk: Chunk) {
        match chunk.into_bytes() {
            Ok((bytes, json)) => {
                let response = &mut self.0.response;
                response.buffer.push(bytes);
                if json {
                    response.headers.insert(CONTENT_TYPE, JSON);
                }
            }
            Err(error) => self.raise(error),
        }
    }
}

/// Most responses are one piece, which is kept as it came; a second one turns
/// it into a growing buffer.
#[derive(Debug, Default)]
pub(crate) enum Buffer {
    #[default]
    Empty,
    One(Bytes),
    Many(BytesMut),
}

impl Buffer {
    pub(crate) fn push(&mut self, chunk: Bytes) {
        if chunk.is_empty() {
            return;
        }
        match self {
            Buffer::Empty => *self = Buffer::One(chunk),
            Buffer::One(first) => {
                let mut many = BytesMut::with_capacity((first.len() + chunk.len()) * 2);
                many.extend_from_slice(first);
                many.extend_from_slice(&chunk);
                *self = Buffer::Many(many);
            }
            Buffer::Many(many) => many.extend_from_slice(&chunk),
        }
    }

    pub(crate) fn take(&mut self) -> Bytes {
        match std::mem::take(self) {
            Buffer::Empty => Bytes::new(),
            Buffer::One(bytes) => bytes,
            Buffer::Many(bytes) => bytes.freeze(),
        }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Buffer::Empty => &[],
            Buffer::One(bytes) => bytes,
            Buffer::Many(bytes) => bytes,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_in_order() {
        let mut buffer = Buffer::default();
        assert!(buffer.is_empty());
        for piece in ["a", "", "bc", "d"] {
            buffer.push(Bytes::from_static(piece.as_bytes()));
        }
        assert_eq!(buffer.as_slice(), b"abcd");
        assert_eq!(buffer.take(), "abcd");
        assert!(buffer.is_empty());
    }
}
