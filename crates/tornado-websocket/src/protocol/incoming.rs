//! `Incoming`: the input, frame by frame.

use bytes::{Buf as _, Bytes, BytesMut};

use super::error::{ProtocolError, Violation};
use super::head::{FrameHead, Opcode};
use super::{CloseFrame, Event, Message, Role, mask};
use crate::deflate::Inflater;

/// How far the input has been processed.
#[derive(Debug)]
pub(super) struct Incoming {
    role: Role,
    /// The longest message.
    pub(super) limit: usize,
    /// Compressed messages were agreed on.
    pub(super) deflate: bool,
    /// The frame whose head has arrived, but not all of its payload.
    frame: Option<Frame>,
    message: Option<Partial>,
}

#[derive(Debug)]
struct Frame {
    head: FrameHead,
    /// How much of its payload is still to come.
    left: u64,
}

/// A message that has partly arrived.
#[derive(Debug)]
struct Partial {
    text: bool,
    compressed: bool,
    /// The size as received, for the limit.
    received: u64,
    data: Vec<u8>,
    /// How much of a text is known to be UTF-8.
    checked: usize,
}

impl Incoming {
    pub(super) fn new(role: Role, limit: usize) -> Incoming {
        Incoming {
            role,
            limit,
            deflate: false,
            frame: None,
            message: None,
        }
    }

    pub(super) fn expects(&self) -> u64 {
        self.frame.as_ref().map_or(0, |frame| frame.left)
    }

    pub(super) fn receive(
        &mut self,
        input: &mut BytesMut,
        mut inflater: Option<&mut Inflater>,
    ) -> Result<Option<Event>, ProtocolError> {
        loop {
            let frame = match &mut self.frame {
                Some(frame) => frame,
                None => {
                    let Some((head, size)) = FrameHead::parse(input)? else {
                        return Ok(None);
                    };
                    self.check(&head)?;
                    input.advance(size);
                    let left = head.length;
                    self.frame.insert(Frame { head, left })
                }
            };
            let here =
                usize::try_from(frame.left).map_or(input.len(), |left| left.min(input.len()));
            if frame.head.opcode.is_control() {
                if (here as u64) < frame.left {
                    return Ok(None);
                }
                let head = frame.head;
                self.frame = None;
                return control(head, input.split_to(here)).map(Some);
            }
            if here == 0 && frame.left > 0 {
                return Ok(None);
            }
            let offset = frame.head.length - frame.left;
            frame.left -= here as u64;
            let (head, left) = (frame.head, frame.left);
            let piece = &mut input[..here];
            if let Some(mask) = head.mask {
                mask::apply(piece, mask, (offset % 4) as usize);
            }
            let whole = self.message.is_none() && head.fin && left == 0 && !head.rsv1;
            if whole {
                self.frame = None;
                let data = piece.to_vec();
                input.advance(here);
                return message(head.opcode == Opcode::Text, data).map(Some);
            }
            let partial = self.message.get_or_insert_with(|| Partial {
                text: head.opcode == Opcode::Text,
                compressed: head.rsv1,
                received: 0,
                data: Vec::new(),
                checked: 0,
            });
            partial.received += here as u64;
            match inflater.as_deref_mut().filter(|_| partial.compressed) {
                Some(inflater) => inflater.inflate(piece, &mut partial.data, self.limit)?,
                None => partial.data.extend_from_slice(piece),
            }
            input.advance(here);
            partial.check_text()?;
            if left > 0 {
                continue;
            }
            self.frame = None;
            if head.fin
                && let Some(mut partial) = self.message.take()
            {
                if let Some(inflater) = inflater.as_deref_mut().filter(|_| partial.compressed) {
                    inflater.finish(&mut partial.data, self.limit)?;
                }
                partial.data.shrink_to_fit();
                return message(partial.text, partial.data).map(Some);
            }
        }
    }

    /// Whether a frame is allowed at this point.
    fn check(&self, head: &FrameHead) -> Result<(), Violation> {
        match (self.role, head.mask) {
            (Role::Server, None) => return Err(Violation::Unmasked),
            (Role::Client, Some(_)) => return Err(Violation::Masked),
            _ => {}
        }
        if head.rsv1 {
            if !self.deflate {
                return Err(Violation::ReservedBits);
            }
            if head.opcode.is_control() {
                return Err(Violation::CompressedControl);
            }
            if head.opcode == Opcode::Continuation {
                return Err(Violation::CompressedContinuation);
            }
        }
        if head.opcode.is_control() {
            return Ok(());
        }
        let received = match (head.opcode, &self.message) {
            (Opcode::Continuation, None) => return Err(Violation::NothingToContinue),
            (Opcode::Continuation, Some(partial)) => partial.received,
            (_, Some(_)) => return Err(Violation::NotContinued),
            (_, None) => 0,
        };
        match received.checked_add(head.length) {
            Some(length) if length <= self.limit as u64 => Ok(()),
            _ => Err(Violation::TooBig),
        }
    }
}

impl Partial {
    /// Whether a text can still become UTF-8. This is detected as soon as it
    /// can't.
    fn check_text(&mut self) -> Result<(), Violation> {
        if !self.text {
            return Ok(());
        }
        match str::from_utf8(&self.data[self.checked..]) {
            Ok(_) => self.checked = self.data.len(),
            Err(error) if error.error_len().is_none() => self.checked += error.valid_up_to(),
            Err(_) => return Err(Violation::Text),
        }
        Ok(())
    }
}

fn message(text: bool, data: Vec<u8>) -> Result<Event, ProtocolError> {
    let message = if text {
        Message::Text(String::from_utf8(data).map_err(|_| Violation::Text)?)
    } else {
        Message::Binary(data.into())
    };
    Ok(Event::Message(message))
}

fn control(head: FrameHead, mut payload: BytesMut) -> Result<Event, ProtocolError> {
    if let Some(mask) = head.mask {
        mask::apply(&mut payload, mask, 0);
    }
    // A copy, so that it does not keep everything that was read with it.
    let data = || Bytes::copy_from_slice(&payload);
    Ok(match head.opcode {
        Opcode::Ping => Event::Ping(data()),
        Opcode::Pong => Event::Pong(data()),
        _ => Event::Close(CloseFrame::parse(&payload)?),
    })
}
