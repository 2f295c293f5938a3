//! `CookieSecret`: the key or keys that sign values.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit};
use sha1::Sha1;
use sha2::Sha256;

use crate::{CookieError, CookieErrorKind};

/// The secret that signs values: one key, or several numbered keys, one of
/// which signs while all of them verify. Tornado's setting `cookie_secret`,
/// together with `key_version`.
///
/// A key is bytes of any length; for a text, its UTF-8. Use at least 32 random
/// bytes: with a short or empty key anyone can sign (see
/// [`has_empty_key`](Self::has_empty_key)). The keys are hashed once, here, and
/// clones share them.
///
/// ```
/// use tornado_cookies::CookieSecret;
/// let one = CookieSecret::from("32 random bytes, or more of text");
/// let several = CookieSecret::keyed([(1, "the old one"), (2, "the new one")], 2)?;
/// assert_eq!(format!("{one:?}"), "CookieSecret(**redacted**)");
/// # Ok::<(), tornado_cookies::CookieError>(())
/// ```
#[derive(Clone)]
pub struct CookieSecret {
    keys: Arc<Keys>,
    has_empty_key: bool,
}

enum Keys {
    One(PlainKey),
    Several {
        keys: BTreeMap<u32, Hmac<Sha256>>,
        signs: (u32, Hmac<Sha256>),
    },
}

pub(super) struct PlainKey {
    pub(super) sha256: Hmac<Sha256>,
    pub(super) sha1: Hmac<Sha1>,
}

impl CookieSecret {
    /// Several numbered keys, and the number of the one that signs. Tornado's
    /// `cookie_secret` as a dict, and `key_version`.
    ///
    /// To rotate keys, add the new key, sign with it, and drop the old one once
    /// the values that it signed have expired.
    ///
    /// ```
    /// use tornado_cookies::{CookieSecret, DecodeOptions, create_signed_value, decode_signed_value};
    /// let before = CookieSecret::keyed([(1, "old")], 1)?;
    /// let after = CookieSecret::keyed([(1, "old"), (2, "new")], 2)?;
    /// let value = create_signed_value(&before, "name", "value");
    /// let read = decode_signed_value(&after, "name", &value, &DecodeOptions::new());
    /// assert_eq!(read.as_deref(), Some(&b"value"[..]));
    /// # Ok::<(), tornado_cookies::CookieError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no key with the version that should sign.
    pub fn keyed<K: AsRef<[u8]>>(
        keys: impl IntoIterator<Item = (u32, K)>,
        key_version: u32,
    ) -> Result<CookieSecret, CookieError> {
        let mut has_empty_key = false;
        let keys: BTreeMap<u32, Hmac<Sha256>> = keys
            .into_iter()
            .map(|(version, key)| {
                has_empty_key |= key.as_ref().is_empty();
                (version, hmac(key.as_ref()))
            })
            .collect();
        let key = keys.get(&key_version).ok_or_else(|| no_key(key_version))?;
        let signs = (key_version, key.clone());
        Ok(CookieSecret {
            keys: Arc::new(Keys::Several { keys, signs }),
            has_empty_key,
        })
    }

    /// Whether one of the keys is empty, so that anyone can sign with it. That
    /// happens when an environment variable exists but has no value. A
    /// tornado-web application refuses to start with such a secret; a program
    /// that uses this crate alone should, too.
    #[must_use]
    pub fn has_empty_key(&self) -> bool {
        self.has_empty_key
    }

    /// The number of the key that signs; 0 for a key without a number. A value
    /// that [names another key](crate::get_signature_key_version) should be
    /// signed again.
    #[must_use]
    pub fn key_version(&self) -> u32 {
        self.signing_key().0
    }

    fn plain(key: &[u8]) -> CookieSecret {
        CookieSecret {
            keys: Arc::new(Keys::One(PlainKey {
                sha256: hmac(key),
                sha1: hmac(key),
            })),
            has_empty_key: key.is_empty(),
        }
    }

    /// The key to sign with unless another is given, and its version.
    pub(super) fn signing_key(&self) -> (u32, &Hmac<Sha256>) {
        match &*self.keys {
            Keys::One(key) => (0, &key.sha256),
            Keys::Several { signs, .. } => (signs.0, &signs.1),
        }
    }

    /// The key with this version. A key without a number serves for every
    /// version.
    pub(super) fn key(&self, version: u32) -> Option<&Hmac<Sha256>> {
        match &*self.keys {
            Keys::One(key) => Some(&key.sha256),
            Keys::Several { keys, .. } => keys.get(&version),
        }
    }

    /// The key without a number, which version 1 needs.
    pub(super) fn plain_key(&self) -> Option<&PlainKey> {
        match &*self.keys {
            Keys::One(key) => Some(key),
            Keys::Several { .. } => None,
        }
    }
}

pub(super) fn no_key(version: u32) -> CookieError {
    CookieError::new(
        CookieErrorKind::Key,
        format!("the cookie secret has no key of version {version}; add it or sign with another"),
    )
}

fn hmac<M: KeyInit>(key: &[u8]) -> M {
    M::new_from_slice(key).expect("HMAC takes a key of any length")
}

impl From<&str> for CookieSecret {
    fn from(key: &str) -> CookieSecret {
        CookieSecret::plain(key.as_bytes())
    }
}

impl From<String> for CookieSecret {
    fn from(key: String) -> CookieSecret {
        CookieSecret::plain(key.as_bytes())
    }
}

impl From<&[u8]> for CookieSecret {
    fn from(key: &[u8]) -> CookieSecret {
        CookieSecret::plain(key)
    }
}

impl<const N: usize> From<&[u8; N]> for CookieSecret {
    fn from(key: &[u8; N]) -> CookieSecret {
        CookieSecret::plain(key)
    }
}

impl From<Vec<u8>> for CookieSecret {
    fn from(key: Vec<u8>) -> CookieSecret {
        CookieSecret::plain(&key)
    }
}

impl fmt::Debug for CookieSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CookieSecret(**redacted**)")
    }
}
