//! `Inflate`: a gzip body (RFC 1952) as it arrives.

use bytes::{Buf as _, Bytes};
use flate2::{Decompress, FlushDecompress, Status};

/// Inflates piece by piece, so that a small body can't fill the memory.
/// Consecutive members are one body, and nothing else may follow.
#[derive(Debug, Default)]
pub(super) struct Inflate {
    /// `None` between members, the only place where the body may end.
    member: Option<Decompress>,
    input: Bytes,
    /// The last piece was full, so the same input may yield more.
    full: bool,
}

/// The size of zlib's own window.
const WINDOW_BITS: u8 = 15;

impl Inflate {
    /// Takes the next input, once the previous one has no more output.
    pub(super) fn feed(&mut self, input: Bytes) {
        self.input = input;
    }

    /// The next piece of output, of up to `limit` bytes; `None` when it needs
    /// input.
    pub(super) fn next(&mut self, limit: usize) -> Result<Option<Bytes>, String> {
        while self.full || !self.input.is_empty() {
            let member = self
                .member
                .get_or_insert_with(|| Decompress::new_gzip(WINDOW_BITS));
            let size = self.input.len().saturating_mul(4).max(256).min(limit);
            let mut output = Vec::with_capacity(size);
            let before = member.total_in();
            let status = member
                .decompress_vec(&self.input, &mut output, FlushDecompress::None)
                .map_err(|error| format!("invalid gzip data: {error}"))?;
            let used = usize::try_from(member.total_in() - before)
                .expect("it is no more than the length of the input");
            self.input.advance(used);
            self.full = output.len() == output.capacity();
            if status == Status::StreamEnd {
                self.member = None;
                self.full = false;
            } else if used == 0 && output.is_empty() && !self.input.is_empty() {
                return Err("invalid gzip data: it leads nowhere".to_owned());
            }
            if !output.is_empty() {
                return Ok(Some(output.into()));
            }
        }
        Ok(None)
    }

    /// Whether the input may end here.
    pub(super) fn end(&self) -> Result<(), String> {
        match self.member {
            Some(_) => Err("invalid gzip data: it ends too early".to_owned()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn inflate(pieces: &[&[u8]], limit: usize) -> Result<Vec<u8>, String> {
        let mut inflate = Inflate::default();
        let mut whole = Vec::new();
        for piece in pieces {
            inflate.feed(Bytes::copy_from_slice(piece));
            while let Some(output) = inflate.next(limit)? {
                assert!((1..=limit).contains(&output.len()));
                whole.extend_from_slice(&output);
            }
        }
        inflate.end().map(|()| whole)
    }

    #[test]
    fn members_are_one_body_and_nothing_else_follows() {
        let (a, b) = (gzip(b"foo="), gzip(b"bar"));
        assert_eq!(inflate(&[&[&a[..], &b].concat()], 100).unwrap(), b"foo=bar");
        assert_eq!(inflate(&[], 100).unwrap(), b"");
        for bad in [
            [&a[..], b"\0"].concat(),
            a[..a.len() - 1].to_vec(),
            b"text".to_vec(),
        ] {
            let error = inflate(&[&bad], 100).unwrap_err();
            assert!(error.starts_with("invalid gzip data"), "{error}");
        }
    }

    #[test]
    fn a_bomb_comes_in_pieces() {
        let zeros = vec![0; 1 << 20];
        assert_eq!(inflate(&[&gzip(&zeros)], 1000).unwrap(), zeros);
    }

    proptest! {
        #[test]
        fn what_was_compressed_comes_back(text: Vec<u8>, repeat in 1_usize..300, cut: usize, limit in 1_usize..400) {
            let text = text.repeat(repeat);
            let bytes = gzip(&text);
            let (first, second) = bytes.split_at(cut % bytes.len());
            prop_assert_eq!(inflate(&[first, second], limit).unwrap(), text);
        }

        #[test]
        fn nothing_panics(bytes: Vec<u8>, limit in 1_usize..400) {
            let start = [&gzip(b"x")[..10], &bytes].concat();
            let _ = inflate(&[&start], limit);
        }
    }
}
