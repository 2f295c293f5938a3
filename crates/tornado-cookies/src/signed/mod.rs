//! Signed values. Anyone can read one, but only a holder of the secret can
//! create one or change it unnoticed.

mod encoding;
mod secret;
mod v1;
mod v2;

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

use crate::{CookieError, CookieErrorKind};

pub use secret::CookieSecret;

const SECONDS_PER_DAY: f64 = 86400.0;

/// The default age limit of a value, and how far in the future a value of
/// version 1 may be.
const MAX_AGE_DAYS: f64 = 31.0;

/// The versions of signed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SignedVersion {
    /// HMAC-SHA1, Tornado's format before 3.2.1.
    V1,
    /// HMAC-SHA256.
    V2,
}

/// How [`create_signed_value_with`] signs.
///
/// ```
/// use time::macros::datetime;
/// use tornado_cookies::{CookieSecret, SignOptions, SignedVersion, create_signed_value_with};
/// let options = SignOptions::new()
///     .version(SignedVersion::V1)
///     .at(datetime!(2011-03-13 07:06:40 UTC));
/// let secret = CookieSecret::from("It's a secret to everybody");
/// assert_eq!(
///     create_signed_value_with(&secret, "key", "value", &options)?,
///     "dmFsdWU=|1300000000|31c934969f53e48164c50768b40cbd7e2daaaa4f"
/// );
/// # Ok::<(), tornado_cookies::CookieError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct SignOptions {
    version: Option<SignedVersion>,
    key_version: Option<u32>,
    now: Option<OffsetDateTime>,
}

impl SignOptions {
    /// Version 2, the secret's signing key, and the current time.
    #[must_use]
    pub const fn new() -> SignOptions {
        SignOptions {
            version: None,
            key_version: None,
            now: None,
        }
    }

    /// The version to write. Tornado's `version`.
    #[must_use]
    pub const fn version(mut self, version: SignedVersion) -> SignOptions {
        self.version = Some(version);
        self
    }

    /// The key to sign with, instead of the secret's signing key. Tornado's
    /// `key_version`.
    #[must_use]
    pub const fn key_version(mut self, key_version: u32) -> SignOptions {
        self.key_version = Some(key_version);
        self
    }

    /// The time to sign as of, instead of the system's. Tornado's `clock`.
    #[must_use]
    pub const fn at(mut self, now: OffsetDateTime) -> SignOptions {
        self.now = Some(now);
        self
    }

    /// The time set by [`at`](Self::at); `None` stands for the system's time.
    #[must_use]
    pub const fn now(&self) -> Option<OffsetDateTime> {
        self.now
    }
}

/// Which values [`decode_signed_value`] accepts.
///
/// ```
/// use tornado_cookies::{
///     CookieSecret, DecodeOptions, SignOptions, create_signed_value_with, decode_signed_value,
/// };
/// let secret = CookieSecret::from("It's a secret to everybody");
/// let last_year = time::OffsetDateTime::now_utc() - time::Duration::days(365);
/// let value = create_signed_value_with(&secret, "a", "b", &SignOptions::new().at(last_year))?;
/// let read = |options| decode_signed_value(&secret, "a", &value, &options);
/// assert_eq!(read(DecodeOptions::new()), None);
/// assert_eq!(read(DecodeOptions::new().max_age_days(400.0)), Some(b"b".to_vec()));
/// # Ok::<(), tornado_cookies::CookieError>(())
/// ```
#[derive(Debug, Clone)]
pub struct DecodeOptions {
    max_age_days: f64,
    min_version: SignedVersion,
    now: Option<OffsetDateTime>,
}

impl Default for DecodeOptions {
    fn default() -> DecodeOptions {
        DecodeOptions::new()
    }
}

impl DecodeOptions {
    /// Both versions, no older than 31 days.
    #[must_use]
    pub const fn new() -> DecodeOptions {
        DecodeOptions {
            max_age_days: MAX_AGE_DAYS,
            min_version: SignedVersion::V1,
            now: None,
        }
    }

    /// How old a value may be, in days since it was signed. This is independent
    /// of the cookie's expiry. Tornado's `max_age_days`.
    #[must_use]
    pub const fn max_age_days(mut self, days: f64) -> DecodeOptions {
        self.max_age_days = days;
        self
    }

    /// The lowest version to accept. Tornado's `min_version`.
    #[must_use]
    pub const fn min_version(mut self, version: SignedVersion) -> DecodeOptions {
        self.min_version = version;
        self
    }

    /// The time to read as of, instead of the system's. Tornado's `clock`.
    #[must_use]
    pub const fn at(mut self, now: OffsetDateTime) -> DecodeOptions {
        self.now = Some(now);
        self
    }

    /// The time set by [`at`](Self::at); `None` stands for the system's time.
    #[must_use]
    pub const fn now(&self) -> Option<OffsetDateTime> {
        self.now
    }
}

/// Signs a value for the cookie `name`.
///
/// The value can be any bytes. It is not encrypted: anyone who has the cookie
/// can read it. Tornado's `create_signed_value`, version 2.
///
/// ```
/// use tornado_cookies::{CookieSecret, DecodeOptions, create_signed_value, decode_signed_value};
/// let secret = CookieSecret::from("It's a secret to everybody");
/// let value = create_signed_value(&secret, "user", "Kim");
/// let read = |name| decode_signed_value(&secret, name, &value, &DecodeOptions::new());
/// assert_eq!(read("user"), Some(b"Kim".to_vec()));
/// assert_eq!(read("other"), None);
/// ```
#[must_use]
pub fn create_signed_value(secret: &CookieSecret, name: &str, value: impl AsRef<[u8]>) -> String {
    let (version, key) = secret.signing_key();
    v2::create(key, version, name, value.as_ref(), now(None) as u64)
}

