//! The protocol, [RESP2](https://redis.io/docs/latest/develop/reference/protocol-spec/), as far as
//! a session needs it. The seldom-needed parts are read by `redis`.

use bytes::{Bytes, BytesMut};
use redis::{ErrorKind, RedisError};

/// Writes a command.
pub(super) fn write(to: &mut Vec<u8>, command: &[&[u8]]) {
    length(to, b'*', command.len());
    for part in command {
        length(to, b'$', part.len());
        to.extend_from_slice(part);
        to.extend_from_slice(b"\r\n");
    }
}

fn length(to: &mut Vec<u8>, kind: u8, length: usize) {
    to.push(kind);
    let mut unit = 1;
    while length / unit >= 10 {
        unit *= 10;
    }
    while unit > 0 {
        // One digit.
        to.push(b'0' + (length / unit % 10) as u8);
        unit /= 10;
    }
    to.extend_from_slice(b"\r\n");
}

/// Cuts the bytes from a server into whole answers.
///
/// An answer may come in pieces; bytes that have been examined are not examined
/// again.
#[derive(Debug)]
pub(super) struct Answers {
    /// How much of the next answer has been examined.
    seen: usize,
    /// How many of its values are still to come. Those of a list count from
    /// when its length is known.
    missing: usize,
}

impl Answers {
    pub(super) fn new() -> Answers {
        Answers {
            seen: 0,
            missing: 1,
        }
    }

    /// Takes out the next answer, if all of it has arrived.
    ///
    /// # Errors
    ///
    /// When the bytes are not what a Redis server sends.
    pub(super) fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<Bytes>, RedisError> {
        while self.missing > 0 {
            let Some(head) = Head::of(&buffer[self.seen..])? else {
                return Ok(None);
            };
            let end = self.seen + head.length + head.text.map_or(0, |text| text + 2);
            if buffer.len() < end {
                return Ok(None);
            }
            self.seen = end;
            self.missing = self.missing - 1 + head.list.unwrap_or(0);
        }
        let answer = buffer.split_to(self.seen).freeze();
        *self = Answers::new();
        Ok(Some(answer))
    }
}

/// The first line of a value.
struct Head {
    /// The length of the line, including its end.
    length: usize,
    /// The length of the string that follows.
    text: Option<usize>,
    /// How many values follow.
    list: Option<usize>,
}

impl Head {
    /// `None` if the line is incomplete.
    fn of(bytes: &[u8]) -> Result<Option<Head>, RedisError> {
        let Some((&kind, rest)) = bytes.split_first() else {
            return Ok(None);
        };
        let Some(end) = rest.iter().position(|byte| *byte == b'\r') else {
            return Ok(None);
        };
        match rest.get(end + 1) {
            Some(b'\n') => (),
            Some(_) => return Err(not_redis()),
            None => return Ok(None),
        }
        let line = &rest[..end];
        let (text, list) = match kind {
            b'+' | b'-' | b':' => (None, None),
            // A missing value.
            b'$' | b'*' if line == b"-1" => (None, None),
            b'$' => (Some(number(line)?), None),
            b'*' => (None, Some(number(line)?)),
            _ => return Err(not_redis()),
        };
        Ok(Some(Head {
            length: end + 3,
            text,
            list,
        }))
    }
}

/// A length, bounded so that it can be added to others.
fn number(line: &[u8]) -> Result<usize, RedisError> {
    if line.is_empty() || line.len() > 9 {
        return Err(not_redis());
    }
    line.iter().try_fold(0, |number, byte| match byte {
        b'0'..=b'9' => Ok(number * 10 + usize::from(byte - b'0')),
        _ => Err(not_redis()),
    })
}

/// Goes through the pairs of an answer that is a list of strings.
///
/// # Errors
///
/// The server's, if the answer is an error; those of `take`; and when it is not
/// a list of pairs.
pub(in super::super) fn each_pair<E: From<RedisError>>(
    answer: &[u8],
    mut take: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let head = Head::of(answer)?.ok_or_else(not_redis)?;
    let Some(count) = head.list else {
        redis::parse_redis_value(answer)?.extract_error()?;
        return Err(not_redis().into());
    };
    let mut rest = &answer[head.length..];
    for _ in 0..count / 2 {
        let (name, value) = (string(&mut rest)?, string(&mut rest)?);
        take(name, value)?;
    }
    if !rest.is_empty() {
        return Err(not_redis().into());
    }
    Ok(())
}

fn string<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], RedisError> {
    let head = Head::of(rest)?.ok_or_else(not_redis)?;
    let end = head.length + head.text.ok_or_else(not_redis)?;
    let string = rest.get(head.length..end).ok_or_else(not_redis)?;
    *rest = rest.get(end + 2..).ok_or_else(not_redis)?;
    Ok(string)
}

