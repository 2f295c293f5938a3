//! `History`: what a message may refer to.

/// The last bytes of all messages of one side. It replaces a zlib state that is kept from message
/// to message, and holds no more than was sent: a connection with short messages costs a tenth of
/// that, and the state is shared by all.
#[derive(Debug)]
pub(super) struct History {
    bytes: Vec<u8>,
    window: usize,
}

impl History {
    /// The history for a window of this many bits.
    pub(super) fn new(window_bits: u8) -> History {
        History {
            bytes: Vec::new(),
            window: 1 << window_bits,
        }
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    /// Adds a message that has been sent.
    pub(super) fn add(&mut self, message: &[u8]) {
        let message = &message[message.len().saturating_sub(self.window)..];
        let kept = self.window - message.len();
        if self.bytes.len() > kept {
            self.bytes.drain(..self.bytes.len() - kept);
        }
        self.bytes.extend_from_slice(message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_last_bytes() {
        let mut history = History::new(3);
        for (message, expected) in [
            ("", ""),
            ("abc", "abc"),
            ("defgh", "abcdefgh"),
            ("ij", "cdefghij"),
            ("0123456789", "23456789"),
            ("x", "3456789x"),
        ] {
            history.add(message.as_bytes());
            assert_eq!(history.as_slice(), expected.as_bytes());
        }
    }
}
