//! `CloseFrame`: how a connection announces its end (RFC 6455, section 7.4).

use std::fmt;

use super::error::{ProtocolError, Violation};
use super::head::MAX_CONTROL;

/// A code and a reason, as in a close frame.
///
/// ```
/// use tornado_websocket::CloseFrame;
///
/// let close = CloseFrame::new(1001, "goodbye").unwrap();
/// assert_eq!((close.code(), close.reason()), (1001, "goodbye"));
/// assert!(CloseFrame::new(1006, "").is_err()); // it stands for no frame at all
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseFrame {
    code: u16,
    reason: String,
}

impl CloseFrame {
    /// A code that may be sent, with a reason that fits into a frame.
    ///
    /// # Errors
    ///
    /// For a code that must not be sent, which is any except 1000 to 1003, 1007 to 1014 and 3000 to
    /// 4999; for a reason of more than 123 bytes.
    pub fn new(code: u16, reason: impl Into<String>) -> Result<CloseFrame, CloseFrameError> {
        let reason = reason.into();
        if !is_valid(code) {
            return Err(CloseFrameError::Code(code));
        }
        if reason.len() > MAX_CONTROL - 2 {
            return Err(CloseFrameError::Reason(reason.len()));
        }
        Ok(CloseFrame { code, reason })
    }

    /// One of our own, which is known to be valid.
    pub(crate) fn known(code: u16, reason: &'static str) -> CloseFrame {
        debug_assert!(is_valid(code) && reason.len() <= MAX_CONTROL - 2);
        CloseFrame {
            code,
            reason: reason.to_owned(),
        }
    }

    /// The code, such as 1000 for a normal end and 1001 for a side that goes
    /// away.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.code
    }

    /// The reason, for people; empty if there is none.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The contents of the payload of a close frame; `None` for an empty one.
    pub(crate) fn parse(payload: &[u8]) -> Result<Option<CloseFrame>, ProtocolError> {
        let Some((code, reason)) = payload.split_first_chunk::<2>() else {
            return match payload {
                [] => Ok(None),
                _ => Err(Violation::CloseLength.into()),
            };
        };
        let code = u16::from_be_bytes(*code);
        if !is_valid(code) {
            return Err(Violation::CloseCode.into());
        }
        let reason = str::from_utf8(reason).map_err(|_| Violation::CloseReason)?;
        Ok(Some(CloseFrame {
            code,
            reason: reason.to_owned(),
        }))
    }

    pub(crate) fn to_payload(&self) -> Vec<u8> {
        let mut payload = self.code.to_be_bytes().to_vec();
        payload.extend_from_slice(self.reason.as_bytes());
        payload
    }
}

/// Whether a close frame may contain a code: those of RFC 6455 and its registry, and those defined
/// by libraries and applications.
fn is_valid(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// What is wrong with a close frame that should be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseFrameError {
    /// This code must not be sent.
    Code(u16),
    /// The reason has this many bytes, and a frame has room for 123.
    Reason(usize),
}

impl fmt::Display for CloseFrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CloseFrameError::Code(code) => write!(
                f,
                "{code} can't be sent in a close frame: take 1000 to 1003, 1007 to 1014 or 3000 to 4999"
            ),
            CloseFrameError::Reason(length) => write!(
                f,
                "the reason of a close frame has room for 123 bytes, and this one has {length}"
            ),
        }
    }
}

impl std::error::Error for CloseFrameError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_that_may_be_sent() {
        let valid: Vec<u16> = (0..=u16::MAX).filter(|code| is_valid(*code)).collect();
        assert_eq!(valid.len(), 4 + 8 + 2000);
        for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2999, 5000] {
            assert!(!valid.contains(&code), "{code}");
        }
    }

    #[test]
    fn a_payload_is_read_as_it_is_written() {
        let close = CloseFrame::new(3001, "x".repeat(123)).unwrap();
        assert_eq!(CloseFrame::parse(&close.to_payload()), Ok(Some(close)));
        assert_eq!(CloseFrame::parse(b""), Ok(None));
        let code = |payload: &[u8]| CloseFrame::parse(payload).unwrap_err().code();
        assert_eq!(code(b"\x03"), 1002);
        assert_eq!(code(b"\x03\xED"), 1002);
        assert_eq!(code(b"\x03\xE8\xFF"), 1007);
        let error = CloseFrame::new(1000, "x".repeat(124)).unwrap_err();
        assert_eq!(error, CloseFrameError::Reason(124));
    }
}
