//! `ProtocolError`: what the other side has done wrong.

use std::fmt;

use crate::deflate::InflateError;

/// Why a connection must fail: the input breaks a rule of RFC 6455 or 7692, or
/// a limit. The close frame that says so is already in the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolError(Violation);

/// The rule that was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Violation {
    ReservedBits,
    Opcode,
    Length,
    LongControl,
    FragmentedControl,
    CompressedControl,
    Unmasked,
    Masked,
    NothingToContinue,
    NotContinued,
    CompressedContinuation,
    CloseLength,
    CloseCode,
    CloseReason,
    Text,
    Deflate,
    TooBig,
    TooBigInflated,
}

impl ProtocolError {
    /// The code of the close frame: 1002 for a broken rule, 1007 for invalid data, 1009 for a
    /// message over the limit.
    #[must_use]
    pub fn code(&self) -> u16 {
        match self.0 {
            Violation::Text | Violation::CloseReason | Violation::Deflate => 1007,
            Violation::TooBig | Violation::TooBigInflated => 1009,
            _ => 1002,
        }
    }

    /// The reason in the close frame.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self.0 {
            Violation::ReservedBits => "reserved bits are set",
            Violation::Opcode => "unknown opcode",
            Violation::Length => "bad length of a frame",
            Violation::LongControl => "control frame too long",
            Violation::FragmentedControl => "fragmented control frame",
            Violation::CompressedControl => "compressed control frame",
            Violation::Unmasked => "unmasked frame",
            Violation::Masked => "masked frame",
            Violation::NothingToContinue => "nothing to continue",
            Violation::NotContinued => "message not finished",
            Violation::CompressedContinuation => "compressed continuation",
            Violation::CloseLength => "close frame of one byte",
            Violation::CloseCode => "bad close code",
            Violation::CloseReason => "close reason is not UTF-8",
            Violation::Text => "text is not UTF-8",
            Violation::Deflate => "invalid compressed data",
            // Tornado's texts.
            Violation::TooBig => "message too big",
            Violation::TooBigInflated => "message too big after decompression",
        }
    }
}

impl From<InflateError> for ProtocolError {
    fn from(error: InflateError) -> ProtocolError {
        ProtocolError(match error {
            InflateError::Invalid => Violation::Deflate,
            InflateError::TooLong => Violation::TooBigInflated,
        })
    }
}

impl From<Violation> for ProtocolError {
    fn from(violation: Violation) -> ProtocolError {
        ProtocolError(violation)
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.reason(), self.code())
    }
}

impl std::error::Error for ProtocolError {}
