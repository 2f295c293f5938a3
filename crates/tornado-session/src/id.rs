//! `SessionId` and `StoreKey`: the client's secret, and the name under which
//! stores know the session.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::{SessionError, SessionErrorKind};

/// 32 bytes in base64url without padding.
const TEXT_LEN: usize = 43;

/// The secret by which a client is recognised: 256 random bits.
///
/// Anyone who knows it *is* that client. So `Debug` never shows it, and no
/// store ever sees it: stores know the session by its [`StoreKey`].
///
/// ```
/// use tornado_session::SessionId;
///
/// let id = SessionId::generate().unwrap();
/// assert_eq!(id.reveal().len(), 43);
/// assert_eq!(SessionId::parse(id.reveal()), Some(id.clone()));
/// assert_eq!(SessionId::parse("chosen by somebody"), None);
/// assert_eq!(format!("{id:?}"), "SessionId(..)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SessionId([u8; TEXT_LEN]);

impl SessionId {
    /// A new id, from the random source of the operating system.
    ///
    /// # Errors
    ///
    /// When that source fails.
    pub fn generate() -> Result<SessionId, SessionError> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits).map_err(|error| {
            SessionError::new(
                SessionErrorKind::Random,
                "the system gives no random bytes for a session id",
            )
            .with_source(error)
        })?;
        Ok(SessionId(encode(&bits)))
    }

    /// Parses an id: 32 bytes as 43 characters of base64url, in their only
    /// valid spelling. Anything else is `None`.
    #[must_use]
    pub fn parse(text: impl AsRef<[u8]>) -> Option<SessionId> {
        let text: [u8; TEXT_LEN] = text.as_ref().try_into().ok()?;
        // A slice accepts text that does not decode to 32 bytes; the engine
        // refuses padding and stray bits at the end.
        let mut bits = [0; 32];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bits).ok()?;
        (length == bits.len()).then_some(SessionId(text))
    }

    /// The id itself, to be used in the client's cookie and nowhere else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        ascii(&self.0)
    }

    /// The key under which stores know this session.
    ///
    /// ```
    /// use tornado_session::SessionId;
    /// let id = SessionId::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").unwrap();
    /// assert_eq!(id.store_key().as_str(), "6oZqdX5MOLq_qBJ8vppAnT4fk6AP8UiP9zX8-Rev_9A");
    /// ```
    #[must_use]
    pub fn store_key(&self) -> StoreKey {
        StoreKey(encode(&Sha256::digest(self.0).into()))
    }
}

impl fmt::Display for StoreKey {
    /// Shows the key, which is not secret: it stands for an id that is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

/// The name of a session inside a store: 43 ASCII characters.
///
/// It is the SHA-256 of the characters of the [`SessionId`], in base64url
/// without padding, so a stolen copy of a store opens no session. In Python:
/// `urlsafe_b64encode(sha256(id).digest()).rstrip(b"=")`.
///
/// `Debug` shows its first characters, which is enough to tell sessions apart
/// in a log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreKey([u8; TEXT_LEN]);

impl StoreKey {
    /// Parses a key as a store has kept it, or as a form has sent it back.
    /// Anything else is `None`.
    #[must_use]
    pub fn parse(text: impl AsRef<[u8]>) -> Option<StoreKey> {
        // The same form as an id: 32 bytes in their only valid spelling.
        SessionId::parse(text).map(|SessionId(text)| StoreKey(text))
    }

    /// The key as text, for a table column or the name of a Redis key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }

    /// A number that is spread evenly over keys, for choosing a shard.
    pub(crate) fn spread(&self) -> usize {
        // The twelve bits of two base64 characters are spread evenly, but the
        // characters' codes are not. So this uses their places in the alphabet.
        let digit = |byte: u8| match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            _ => 63,
        };
        usize::from(digit(self.0[0])) << 6 | usize::from(digit(self.0[1]))
    }
}

impl AsRef<str> for StoreKey {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreKey({}..)", ascii(&self.0[..6]))
    }
}

fn encode(bits: &[u8; 32]) -> [u8; TEXT_LEN] {
    let mut text = [0; TEXT_LEN];
    let length = URL_SAFE_NO_PAD.encode_slice(bits, &mut text);
    debug_assert_eq!(length, Ok(TEXT_LEN));
    text
}

fn ascii(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("base64url is ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    #[test]
    fn ids_are_read_strictly() {
        assert_eq!(SessionId::parse(TEXT).unwrap().reveal(), TEXT);
        let cut = &TEXT[..42];
        let long = format!("{TEXT}A");
        let padded = format!("{cut}=");
        let bits = format!("{cut}9"); // two bits beyond the 32nd byte
        let standard = TEXT.replace('A', "+");
        for text in [
            "",
            cut,
            &long,
            &padded,
            &bits,
            &standard,
            &" ".repeat(43),
            &"\u{e9}".repeat(43),
        ] {
            assert_eq!(SessionId::parse(text), None, "{text}");
        }
        assert_eq!(SessionId::parse([0xff; 43]), None);
    }

    #[test]
    fn the_key_is_the_hash_that_python_makes_of_the_id() {
        let id = SessionId::parse(TEXT).unwrap();
        let key = id.store_key();
        assert_eq!(key.as_str(), "6oZqdX5MOLq_qBJ8vppAnT4fk6AP8UiP9zX8-Rev_9A");
        assert_eq!(key.as_ref(), key.as_str());
        assert_eq!(StoreKey::parse(key.as_str()), Some(key));
    }

    #[test]
    fn debug_shows_nothing_of_the_id_and_the_beginning_of_the_key() {
        let id = SessionId::parse(TEXT).unwrap();
        assert_eq!(format!("{id:?}"), "SessionId(..)");
        assert_eq!(format!("{:?}", id.store_key()), "StoreKey(6oZqdX..)");
    }

    #[test]
    fn a_key_spreads_by_the_twelve_bits_it_begins_with() {
        for first in 0..64 {
            for second in 0..64 {
                let mut bits = [0; 32];
                bits[0] = first << 2 | second >> 4;
                bits[1] = second << 4;
                let key = StoreKey(encode(&bits));
                let expected = usize::from(first) * 64 + usize::from(second);
                assert_eq!(key.spread(), expected, "{}", key.as_str());
            }
        }
    }

    #[test]
    fn keys_spread_over_all_shards() {
        let mut seen = [0_u32; 16];
        for _ in 0..4096 {
            seen[SessionId::generate().unwrap().store_key().spread() % 16] += 1;
        }
        assert!(seen.iter().all(|&n| (128..512).contains(&n)), "{seen:?}");
    }
}
