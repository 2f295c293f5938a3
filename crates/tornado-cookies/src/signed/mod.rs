//! Signed values: who has the secret can read and write them, everyone can read
//! what is in them, and no one else can change them.

mod encoding;
mod secret;
mod v1;
mod v2;

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

use crate::{CookieError, CookieErrorKind};

pub use secret::CookieSecret;

const SECONDS_PER_DAY: f64 = 86400.0;

/// The age that a value may have if nothing else is said, and how far in the
/// future one of version 1 may be.
const MAX_AGE_DAYS: f64 = 31.0;

/// The forms of signed values that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SignedVersion {
    /// HMAC-SHA1, Tornado's form before 3.2.1.
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
    /// Version 2, the key of the secret that signs, and now.
    #[must_use]
    pub const fn new() -> SignOptions {
        SignOptions {
            version: None,
            key_version: None,
            now: None,
        }
    }

    /// The form to write. Tornado's `version`.
    #[must_use]
    pub const fn version(mut self, version: SignedVersion) -> SignOptions {
        self.version = Some(version);
        self
    }

    /// The key to sign with, in place of the one that the secret has for it.
    /// Tornado's `key_version`.
    #[must_use]
    pub const fn key_version(mut self, key_version: u32) -> SignOptions {
        self.key_version = Some(key_version);
        self
    }

    /// The time to sign as of, in place of the system's. Tornado's `clock`.
    #[must_use]
    pub const fn at(mut self, now: OffsetDateTime) -> SignOptions {
        self.now = Some(now);
        self
    }

    /// What [`at`](Self::at) has set; `None` stands for the system's time.
    #[must_use]
    pub const fn now(&self) -> Option<OffsetDateTime> {
        self.now
    }
}

/// Which values [`decode_signed_value`] takes.
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

    /// How old a value may be, in days since it was signed. This counts, not
    /// the time at which its cookie ends. Tornado's `max_age_days`.
    #[must_use]
    pub const fn max_age_days(mut self, days: f64) -> DecodeOptions {
        self.max_age_days = days;
        self
    }

    /// The lowest version to read. Tornado's `min_version`.
    #[must_use]
    pub const fn min_version(mut self, version: SignedVersion) -> DecodeOptions {
        self.min_version = version;
        self
    }

    /// The time to read as of, in place of the system's. Tornado's `clock`.
    #[must_use]
    pub const fn at(mut self, now: OffsetDateTime) -> DecodeOptions {
        self.now = Some(now);
        self
    }

    /// What [`at`](Self::at) has set; `None` stands for the system's time.
    #[must_use]
    pub const fn now(&self) -> Option<OffsetDateTime> {
        self.now
    }
}

/// Signs a value for the cookie of a name.
///
/// It is not encrypted: whoever has the cookie can read it. The value can be
/// any bytes. Tornado's `create_signed_value`, version 2.
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

/// Signs a value, with the version, the key and the time that are asked for.
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
/// When the secret has no key of that version, or when it has several keys and
/// version 1 can't say which.
pub fn create_signed_value_with(
    secret: &CookieSecret,
    name: &str,
    value: impl AsRef<[u8]>,
    options: &SignOptions,
) -> Result<String, CookieError> {
    // A time before 1970 is 0: a value has no place for a sign.
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

/// The value that was signed for the cookie of a name, or `None` if the
/// signature, the name or the version is wrong, or it is too old.
///
/// Version 1 tells the log why; its target is `tornado.general`. Both are
/// compared in constant time. One of version 1 for a secret with several keys
/// is `None`, where Tornado fails. Tornado's `decode_signed_value`.
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

/// The version of the key that a value says it is signed with. Nothing is
/// verified. `None` if it is of version 1, no signed value, or signed with a
/// version that no key can have here.
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

/// The version in front of a value. It is 1 if there is none, and above 999,
/// for the base64 of version 1 can be digits: four of them at least.
fn version(value: &[u8]) -> u64 {
    let digits = value.iter().position(|byte| !byte.is_ascii_digit());
    match digits {
        // Python's `.` is no line break, and its `$` can be before the last.
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

/// Seconds since 1970, with a fraction, for Tornado compares with one.
fn now(fixed: Option<OffsetDateTime>) -> f64 {
    match fixed {
        Some(time) => time.unix_timestamp_nanos() as f64 / 1e9,
        None => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0.0, |passed| passed.as_secs_f64()),
    }
}

/// Whether a time is longer ago than so many days. It is for an age that is no
/// number.
fn expired(timestamp: u64, max_age_days: f64, now: f64) -> bool {
    let oldest = now - max_age_days * SECONDS_PER_DAY;
    oldest.is_nan() || (timestamp as f64) < oldest
}
