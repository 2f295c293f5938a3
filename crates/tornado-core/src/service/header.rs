//! The types accepted as the name and value of a header.

use std::time::SystemTime;

use http::{HeaderName, HeaderValue, header};
use time::OffsetDateTime;

use crate::httputil::format_timestamp;
use crate::{Error, Result};

/// The name of a header: text in any case, or a constant of the `http` crate.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't name a header",
    note = "write the name as text, `\"X-Total\"`, or as one of `http::header`"
)]
pub trait IntoHeaderName {
    /// The name.
    ///
    /// # Errors
    ///
    /// When it has characters that are not allowed in a header's name.
    fn into_header_name(self) -> Result<HeaderName>;
}

impl IntoHeaderName for HeaderName {
    fn into_header_name(self) -> Result<HeaderName> {
        Ok(self)
    }
}

impl IntoHeaderName for &str {
    fn into_header_name(self) -> Result<HeaderName> {
        if let Some(name) = common_name(self) {
            return Ok(name);
        }
        let name = HeaderName::from_bytes(self.as_bytes());
        name.map_err(|_| Error::msg(format!("Unsafe header name {self:?}")))
    }
}

/// The names that handlers use most, in their usual spelling. Comparing costs a
/// tenth of parsing a name in any case.
fn common_name(name: &str) -> Option<HeaderName> {
    Some(match name {
        "Content-Type" => header::CONTENT_TYPE,
        "Cache-Control" => header::CACHE_CONTROL,
        "Content-Length" => header::CONTENT_LENGTH,
        "Content-Disposition" => header::CONTENT_DISPOSITION,
        "Etag" => header::ETAG,
        "Last-Modified" => header::LAST_MODIFIED,
        "Location" => header::LOCATION,
        "Vary" => header::VARY,
        _ => return None,
    })
}

/// The value of a header: text, numbers, times.
///
/// Text is sent as Latin-1, as in Tornado. A control character, or a character
/// beyond Latin-1, is refused: `Unsafe header value`.
///
/// ```
/// use tornado_web::IntoHeaderValue;
/// assert_eq!(3_u64.into_header_value().unwrap(), "3");
/// assert_eq!(std::time::UNIX_EPOCH.into_header_value().unwrap(), "Thu, 01 Jan 1970 00:00:00 GMT");
/// assert_eq!("é".into_header_value().unwrap().as_bytes(), b"\xe9");
/// assert!("a\r\nb".into_header_value().is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the value of a header",
    label = "a text, a number, a time or a `HeaderValue` can",
    note = "`value.to_string()` is the text of what has `Display`; a list is `list.join(\", \")`, or `add_header` \
            for each of them"
)]
pub trait IntoHeaderValue {
    /// The value.
    ///
    /// # Errors
    ///
    /// When it has characters that are not allowed in a header.
    fn into_header_value(self) -> Result<HeaderValue>;
}

impl IntoHeaderValue for HeaderValue {
    fn into_header_value(self) -> Result<HeaderValue> {
        Ok(self)
    }
}

impl IntoHeaderValue for &str {
    fn into_header_value(self) -> Result<HeaderValue> {
        let value = if self.is_ascii() {
            HeaderValue::from_str(self).ok()
        } else {
            let latin1: Option<Vec<u8>> = self
                .chars()
                .map(|c| u8::try_from(u32::from(c)).ok())
                .collect();
            latin1.and_then(|bytes| HeaderValue::from_maybe_shared(bytes::Bytes::from(bytes)).ok())
        };
        value.ok_or_else(|| Error::msg(format!("Unsafe header value {self:?}")))
    }
}

impl IntoHeaderValue for String {
    fn into_header_value(self) -> Result<HeaderValue> {
        self.as_str().into_header_value()
    }
}

impl IntoHeaderValue for &String {
    fn into_header_value(self) -> Result<HeaderValue> {
        self.as_str().into_header_value()
    }
}

impl IntoHeaderValue for SystemTime {
    fn into_header_value(self) -> Result<HeaderValue> {
        OffsetDateTime::from(self).into_header_value()
    }
}

impl IntoHeaderValue for OffsetDateTime {
    fn into_header_value(self) -> Result<HeaderValue> {
        format_timestamp(self).into_header_value()
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl IntoHeaderValue for $number {
            fn into_header_value(self) -> Result<HeaderValue> {
                Ok(HeaderValue::from(self))
            }
        }
    )*};
}

numbers! { i16 i32 i64 isize u16 u32 u64 usize }
