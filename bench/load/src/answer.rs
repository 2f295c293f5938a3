//! Where an answer ends.

use anyhow::{Result, bail};

/// What is still to come of an answer.
#[derive(Debug)]
pub(crate) enum Rest {
    /// The head of an answer of HTTP, as much of it as is there.
    Head(Vec<u8>),
    /// So many bytes.
    Bytes(usize),
}

impl Rest {
    /// An answer that has not begun.
    pub(crate) fn of(length: Option<usize>) -> Rest {
        length.map_or_else(|| Rest::Head(Vec::new()), Rest::Bytes)
    }

    /// Takes what belongs to it from the front of `bytes`; tells whether it has all.
    pub(crate) fn take(&mut self, bytes: &mut &[u8]) -> Result<bool> {
        if let Rest::Head(head) = self {
            let before = head.len();
            head.extend_from_slice(bytes);
            // The end may have begun in the bytes before.
            let from = before.saturating_sub(3);
            let Some(end) = head[from..].windows(4).position(|four| four == b"\r\n\r\n") else {
                *bytes = &[];
                return Ok(false);
            };
            let end = from + end + 4;
            *bytes = &bytes[end - before..];
            let length = body_length(&head[..end])?;
            *self = Rest::Bytes(length);
        }
        let Rest::Bytes(missing) = self else {
            return Ok(false);
        };
        let taken = bytes.len().min(*missing);
        *missing -= taken;
        *bytes = &bytes[taken..];
        Ok(*missing == 0)
    }
}

fn body_length(head: &[u8]) -> Result<usize> {
    if head.starts_with(b"HTTP/1.1 101 ") {
        return Ok(0);
    }
    let Some(length) = head
        .starts_with(b"HTTP/1.1 200 ")
        .then(|| length(head))
        .flatten()
    else {
        bail!("an answer is {:?}", String::from_utf8_lossy(head));
    };
    Ok(length)
}

fn length(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";
    let line = head
        .split(|byte| *byte == b'\n')
        .find(|line| line.len() > NAME.len() && line[..NAME.len()].eq_ignore_ascii_case(NAME))?;
    std::str::from_utf8(&line[NAME.len()..])
        .ok()?
        .trim()
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-Length: 5\r\n\r\nhello";

    #[test]
    fn an_answer_ends_where_its_length_says_however_it_comes() {
        for cut in 0..ANSWER.len() {
            let mut rest = Rest::of(None);
            let (mut one, mut two) = ANSWER.split_at(cut);
            assert!(!rest.take(&mut one).unwrap() && one.is_empty());
            let all = [two, b"next"].concat();
            two = &all;
            assert!(rest.take(&mut two).unwrap());
            assert_eq!(two, b"next");
        }
    }

    #[test]
    fn only_what_succeeds_is_an_answer() {
        let mut answer: &[u8] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        assert!(Rest::of(None).take(&mut answer).is_err());
        let mut upgrade: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x81";
        assert!(Rest::of(None).take(&mut upgrade).unwrap());
        assert_eq!(upgrade, b"\x81");
    }
}
