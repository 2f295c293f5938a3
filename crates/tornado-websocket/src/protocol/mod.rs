//! `Protocol`: one end of a connection, without its socket (RFC 6455).

mod close;
mod error;
mod head;
mod incoming;
mod mask;
mod message;
mod outgoing;
mod output;

use std::fmt;

use bytes::{Buf as _, Bytes, BytesMut};

pub use close::{CloseFrame, CloseFrameError};
pub use error::ProtocolError;
pub use message::Message;
pub use outgoing::SharedMessage;
pub use output::Output;

use crate::deflate::{Compressor, Deflate, Inflater};
use head::{MAX_CONTROL, Opcode};
use incoming::Incoming;

/// Which end of a connection it is: a client masks what it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a connection has two ends")]
pub enum Role {
    /// The side that was connected to.
    Server,
    /// The side that has connected.
    Client,
}

/// Something that has arrived from the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A whole message, decompressed.
    Message(Message),
    /// A ping. Its pong is on its way.
    Ping(Bytes),
    /// A pong.
    Pong(Bytes),
    /// The other side ends the connection, or agrees to the end. It is the last event.
    Close(Option<CloseFrame>),
}

/// One end of a WebSocket connection: bytes in, events and bytes out. It has no socket and no
/// clock, and begins after the handshake.
///
/// It follows all rules of RFC 6455 and 7692, so it needs only this: write what
/// [`output`](Self::output) has, pass what was read to [`receive`](Self::receive), and end the
/// connection once [`is_closed`](Self::is_closed) is true and everything is written. However fast
/// the other side is, at most one pong waits, and a message holds no more than
/// [`max_message_size`](Self::max_message_size).
///
/// ```
/// use bytes::{Buf, BytesMut};
/// use tornado_websocket::{Event, Message, Protocol, Role};
///
/// let mut client = Protocol::new(Role::Client);
/// let mut server = Protocol::new(Role::Server);
/// client.write(Message::from("hello")).unwrap();
///
/// let mut wire = BytesMut::from(client.output().chunk());
/// let event = server.receive(&mut wire).unwrap();
/// assert_eq!(event, Some(Event::Message(Message::from("hello"))));
/// assert_eq!(server.receive(&mut wire).unwrap(), None); // it has to come first
/// ```
pub struct Protocol {
    role: Role,
    incoming: Incoming,
    inflater: Option<Inflater>,
    compressor: Option<Compressor>,
    output: Output,
    /// The newest ping without a pong.
    unanswered: Option<Bytes>,
    close_sent: bool,
    close_received: bool,
    failed: bool,
}

/// The limit for a message, as in Tornado by default.
pub(crate) const MAX_MESSAGE_SIZE: usize = 10 * 1024 * 1024;

impl Protocol {
    /// An end without compression.
    #[must_use]
    pub fn new(role: Role) -> Protocol {
        Protocol {
            role,
            incoming: Incoming::new(role, MAX_MESSAGE_SIZE),
            inflater: None,
            compressor: None,
            output: Output::default(),
            unanswered: None,
            close_sent: false,
            close_received: false,
            failed: false,
        }
    }

    /// Accepts messages of up to this many bytes, before and after they are decompressed; 10 MiB by
    /// default. A longer one is [`ProtocolError`] 1009 as soon as its length is known.
    #[must_use]
    pub fn max_message_size(mut self, bytes: usize) -> Protocol {
        self.incoming.limit = bytes;
        self
    }

    /// Compresses messages, as both sides have agreed.
    #[must_use]
    pub fn deflate(mut self, deflate: &Deflate) -> Protocol {
        let (own, other) = match self.role {
            Role::Server => (deflate.server, deflate.client),
            Role::Client => (deflate.client, deflate.server),
        };
        let options = &deflate.options;
        let threshold = options.threshold_or_default(own.takeover);
        self.compressor = Some(Compressor::new(own, options.level, threshold));
        self.inflater = Some(Inflater::new(other));
        self.incoming.deflate = true;
        self
    }