/// Signs a value with the version, key and time given in `options`.
///
/// ```
/// use time::macros::datetime;
/// use tornado_cookies::{CookieSecret, SignOptions, create_signed_value_with};
/// let secret = CookieSecret::from("It's a secret to everybody");
/// let options = SignOptions::new().at(datetime!(2011-03-13 07:06:40 UTC));
/// assert_eq!(
///     create_signed_value_with(&secret, "key", "value", &options)?,
///     "2|1:0|10:1300000000|3:key|8:dmFsdWU=|\
///      3d4e60b996ff9c5d5788e333a0cba6f238a22c6c0f94788870e1a9ecd482e152"
/// );
/// # Ok::<(), tornado_cookies::CookieError>(())
/// ```
///
/// # Errors
///
/// When the secret has no key with that version, or when it has several keys
/// and the value is of version 1, which can't say which key signed it.
pub fn create_signed_value_with(
    secret: &CookieSecret,
    name: &str,
    value: impl AsRef<[u8]>,
    options: &SignOptions,
) -> Result<String, CookieError> {
    // A time before 1970 becomes 0, since a value has no room for a sign.
    let timestamp = now(options.now) as u64;
    if options.version == Some(SignedVersion::V1) {
        let key = secret.plain_key().ok_or_else(|| {
            let problem = "version 1 of signed values has one key without a number; use version 2";
            CookieError::new(CookieErrorKind::Key, problem.to_owned())
        })?;
        return Ok(v1::create(&key.sha1, name, value.as_ref(), timestamp));
    }
    let (version, key) = match options.key_version {
        None => secret.signing_key(),
        Some(version) => {
            let key = secret.key(version).ok_or_else(|| secret::no_key(version))?;
            (version, key)
        }
    };
    Ok(v2::create(key, version, name, value.as_ref(), timestamp))
}

/// The value that was signed for the cookie `name`. `None` if the signature,
/// name or version is wrong, or if it is too old.
///
/// For a value of version 1, the log says why; the target is `tornado.general`.
/// Signatures of both versions are compared in constant time. A value of
/// version 1 is `None` if the secret has several keys, where Tornado fails.
/// Tornado's `decode_signed_value`.
///
/// ```
/// use tornado_cookies::{CookieSecret, DecodeOptions, decode_signed_value};
/// let secret = CookieSecret::from("It's a secret to everybody");
/// let value = "2|1:0|10:1300000000|3:key|8:dmFsdWU=|\
///              3d4e60b996ff9c5d5788e333a0cba6f238a22c6c0f94788870e1a9ecd482e152";
/// let options = DecodeOptions::new().max_age_days(100_000.0);
/// assert_eq!(decode_signed_value(&secret, "key", value, &options), Some(b"value".to_vec()));
/// ```
#[must_use]
pub fn decode_signed_value(
    secret: &CookieSecret,
    name: &str,
    value: &str,
    options: &DecodeOptions,
) -> Option<Vec<u8>> {
    let value = value.as_bytes();
    let days = options.max_age_days;
    match version(value) {
        1 if options.min_version == SignedVersion::V1 && !value.is_empty() => {
            let key = &secret.plain_key()?.sha1;
            v1::decode(key, name, value, days, now(options.now))
        }
        2 => v2::decode(secret, name, value, days, || now(options.now)),
        _ => None,
    }
}

/// The version of the key that a value claims to be signed with, unverified.
/// `None` for a value of version 1, for anything that is not a signed value,
/// and for a version that no key can have here.
///
/// Tornado's `get_signature_key_version`.
///
/// ```
/// use tornado_cookies::{CookieSecret, create_signed_value, get_signature_key_version};
/// let secret = CookieSecret::keyed([(1, "old"), (2, "new")], 2)?;
/// let value = create_signed_value(&secret, "a", "b");
/// assert_eq!(get_signature_key_version(&value), Some(2));
/// # Ok::<(), tornado_cookies::CookieError>(())
/// ```
#[must_use]
pub fn get_signature_key_version(value: &str) -> Option<u32> {
    let value = value.as_bytes();
    (version(value) >= 2)
        .then(|| v2::key_version(value))
        .flatten()
}

/// The version at the start of a value. A value without one counts as 1, and so
/// does a number above 999: the base64 of version 1 may begin with digits, at
/// least four of them.
fn version(value: &[u8]) -> u64 {
    let digits = value.iter().position(|byte| !byte.is_ascii_digit());
    match digits {
        // Python's `.` does not match a line break, and its `$` also matches
        // before a final one.
        Some(end)
            if matches!(end, 1..=3)
                && value[0] != b'0'
                && value[end] == b'|'
                && !value[..value.len() - 1].contains(&b'\n') =>
        {
            encoding::parse_decimal(&value[..end]).unwrap_or(1)
        }
        _ => 1,
    }
}

/// Seconds since 1970, with a fraction, since Tornado compares with one.
fn now(fixed: Option<OffsetDateTime>) -> f64 {
    match fixed {
        Some(time) => time.unix_timestamp_nanos() as f64 / 1e9,
        None => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0.0, |passed| passed.as_secs_f64()),
    }
}

/// Whether a time is more than `max_age_days` ago. True if the limit is NaN.
fn expired(timestamp: u64, max_age_days: f64, now: f64) -> bool {
    let oldest = now - max_age_days * SECONDS_PER_DAY;
    oldest.is_nan() || (timestamp as f64) < oldest
}
