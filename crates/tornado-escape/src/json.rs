//! JSON in the bytes of Python's `json.dumps`.

use std::io::{self, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::ser::{Formatter, Serializer};

/// Encodes a value as JSON, in the exact bytes that Python writes (Tornado's
/// `json_encode`): ASCII only, with a space after `,` and `:`. `</` becomes
/// `<\/`, so the result is safe inside a `<script>`.
///
/// # Errors
///
/// When the value can't be JSON, such as a map whose keys are not text.
///
/// ```
/// use tornado_escape::json_encode;
///
/// let value = serde_json::json!({"name": "Zoë", "tags": ["</b>", 1.0, null]});
/// assert_eq!(json_encode(&value).unwrap(), r#"{"name": "Zo\u00eb", "tags": ["<\/b>", 1.0, null]}"#);
/// ```
#[expect(
    clippy::missing_panics_doc,
    reason = "what is written is ASCII, so it is UTF-8"
)]
pub fn json_encode<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let mut out = Vec::with_capacity(128);
    value.serialize(&mut Serializer::with_formatter(&mut out, Python))?;
    Ok(String::from_utf8(out).expect("it is written as ASCII"))
}

/// Decodes JSON (Tornado's `json_decode`).
///
/// # Errors
///
/// When the text is not JSON, or does not fit a `T`.
///
/// ```
/// let numbers: Vec<u8> = tornado_escape::json_decode("[1, 2]").unwrap();
/// assert_eq!(numbers, [1, 2]);
/// ```
pub fn json_decode<T: DeserializeOwned>(text: impl AsRef<[u8]>) -> serde_json::Result<T> {
    serde_json::from_slice(text.as_ref())
}

/// Python's separators, escapes and numbers.
struct Python;

impl Formatter for Python {
    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        separate(out, first)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        separate(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // `<` and `/` need no escape, so `</` is never split across two
        // fragments.
        let special = |b: u8| !(b' '..=b'~').contains(&b) || b == b'<';
        let Some(first) = fragment.bytes().position(special) else {
            return out.write_all(fragment.as_bytes());
        };
        out.write_all(&fragment.as_bytes()[..first])?;
        let mut chars = fragment[first..].chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '<' if chars.next_if_eq(&'/').is_some() => out.write_all(b"<\\/")?,
                ' '..='~' => out.write_all(&[c as u8])?,
                _ => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        write!(out, "\\u{unit:04x}")?;
                    }
                }
            }
        }
        Ok(())
    }

    fn write_f32<W: ?Sized + Write>(&mut self, out: &mut W, value: f32) -> io::Result<()> {
        out.write_all(python_float(&format!("{value:e}"), &format!("{value}")).as_bytes())
    }

    fn write_f64<W: ?Sized + Write>(&mut self, out: &mut W, value: f64) -> io::Result<()> {
        out.write_all(python_float(&format!("{value:e}"), &format!("{value}")).as_bytes())
    }
}

fn separate<W: ?Sized + Write>(out: &mut W, first: bool) -> io::Result<()> {
    if first { Ok(()) } else { out.write_all(b", ") }
}

/// A number as Python's `repr` writes it: below 1e-4 and from 1e16 on with an
/// exponent of at least two digits, otherwise with a decimal point. Both use
/// the fewest digits that read back as the same number.
fn python_float(scientific: &str, plain: &str) -> String {
    let (digits, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..16).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
        }
        _ if plain.contains('.') => plain.to_owned(),
        _ => format!("{plain}.0"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// What Python 3.11's `json.dumps` gives for each.
    #[test]
    fn the_bytes_are_python_s() {
        for (value, expected) in [
            (
                json!({"a": 1, "b": [true, null]}),
                r#"{"a": 1, "b": [true, null]}"#,
            ),
            (json!([]), "[]"),
            (json!({}), "{}"),
            (json!([{}]), "[{}]"),
            (
                json!("\u{7f}\u{0}\n\t\"\\\u{8}\u{c}\r"),
                r#""\u007f\u0000\n\t\"\\\b\f\r""#,
            ),
            (json!("é😀"), r#""\u00e9\ud83d\ude00""#),
            (json!("<//</script><"), r#""<\//<\/script><""#),
            (json!(1e16), "1e+16"),
            (json!(9_999_999_999_999_998.0), "9999999999999998.0"),
            (json!(1e-5), "1e-05"),
            (json!(0.0001), "0.0001"),
            (json!(-0.0), "-0.0"),
            (json!(1.5e300), "1.5e+300"),
            (json!(0.1), "0.1"),
            (json!(100.0), "100.0"),
            (json!(u64::MAX), "18446744073709551615"),
        ] {
            assert_eq!(json_encode(&value).unwrap(), expected);
        }
        assert_eq!(json_encode(&0.1f32).unwrap(), "0.1");
        assert_eq!(json_encode(&f64::NAN).unwrap(), "null");
    }

    proptest! {
        #[test]
        fn json_comes_back(text: String, number: f64, whole: i64) {
            let value = json!({ "t": text, "f": number, "i": whole, text.clone(): [] });
            let encoded = json_encode(&value).unwrap();
            prop_assert!(encoded.is_ascii() && !encoded.contains("</"));
            prop_assert_eq!(json_decode::<serde_json::Value>(&encoded).unwrap(), value);
        }
    }
}
