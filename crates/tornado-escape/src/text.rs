//! Text and its bytes.

use std::str::Utf8Error;

/// The bytes of a text, in UTF-8. Bytes stay as they are (Tornado's `utf8`).
///
/// ```
/// use tornado_escape::utf8;
///
/// assert_eq!(utf8("é"), b"\xc3\xa9");
/// assert_eq!(utf8(&[0xff_u8]), [0xff]);
/// ```
#[must_use]
pub fn utf8<T: AsRef<[u8]> + ?Sized>(value: &T) -> &[u8] {
    value.as_ref()
}

/// The text of UTF-8 bytes. Text stays as it is (Tornado's `to_unicode`, and
/// the older `native_str`).
///
/// ```
/// use tornado_escape::to_unicode;
///
/// assert_eq!(to_unicode(b"\xc3\xa9"), Ok("é"));
/// assert!(to_unicode(b"\xff").is_err());
/// ```
///
/// # Errors
///
/// When they are not UTF-8.
pub fn to_unicode<T: AsRef<[u8]> + ?Sized>(value: &T) -> Result<&str, Utf8Error> {
    std::str::from_utf8(value.as_ref())
}
