//! Into the page, escaped or not.

use std::fmt;

use super::kinds::Printer;
use crate::error::Error;

/// What stands for each byte that HTML would take for its own.
const ESCAPES: [&str; 256] = {
    let mut table = [""; 256];
    table[b'&' as usize] = "&amp;";
    table[b'<' as usize] = "&lt;";
    table[b'>' as usize] = "&gt;";
    table[b'"' as usize] = "&quot;";
    table[b'\'' as usize] = "&#x27;";
    table
};

/// `xhtml_escape`, right into the page.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    let mut written = 0;
    for (i, byte) in text.bytes().enumerate() {
        let escape = ESCAPES[usize::from(byte)];
        if !escape.is_empty() {
            out.push_str(&text[written..i]);
            out.push_str(escape);
            written = i + 1;
        }
    }
    out.push_str(&text[written..]);
}

/// Python's `UnicodeDecodeError`.
pub(crate) fn no_utf8(bytes: &[u8], error: std::str::Utf8Error) -> Error {
    let at = error.valid_up_to();
    let byte = bytes.get(at).copied().unwrap_or_default();
    let why = match (error.error_len(), byte) {
        (None, _) => "unexpected end of data",
        (_, 0x80..=0xc1 | 0xf5..) => "invalid start byte",
        _ => "invalid continuation byte",
    };
    let message = format!("'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: {why}");
    Error::of("UnicodeDecodeError", message)
}

impl Printer<'_> {
    /// Writes a text, escaped where the page escapes.
    pub fn print_str(&mut self, text: &str) {
        if self.escape {
            push_escaped(self.out, text);
        } else {
            self.out.push_str(text);
        }
    }

    /// Writes a whole number.
    pub fn print_int(&mut self, number: i64) {
        self.out.push_str(itoa::Buffer::new().format(number));
    }
}

impl fmt::Debug for Printer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Printer")
            .field("escape", &self.escape)
            .finish_non_exhaustive()
    }
}
