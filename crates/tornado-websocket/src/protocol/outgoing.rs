//! The output: messages, pings, close frames.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::{Bytes, BytesMut};

use super::head::{FrameHead, Opcode};
use super::{Closing, Message, PingTooLong, Protocol, Role, mask};
use crate::deflate::{Compressor, Kind, compress_alone};

impl Protocol {
    /// Sends a message, compressed if that was agreed on.
    ///
    /// # Errors
    ///
    /// When this side has closed the connection.
    pub fn write(&mut self, message: Message) -> Result<(), Closing> {
        let (text, payload) = message.into_payload();
        self.begin_message()?;
        let compressed = match &mut self.compressor {
            Some(compressor) if compressor.wants(payload.len()) => {
                Some(compressor.compress(&payload))
            }
            _ => None,
        };
        let rsv1 = compressed.is_some();
        let payload = compressed.map_or(payload, Bytes::from);
        self.frame(head(text, rsv1, payload.len()), payload);
        Ok(())
    }

    /// Sends a message that goes to others as well: its frame is made once for all of them, and
    /// without context takeover it is compressed once.
    ///
    /// # Errors
    ///
    /// When this side has closed the connection.
    pub fn write_shared(&mut self, message: &SharedMessage) -> Result<(), Closing> {
        self.begin_message()?;
        let shared = &*message.0;
        let length = shared.payload.len();
        if self.role == Role::Client {
            // It has a different mask each time.
            return self.write_own(shared);
        }
        match &mut self.compressor {
            Some(compressor) if compressor.wants(length) => {
                if !compressor.stands_alone() {
                    return self.write_own(shared);
                }
                let frame = shared.compressed(compressor);
                self.output.push(frame);
            }
            _ => {
                let frame = shared
                    .plain
                    .get_or_init(|| shared.to_frame(false, &shared.payload));
                self.output.push(frame.clone());
            }
        }
        Ok(())
    }

    fn write_own(&mut self, shared: &Shared) -> Result<(), Closing> {
        let payload = shared.payload.clone();
        let compressed = match &mut self.compressor {
            Some(compressor) if compressor.wants(payload.len()) => {
                Some(compressor.compress(&payload))
            }
            _ => None,
        };
        let rsv1 = compressed.is_some();
        let payload = compressed.map_or(payload, Bytes::from);
        self.frame(head(shared.text, rsv1, payload.len()), payload);
        Ok(())
    }

    /// Sends a ping with up to 125 bytes of data, which come back in the pong.
    ///
    /// # Errors
    ///
    /// When the data is longer. On a connection that this side has closed, nothing is
    /// sent.
    pub fn ping(&mut self, data: &[u8]) -> Result<(), PingTooLong> {
        PingTooLong::check(data)?;
        if !self.close_sent {
            self.control(Opcode::Ping, data);
        }
        Ok(())
    }

    fn begin_message(&mut self) -> Result<(), Closing> {
        if self.close_sent {
            return Err(Closing);
        }
        // Otherwise a ping would have no answer while there is much to write.
        self.answer_ping();
        Ok(())
    }

    pub(super) fn control(&mut self, opcode: Opcode, payload: &[u8]) {
        let head = FrameHead {
            opcode,
            fin: true,
            rsv1: false,
            mask: None,
            length: payload.len() as u64,
        };
        self.frame(head, Bytes::copy_from_slice(payload));
    }

    fn frame(&mut self, mut head: FrameHead, payload: Bytes) {
        match self.role {
            Role::Server => {
                head.write(self.output.tail());
                self.output.push(payload);
            }
            Role::Client => {
                let key = key();
                head.mask = Some(key);
                head.write(self.output.tail());
                let tail = self.output.tail();
                let start = tail.len();
                tail.extend_from_slice(&payload);
                mask::apply(&mut tail[start..], key, 0);
            }
        }
    }
}

fn head(text: bool, rsv1: bool, length: usize) -> FrameHead {
    FrameHead {
        opcode: if text { Opcode::Text } else { Opcode::Binary },
        fin: true,
        rsv1,
        mask: None,
        length: length as u64,
    }
}

/// A mask that cannot be guessed (RFC 6455, section 10.3).
fn key() -> [u8; 4] {
    let mut key = [0; 4];
    // A system without random numbers has no other use for a key either.
    getrandom::fill(&mut key).expect("the system has random numbers");
    key
}

/// A message for many; see [`Protocol::write_shared`]. A clone is the same
/// message.
///
/// ```
/// use bytes::Buf;
/// use tornado_websocket::{Message, Protocol, Role, SharedMessage};
///
/// let message = SharedMessage::new(Message::from("to all"));
/// for _ in 0..3 {
///     let mut server = Protocol::new(Role::Server);
///     server.write_shared(&message).unwrap();
///     assert_eq!(server.output().chunk(), b"\x81\x06to all");
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SharedMessage(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    text: bool,
    payload: Bytes,
    /// The whole frame.
    plain: OnceLock<Bytes>,
    /// The whole frame, for each way of compressing it that is in use.
    compressed: Mutex<Vec<(Kind, Bytes)>>,
}

impl SharedMessage {
    /// Makes one from a message.
    #[must_use]
    pub fn new(message: impl Into<Message>) -> SharedMessage {
        let (text, payload) = message.into().into_payload();
        SharedMessage(Arc::new(Shared {
            text,
            payload,
            plain: OnceLock::new(),
            compressed: Mutex::default(),
        }))
    }

    /// Its length, uncompressed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.payload.len()
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.payload.is_empty()
    }
}

impl Shared {
    fn to_frame(&self, rsv1: bool, payload: &[u8]) -> Bytes {
        let mut frame = BytesMut::with_capacity(payload.len() + 10);
        head(self.text, rsv1, payload.len()).write(&mut frame);
        frame.extend_from_slice(payload);
        frame.freeze()
    }

    /// The first caller compresses it, and the others wait for that.
    fn compressed(&self, compressor: &Compressor) -> Bytes {
        let kind = compressor.kind;
        // Nothing that panics while it is held would leave it half done.
        let mut frames = self
            .compressed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((_, frame)) = frames.iter().find(|(other, _)| *other == kind) {
            return frame.clone();
        }
        let frame = self.to_frame(true, &compress_alone(kind, &self.payload));
        frames.push((kind, frame.clone()));
        frame
    }
}