fn not_redis() -> RedisError {
    (ErrorKind::Parse, "this is not how Redis answers").into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The answers when the bytes come in pieces of this size.
    fn cut(bytes: &[u8], piece: usize) -> Result<(Vec<Bytes>, usize), RedisError> {
        let (mut answers, mut buffer) = (Answers::new(), BytesMut::new());
        let mut found = Vec::new();
        for piece in bytes.chunks(piece.max(1)) {
            buffer.extend_from_slice(piece);
            while let Some(answer) = answers.next(&mut buffer)? {
                found.push(answer);
            }
        }
        Ok((found, buffer.len()))
    }

    type Pair = (Vec<u8>, Vec<u8>);

    fn pairs(answer: &[u8]) -> Result<Vec<Pair>, RedisError> {
        let mut pairs = Vec::new();
        each_pair::<RedisError>(answer, |name, value| {
            pairs.push((name.to_vec(), value.to_vec()));
            Ok(())
        })?;
        Ok(pairs)
    }

    #[test]
    fn a_command_is_written_as_the_client_of_redis_writes_it() {
        let long = "x".repeat(12_345);
        for command in [
            vec!["PING"],
            vec!["HGETALL", ""],
            vec!["GET", "a\r\nb", &long],
        ] {
            let mut written = Vec::new();
            let parts: Vec<&[u8]> = command.iter().map(|part| part.as_bytes()).collect();
            write(&mut written, &parts);
            let expected = redis::cmd(command[0])
                .arg(&command[1..])
                .get_packed_command();
            assert_eq!(written, expected);
        }
    }

    #[test]
    fn answers_are_cut_wherever_pieces_end() {
        let answers: [&[u8]; 9] = [
            b"+OK\r\n",
            b":-1\r\n",
            b"-ERR no\r\n",
            b"$-1\r\n",
            b"$0\r\n\r\n",
            b"$6\r\na\r\nb\r\n\r\n",
            b"*-1\r\n",
            b"*0\r\n",
            b"*3\r\n*2\r\n$1\r\na\r\n:1\r\n*0\r\n$2\r\nbc\r\n",
        ];
        let bytes = answers.concat();
        for piece in 1..=bytes.len() {
            assert_eq!(cut(&bytes, piece).unwrap().0, answers, "{piece}");
        }
    }

    #[test]
    fn lengths_have_up_to_nine_digits() {
        assert_eq!(number(b"0").unwrap(), 0);
        assert_eq!(number(b"123456789").unwrap(), 123_456_789);
        assert!(number(b"1234567890").is_err());
    }

    #[test]
    fn what_is_not_redis_is_an_error() {
        for bytes in [
            "HTTP/1.1 400 Bad Request\r\n",
            "$12a\r\n",
            "$\r\n",
            "$-2\r\n",
            "*-2\r\n",
            "$99999999999999999999\r\n",
            "*1234567890\r\n",
            "+OK\rx",
            "*1\r\n%1\r\n",
        ] {
            assert!(cut(bytes.as_bytes(), 1).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn only_a_list_of_strings_has_pairs() {
        let found = pairs(b"*4\r\n$1\r\na\r\n$0\r\n\r\n$1\r\nb\r\n$2\r\n\r\n\r\n").unwrap();
        let owned = |name: &str, value: &str| (name.into(), value.into());
        assert_eq!(found, [owned("a", ""), owned("b", "\r\n")]);
        assert_eq!(pairs(b"*0\r\n").unwrap(), []);
        let denied = pairs(b"-WRONGTYPE no\r\n").unwrap_err();
        assert_eq!(denied.code(), Some("WRONGTYPE"));
        for other in [
            "+OK\r\n",
            "$-1\r\n",
            "*1\r\n$1\r\na\r\n",
            "*2\r\n$1\r\na\r\n:1\r\n",
            "*2\r\n$1\r\na\r\n$9\r\nb\r\n",
            "",
        ] {
            assert!(pairs(other.as_bytes()).is_err(), "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_panics(
            bytes in "([+:$*-](-1|[0-3]|9)?(\r\n)?[a\r\n]{0,4}){0,12}",
            piece in 1_usize..9,
        ) {
            let whole = cut(bytes.as_bytes(), usize::MAX);
            match (&whole, cut(bytes.as_bytes(), piece)) {
                (Ok((found, left)), Ok(pieces)) => {
                    prop_assert_eq!((found, *left), (&pieces.0, pieces.1));
                    prop_assert_eq!(found.iter().map(Bytes::len).sum::<usize>() + left, bytes.len());
                    for answer in found {
                        pairs(answer).ok();
                    }
                }
                (Err(_), Err(_)) => (),
                (whole, pieces) => prop_assert!(false, "{:?} {:?}", whole, pieces),
            }
        }
    }
}