    /// Takes from `input` what the next event needs; `None` if it is incomplete. What is then left
    /// in `input` is less than a frame, or nothing.
    ///
    /// After an error and after [`Event::Close`] nothing more comes, and
    /// `input` is discarded.
    ///
    /// # Errors
    ///
    /// When the other side breaks a rule. The close frame that says so is in
    /// the output.
    pub fn receive(&mut self, input: &mut BytesMut) -> Result<Option<Event>, ProtocolError> {
        if self.failed || self.close_received {
            input.clear();
            return Ok(None);
        }
        let event = match self.incoming.receive(input, self.inflater.as_mut()) {
            Ok(event) => event,
            Err(error) => {
                self.fail(&CloseFrame::known(error.code(), error.reason()));
                return Err(error);
            }
        };
        match &event {
            Some(Event::Ping(data)) => self.answer(data.clone()),
            Some(Event::Close(close)) => {
                self.close_received = true;
                // As in Tornado, the code is returned, the reason is not.
                let code = close.as_ref().map(|close| close.code().to_be_bytes());
                self.send_close(code.as_ref().map_or(&[], |code| &code[..]));
            }
            _ => {}
        }
        Ok(event)
    }

    /// Ends the connection from this side, once, after what was written before. `None` is a close
    /// frame without a code.
    pub fn close(&mut self, close: Option<&CloseFrame>) {
        self.send_close(&close.map_or_else(Vec::new, CloseFrame::to_payload));
    }

    /// Ends the connection because it can't continue: further input is ignored.
    pub fn fail(&mut self, close: &CloseFrame) {
        self.close(Some(close));
        self.failed = true;
    }

    fn send_close(&mut self, payload: &[u8]) {
        if self.close_sent {
            return;
        }
        self.answer_ping();
        self.control(Opcode::Close, payload);
        self.close_sent = true;
    }

    /// Whether this side has announced the end of the connection: nothing can be written any more.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.close_sent
    }

    /// Whether nothing more comes and nothing more can be written: the connection ends once the
    /// output is written.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.close_sent && (self.close_received || self.failed)
    }

    /// The bytes to be written.
    pub fn output(&mut self) -> &mut Output {
        if !self.output.has_remaining() {
            self.answer_ping();
        }
        &mut self.output
    }

    /// How many bytes of a message are still to come, as far as known.
    #[must_use]
    pub fn expects(&self) -> u64 {
        self.incoming.expects()
    }

    fn answer(&mut self, ping: Bytes) {
        if !self.close_sent {
            // An earlier ping that is unanswered may stay so (RFC 6455, section 5.5.3).
            self.unanswered = Some(ping);
            if !self.output.has_remaining() {
                self.answer_ping();
            }
        }
    }

    fn answer_ping(&mut self) {
        if let Some(ping) = self.unanswered.take()
            && !self.close_sent
        {
            self.control(Opcode::Pong, &ping);
        }
    }
}

/// The connection is already ending, so nothing can be written any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Closing;

impl fmt::Display for Closing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the WebSocket is closed")
    }
}

impl std::error::Error for Closing {}

/// The data of a ping is longer than the 125 bytes allowed in its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PingTooLong;

impl PingTooLong {
    /// Checks that the data fits.
    ///
    /// # Errors
    ///
    /// When they do not.
    pub(crate) fn check(data: &[u8]) -> Result<(), PingTooLong> {
        (data.len() <= MAX_CONTROL).then_some(()).ok_or(PingTooLong)
    }
}

impl fmt::Display for PingTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a ping has room for 125 bytes")
    }
}

impl std::error::Error for PingTooLong {}

impl fmt::Debug for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Protocol")
            .field("role", &self.role)
            .field("deflate", &self.compressor.is_some())
            .field("unwritten", &self.output.remaining())
            .field("close_sent", &self.close_sent)
            .field("close_received", &self.close_received)
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}
