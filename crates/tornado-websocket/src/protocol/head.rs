//! `FrameHead`: the first bytes of a frame (RFC 6455, section 5.2).

use bytes::{BufMut, BytesMut};

use super::error::{ProtocolError, Violation};

/// The kind of frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

impl Opcode {
    fn from_bits(bits: u8) -> Option<Opcode> {
        Some(match bits {
            0x0 => Opcode::Continuation,
            0x1 => Opcode::Text,
            0x2 => Opcode::Binary,
            0x8 => Opcode::Close,
            0x9 => Opcode::Ping,
            0xA => Opcode::Pong,
            _ => return None,
        })
    }

    fn bits(self) -> u8 {
        match self {
            Opcode::Continuation => 0x0,
            Opcode::Text => 0x1,
            Opcode::Binary => 0x2,
            Opcode::Close => 0x8,
            Opcode::Ping => 0x9,
            Opcode::Pong => 0xA,
        }
    }

    pub(crate) fn is_control(self) -> bool {
        matches!(self, Opcode::Close | Opcode::Ping | Opcode::Pong)
    }
}

const FIN: u8 = 0x80;
const RSV1: u8 = 0x40;
const RSV2_AND_3: u8 = 0x30;
const OPCODE: u8 = 0x0F;
const MASK: u8 = 0x80;
const LENGTH: u8 = 0x7F;

/// The longest payload of a control frame.
pub(crate) const MAX_CONTROL: usize = 125;

/// A complete head that is valid in itself. Whether it is allowed at this point
/// is for its reader to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameHead {
    pub(crate) opcode: Opcode,
    pub(crate) fin: bool,
    /// The message is compressed (RFC 7692, section 6).
    pub(crate) rsv1: bool,
    pub(crate) mask: Option<[u8; 4]>,
    pub(crate) length: u64,
}

impl FrameHead {
    /// The head at the beginning of `bytes`, and its length; `None` if it is incomplete. An error
    /// is reported as soon as the byte that causes it has arrived.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Option<(FrameHead, usize)>, ProtocolError> {
        let Some(&first) = bytes.first() else {
            return Ok(None);
        };
        if first & RSV2_AND_3 != 0 {
            return Err(Violation::ReservedBits.into());
        }
        let fin = first & FIN != 0;
        let opcode = Opcode::from_bits(first & OPCODE).ok_or(Violation::Opcode)?;
        if opcode.is_control() && !fin {
            return Err(Violation::FragmentedControl.into());
        }
        let Some(&second) = bytes.get(1) else {
            return Ok(None);
        };
        let short = second & LENGTH;
        if opcode.is_control() && usize::from(short) > MAX_CONTROL {
            return Err(Violation::LongControl.into());
        }
        let rest = &bytes[2..];
        let (length, rest) = match short {
            126 => {
                let Some((length, rest)) = rest.split_first_chunk::<2>() else {
                    return Ok(None);
                };
                let length = u64::from(u16::from_be_bytes(*length));
                if length < 126 {
                    return Err(Violation::Length.into());
                }
                (length, rest)
            }
            127 => {
                let Some((length, rest)) = rest.split_first_chunk::<8>() else {
                    return Ok(None);
                };
                let length = u64::from_be_bytes(*length);
                if length <= u64::from(u16::MAX) || length >> 63 != 0 {
                    return Err(Violation::Length.into());
                }
                (length, rest)
            }
            short => (u64::from(short), rest),
        };
        let (mask, rest) = if second & MASK == 0 {
            (None, rest)
        } else {
            let Some((mask, rest)) = rest.split_first_chunk::<4>() else {
                return Ok(None);
            };
            (Some(*mask), rest)
        };
        let head = FrameHead {
            opcode,
            fin,
            rsv1: first & RSV1 != 0,
            mask,
            length,
        };
        Ok(Some((head, bytes.len() - rest.len())))
    }

    /// Writes it, with the length in as few bytes as possible.
    pub(crate) fn write(&self, out: &mut BytesMut) {
        let mut first = self.opcode.bits();
        if self.fin {
            first |= FIN;
        }
        if self.rsv1 {
            first |= RSV1;
        }
        out.put_u8(first);
        let masked = if self.mask.is_some() { MASK } else { 0 };
        match (u8::try_from(self.length), u16::try_from(self.length)) {
            (Ok(length @ 0..126), _) => out.put_u8(masked | length),
            (_, Ok(length)) => {
                out.put_u8(masked | 126);
                out.put_u16(length);
            }
            (_, Err(_)) => {
                out.put_u8(masked | 127);
                out.put_u64(self.length);
            }
        }
        if let Some(mask) = self.mask {
            out.put_slice(&mask);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn opcodes() -> impl Strategy<Value = Opcode> {
        (0..16_u8).prop_filter_map("known", Opcode::from_bits)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_no_part_of_it_is_enough(
            opcode in opcodes(),
            fin: bool,
            rsv1: bool,
            mask: Option<[u8; 4]>,
            length in prop_oneof![0..200_u64, 65_500..65_600_u64, (1_u64 << 40)..(1 << 62)],
        ) {
            let control = opcode.is_control();
            let length = if control { length % 126 } else { length };
            let head = FrameHead { opcode, fin: fin || control, rsv1, mask, length };
            let mut bytes = BytesMut::new();
            head.write(&mut bytes);
            prop_assert_eq!(FrameHead::parse(&bytes).unwrap(), Some((head, bytes.len())));
            for end in 0..bytes.len() {
                prop_assert_eq!(FrameHead::parse(&bytes[..end]).unwrap(), None);
            }
        }

        #[test]
        fn tungstenite_reads_the_same(bytes in prop::collection::vec(any::<u8>(), 0..16)) {
            let mut cursor = std::io::Cursor::new(&bytes);
            let theirs = tungstenite::protocol::frame::FrameHeader::parse(&mut cursor);
            match (FrameHead::parse(&bytes), theirs) {
                (Ok(None), Ok(None)) => {}
                (Ok(Some((head, size))), Ok(Some((theirs, length)))) => {
                    prop_assert_eq!(size as u64, cursor.position());
                    prop_assert_eq!(head.length, length);
                    prop_assert_eq!(head.mask, theirs.mask);
                    prop_assert_eq!(head.opcode.bits(), u8::from(theirs.opcode));
                    prop_assert_eq!((head.fin, head.rsv1), (theirs.is_final, theirs.rsv1));
                }
                // It checks less in a head, and later.
                (Err(_), _) => {}
                (ours, theirs) => prop_assert!(false, "{ours:?} and {theirs:?}"),
            }
        }
    }

    #[test]
    fn a_length_takes_as_few_bytes_as_it_can() {
        for bytes in [
            &[0x82, 126, 0, 125][..],
            &[0x82, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
            &[0x82, 127, 0x80, 0, 0, 0, 0, 1, 0, 0],
        ] {
            let error = FrameHead::parse(bytes).unwrap_err();
            assert_eq!(error.code(), 1002, "{bytes:?}");
        }
    }
}
