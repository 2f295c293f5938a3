//! `Chunked`: where a chunked body ends (RFC 9112, 7.1).

use super::wire::Malformed;

/// How long a line may be, with its chunk extensions: nobody uses them.
const MAX_LINE: usize = 1024;

/// How long all trailers may be together.
const MAX_TRAILERS: usize = 8192;

/// Follows a chunked body through its framing, and copies nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunked {
    at: At,
    /// The length of the line, or of the trailers, so far.
    length: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// In the digits of a size; `None` before the first.
    Size(Option<u64>),
    Extension(u64),
    /// Behind the CR of a size line.
    SizeEnd(u64),
    Data(u64),
    DataCr,
    DataLf,
    /// At the start of a line of the trailers, the empty one at the end maybe.
    TrailerStart,
    Trailer,
    TrailerLf,
    LastLf,
    End,
}

impl Chunked {
    pub(super) fn new() -> Chunked {
        Chunked {
            at: At::Size(None),
            length: 0,
        }
    }

    pub(super) fn is_ended(&self) -> bool {
        self.at == At::End
    }

    /// Goes on through these bytes, and says how many of them belong to the
    /// body: all, unless it ends.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Result<usize, Malformed> {
        let mut index = 0;
        while index < bytes.len() && self.at != At::End {
            if let At::Data(left) = &mut self.at {
                let here = bytes.len() - index;
                let step = usize::try_from(*left).unwrap_or(usize::MAX).min(here);
                *left -= step as u64;
                index += step;
                if *left == 0 {
                    self.at = At::DataCr;
                }
                continue;
            }
            self.at = self.step(bytes[index])?;
            index += 1;
        }
        Ok(index)
    }

    fn step(&mut self, byte: u8) -> Result<At, Malformed> {
        self.length += 1;
        let limit = match self.at {
            At::TrailerStart | At::Trailer | At::TrailerLf | At::LastLf => MAX_TRAILERS,
            _ => MAX_LINE,
        };
        if self.length > limit {
            return Err(Malformed::new("a line of the chunked body is too long"));
        }
        Ok(match (self.at, byte) {
            (At::Size(size), b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                let digit = (byte as char).to_digit(16).expect("it is a digit");
                let size = size.unwrap_or(0);
                let size = size
                    .checked_mul(16)
                    .and_then(|s| s.checked_add(digit.into()));
                At::Size(Some(size.ok_or(INVALID_SIZE)?))
            }
            (At::Size(Some(size)), b'\r') => At::SizeEnd(size),
            (At::Size(Some(size)), b';') => At::Extension(size),
            (At::Extension(size), b'\r') => At::SizeEnd(size),
            (At::Extension(size), b'\t' | b' '..=b'~' | 0x80..) => At::Extension(size),
            (At::SizeEnd(0), b'\n') => {
                self.length = 0;
                At::TrailerStart
            }
            (At::SizeEnd(size), b'\n') => At::Data(size),
            (At::DataCr, b'\r') => At::DataLf,
            (At::DataLf, b'\n') => {
                self.length = 0;
                At::Size(None)
            }
            (At::DataCr | At::DataLf, _) => {
                return Err(Malformed::new("improperly terminated chunk"));
            }
            (At::TrailerStart, b'\r') => At::LastLf,
            (At::TrailerStart | At::Trailer, b'\t' | b' '..=b'~' | 0x80..) => At::Trailer,
            (At::Trailer, b'\r') => At::TrailerLf,
            (At::TrailerLf, b'\n') => At::TrailerStart,
            (At::LastLf, b'\n') => At::End,
            (At::TrailerStart | At::Trailer | At::TrailerLf | At::LastLf, _) => {
                return Err(Malformed::new("improperly terminated chunked request"));
            }
            _ => return Err(INVALID_SIZE),
        })
    }
}

const INVALID_SIZE: Malformed = Malformed::new("invalid chunk size");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn end_of(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
        let mut chunked = Chunked::new();
        let used = chunked.advance(bytes)?;
        Ok(chunked.is_ended().then_some(used))
    }

    #[test]
    fn a_body_ends_behind_its_last_line() {
        for (body, rest) in [
            ("0\r\n\r\n", ""),
            ("3\r\nabc\r\n0\r\n\r\n", "GET /"),
            ("0003\r\nabc\r\n000\r\n\r\n", "x"),
            ("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", ""),
            ("3;x=y\r\nabc\r\n0;z\r\n\r\n", "x"),
            ("0\r\nX-Trailer: 1\r\nY: 2\r\n\r\n", "x"),
        ] {
            let all = format!("{body}{rest}");
            assert_eq!(end_of(all.as_bytes()), Ok(Some(body.len())), "{body:?}");
            assert_eq!(
                end_of(&body.as_bytes()[..body.len() - 1]),
                Ok(None),
                "{body:?}"
            );
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for body in [
            "x\r\n",
            "+3\r\n",
            "-1\r\n",
            "0x3\r\n",
            "1_0\r\n",
            "3 \r\n",
            "\r\n",
            ";\r\n",
            "3\n",
            "3\r\nabcX",
            "3\r\nabc\n",
            "0\r\nX: 1\n",
            "0\r\n\n",
            "0\n",
            "11111111111111111\r\n",
            "3;\x01\r\n",
        ] {
            assert!(end_of(body.as_bytes()).is_err(), "{body:?}");
        }
        let long = format!("3;{}", "x".repeat(MAX_LINE));
        assert!(end_of(long.as_bytes()).is_err());
        let long = format!("0\r\n{}", "x: y\r\n".repeat(MAX_TRAILERS));
        assert!(end_of(long.as_bytes()).is_err());
    }

    proptest! {
        /// Wherever the bytes are cut on their way, the end is the same.
        #[test]
        fn pieces_do_not_matter(bytes in "([0-9a-f]{0,2}|\r\n|;x|X: y|abc|0\r\n\r\n){0,30}", cut: usize) {
            let bytes = bytes.as_bytes();
            let whole = end_of(bytes);
            let (first, second) = bytes.split_at(cut % (bytes.len() + 1));
            let mut chunked = Chunked::new();
            let pieces = chunked.advance(first).and_then(|used| {
                if chunked.is_ended() { Ok(used) } else { chunked.advance(second).map(|more| used + more) }
            });
            prop_assert_eq!(pieces.map(|used| chunked.is_ended().then_some(used)), whole);
        }
    }
}
