//! `Token`: the random bytes behind an XSRF cookie, and how they are written.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use subtle::ConstantTimeEq as _;

use crate::{Error, Result};

/// What the cookie and the form share. Its text changes with every request, its
/// bytes do not.
#[derive(Clone, PartialEq)]
pub(crate) struct Token {
    bytes: Vec<u8>,
    /// When it was made, in seconds. Version 1 does not include it, so there it
    /// is the time of reading.
    timestamp: i64,
}

/// How a token is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenVersion {
    /// In hexadecimal.
    V1,
    /// Masked, so that a compressed page does not leak it bit by bit (BREACH):
    /// `2|mask|token|timestamp`.
    V2,
}

/// The length of a mask in bytes.
const MASK: usize = 4;

impl Token {
    /// A new token, of 128 random bits.
    pub(super) fn new() -> Result<Token> {
        let mut bytes = vec![0; 16];
        fill(&mut bytes)?;
        Ok(Token {
            bytes,
            timestamp: now(),
        })
    }

    /// Reads a token as Tornado does (`_decode_xsrf_token`): version 2; or any
    /// text as version 1, in hexadecimal if possible. `None` for an invalid
    /// version 2, or another version.
    pub(super) fn decode(text: &str) -> Option<Token> {
        let Some(version) = version(text) else {
            return Some(Token {
                bytes: unhex(text).unwrap_or_else(|| text.as_bytes().to_vec()),
                timestamp: now(),
            });
        };
        let fields: Vec<&str> = text.split('|').collect();
        let ("2", &[_, mask, token, timestamp]) = (version, &fields[..]) else {
            return None;
        };
        let mask: [u8; MASK] = unhex(mask)?.try_into().ok()?;
        let mut bytes = unhex(token)?;
        apply(mask, &mut bytes);
        Some(Token {
            bytes,
            timestamp: timestamp.trim().parse().ok()?,
        })
    }

    /// Writes it, with a fresh mask each time.
    pub(super) fn encode(&self, version: TokenVersion) -> Result<String> {
        Ok(match version {
            TokenVersion::V1 => hex(&self.bytes),
            TokenVersion::V2 => {
                let mut mask = [0; MASK];
                fill(&mut mask)?;
                self.encode_masked(mask)
            }
        })
    }

    fn encode_masked(&self, mask: [u8; MASK]) -> String {
        let mut bytes = self.bytes.clone();
        apply(mask, &mut bytes);
        format!("2|{}|{}|{}", hex(&mask), hex(&bytes), self.timestamp)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether the two are equal, in a time that does not reveal how much of
    /// them is.
    pub(super) fn matches(&self, other: &Token) -> bool {
        self.bytes.ct_eq(&other.bytes).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(**redacted**)")
    }
}

/// What Tornado's `^([1-9][0-9]*)\|(.*)$` finds: the number before the bar.
fn version(text: &str) -> Option<&str> {
    let (number, rest) = text.split_once('|')?;
    let rest = rest.strip_suffix('\n').unwrap_or(rest);
    let digits = number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
    (digits && !number.is_empty() && !rest.contains('\n')).then_some(number)
}

fn apply(mask: [u8; MASK], bytes: &mut [u8]) {
    for (byte, mask) in bytes.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    pairs
        .iter()
        .map(|&[high, low]| u8::try_from(digit(high)? << 4 | digit(low)?).ok())
        .collect()
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX))
}

fn fill(bytes: &mut [u8]) -> Result {
    getrandom::fill(bytes)
        .map_err(|error| Error::msg(format!("the system has no random numbers: {error}")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    /// Tornado's answers, made by `tests/golden/xsrf.py`.
    #[derive(Deserialize)]
    struct Golden {
        decode: Vec<(String, Option<Read>)>,
        encode: Vec<(u8, String, String, i64, String)>,
    }

    /// The token in hexadecimal, and its time if it has one.
    type Read = (String, Option<i64>);

    fn golden() -> Golden {
        serde_json::from_str(include_str!("../../tests/golden/xsrf.json")).unwrap()
    }

    #[test]
    fn tokens_are_read_as_tornado_reads_them() {
        let cases = golden().decode;
        assert!(cases.len() > 60);
        for (text, expected) in cases {
            let token = Token::decode(&text);
            let ours = token.as_ref().map(|token| hex(&token.bytes));
            assert_eq!(
                ours,
                expected.as_ref().map(|(hex, _)| hex.clone()),
                "{text:?}"
            );
            if let (Some(token), Some((_, Some(timestamp)))) = (token, expected) {
                assert_eq!(token.timestamp, timestamp, "{text:?}");
            }
        }
    }

    #[test]
    fn tokens_are_written_as_tornado_writes_them() {
        let cases = golden().encode;
        assert!(cases.len() > 10);
        for (version, token, mask, timestamp, expected) in cases {
            let token = Token {
                bytes: unhex(&token).unwrap(),
                timestamp,
            };
            let ours = match version {
                1 => token.encode(TokenVersion::V1).unwrap(),
                _ => token.encode_masked(unhex(&mask).unwrap().try_into().unwrap()),
            };
            assert_eq!(ours, expected);
        }
    }

    #[test]
    fn every_text_of_a_token_is_another_and_means_the_same() {
        let token = Token::new().unwrap();
        let texts = [(); 2].map(|()| token.encode(TokenVersion::V2).unwrap());
        assert_ne!(texts[0], texts[1]);
        assert!(
            texts
                .iter()
                .all(|text| Token::decode(text).unwrap() == token)
        );
        assert!(!token.matches(&Token::new().unwrap()));
        assert_eq!(format!("{token:?}"), "Token(**redacted**)");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text: String) {
            let _ = Token::decode(&text);
        }

        #[test]
        fn what_is_written_is_read(bytes: Vec<u8>, mask: [u8; 4], timestamp: i64) {
            let token = Token { bytes, timestamp };
            prop_assert_eq!(Token::decode(&token.encode_masked(mask)), Some(token));
        }
    }
}
