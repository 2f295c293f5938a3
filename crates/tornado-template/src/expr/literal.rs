//! Numbers and texts as they are written.

use crate::error::Error;
use crate::value::Value;

pub(crate) fn number(text: &str) -> Result<Value, Error> {
    let invalid = || Error::syntax(format!("invalid number {text}"));
    if text.starts_with('_') || text.ends_with('_') || text.contains("__") {
        return Err(invalid());
    }
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    let radix = match digits.get(..2) {
        Some("0x" | "0X") => Some(16),
        Some("0o" | "0O") => Some(8),
        Some("0b" | "0B") => Some(2),
        _ => None,
    };
    let beyond = |digits: &str, radix| {
        if !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix)) {
            return Error::syntax(format!(
                "the number {text} has more than 64 bits, the most that is possible here"
            ));
        }
        invalid()
    };
    if let Some(radix) = radix {
        let digits = &digits[2..];
        return i64::from_str_radix(digits, radix)
            .map(Value::from)
            .map_err(|_| beyond(digits, radix));
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        if digits.len() > 1 && digits.starts_with('0') && digits.bytes().any(|b| b != b'0') {
            return Err(Error::syntax(
                "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
            ));
        }
        return digits
            .parse::<i64>()
            .map(Value::from)
            .map_err(|_| beyond(&digits, 10));
    }
    if digits.ends_with(['j', 'J']) {
        return Err(Error::syntax("complex numbers are not supported"));
    }
    digits
        .parse::<f64>()
        .map(Value::from)
        .map_err(|_| invalid())
}

/// A text with its escapes resolved.
pub(crate) fn unescape(body: &str) -> Result<String, Error> {
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(c) = rest.chars().next() else {
            text.push('\\');
            break;
        };
        rest = &rest[c.len_utf8()..];
        let hex = |rest: &str, digits: usize| {
            rest.get(..digits)
                .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
                .and_then(|digits| u32::from_str_radix(digits, 16).ok())
                .ok_or_else(|| Error::syntax("truncated escape in a text"))
        };
        let digits = match c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        if digits > 0 {
            let code = hex(rest, digits)?;
            text.push(
                char::from_u32(code).ok_or_else(|| {
                    Error::syntax("an escape in a text is no character of Unicode")
                })?,
            );
            rest = &rest[digits..];
            continue;
        }
        match c {
            '\n' => {}
            '\r' => rest = rest.strip_prefix('\n').unwrap_or(rest),
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'a' => text.push('\x07'),
            'b' => text.push('\x08'),
            'f' => text.push('\x0c'),
            'v' => text.push('\x0b'),
            '\\' | '\'' | '"' => text.push(c),
            '0'..='7' => {
                let more = rest
                    .bytes()
                    .take(2)
                    .take_while(|b| (b'0'..=b'7').contains(b))
                    .count();
                let code = u32::from_str_radix(&format!("{c}{}", &rest[..more]), 8).unwrap_or(0);
                text.push(char::from_u32(code).unwrap_or_default());
                rest = &rest[more..];
            }
            'N' => {
                return Err(Error::syntax(
                    "names of characters, \\N{..}, are not supported",
                ));
            }
            _ => {
                text.push('\\');
                text.push(c);
            }
        }
    }
    text.push_str(rest);
    Ok(text)
}

/// The bytes of a `b'..'`, one per character.
pub(crate) fn bytes(body: &str, raw: bool) -> Result<Value, Error> {
    if !body.is_ascii() {
        return Err(Error::syntax(
            "bytes can only contain ASCII literal characters",
        ));
    }
    if raw {
        return Ok(Value::bytes(body.as_bytes()));
    }
    // `\u` is not an escape in bytes.
    let body = body
        .replace("\\u", "\\\\u")
        .replace("\\U", "\\\\U")
        .replace("\\N", "\\\\N");
    let text = unescape(&body)?;
    let bytes: Vec<u8> = text.chars().map(|c| u32::from(c) as u8).collect();
    Ok(Value::bytes(bytes))
}
