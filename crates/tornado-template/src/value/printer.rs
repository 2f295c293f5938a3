//! Writing to the page, escaped or not.

use std::fmt;

use super::kinds::Printer;
use super::text::push_float;
use crate::error::Error;

/// The replacements for bytes that are special in HTML, by the number of the byte.
const ESCAPES: [&str; 6] = ["", "&amp;", "&lt;", "&gt;", "&quot;", "&#x27;"];

/// Which bytes those are: 0 for all others.
const NUMBERS: [u8; 256] = {
    let mut table = [0; 256];
    table[b'&' as usize] = 1;
    table[b'<' as usize] = 2;
    table[b'>' as usize] = 3;
    table[b'"' as usize] = 4;
    table[b'\'' as usize] = 5;
    table
};

/// `xhtml_escape`, directly into the page.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest
        .bytes()
        .position(|byte| NUMBERS[usize::from(byte)] != 0)
    {
        let number = NUMBERS[usize::from(rest.as_bytes()[at])];
        out.push_str(&rest[..at]);
        out.push_str(ESCAPES[usize::from(number)]);
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
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
    /// Writes a text, escaped if the page escapes.
    pub fn print_str(&mut self, text: &str) {
        if self.escape {
            push_escaped(self.out, text);
        } else {
            self.out.push_str(text);
        }
    }

    /// Writes a float, as Python shows it.
    pub fn print_float(&mut self, number: f64) {
        push_float(self.out, number);
    }

    /// Writes an integer.
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
