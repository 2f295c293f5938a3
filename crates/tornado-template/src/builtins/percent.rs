//! `text % values`.

use super::format::{ascii, float_digits, pad_text};
use crate::error::Error;
use crate::value::{Number, V, Value, budget};

/// Python's `text % values`.
pub(crate) fn percent(text: &str, values: &Value) -> Result<String, Error> {
    let mut values = Values {
        all: values,
        next: 0,
        by_name: false,
    };
    budget::room(text.len())?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let before = out.len();
        rest = one(&rest[at + 1..], &mut values, &mut out)?;
        budget::room(out.len() - before)?;
    }
    out.push_str(rest);
    values.check_all_used()?;
    Ok(out)
}

struct Values<'v> {
    all: &'v Value,
    next: usize,
    by_name: bool,
}

impl Values<'_> {
    fn next(&mut self) -> Result<Value, Error> {
        let too_few = || Error::type_error("not enough arguments for format string");
        self.next += 1;
        match &self.all.0 {
            V::Tuple(items) => items.get(self.next - 1).cloned().ok_or_else(too_few),
            _ if self.next == 1 => Ok(self.all.clone()),
            _ => Err(too_few()),
        }
    }

    fn check_all_used(&self) -> Result<(), Error> {
        let left = match &self.all.0 {
            V::Tuple(items) => self.next < items.len(),
            V::Dict(_) | V::List(_) | V::Object(_) => false,
            _ => self.next == 0 && !self.by_name,
        };
        if left {
            return Err(Error::type_error(
                "not all arguments converted during string formatting",
            ));
        }
        Ok(())
    }
}

/// What stands behind a `%`; gives what is behind that.
fn one<'t>(text: &'t str, values: &mut Values<'_>, out: &mut String) -> Result<&'t str, Error> {
    let mut rest = text;
    let mut named = None;
    if let Some(after) = rest.strip_prefix('(') {
        let end = after
            .find(')')
            .ok_or_else(|| Error::value_error("incomplete format key"))?;
        let V::Dict(_) = &values.all.0 else {
            return Err(Error::type_error("format requires a mapping"));
        };
        named = Some(values.all.get_item(&Value::from(&after[..end]))?);
        values.by_name = true;
        rest = &after[end + 1..];
    }
    let flags_end = rest.find(|c| !"-+ #0".contains(c)).unwrap_or(rest.len());
    let (flags, after) = rest.split_at(flags_end);
    rest = after;
    let mut left = flags.contains('-');
    let mut width = number(&mut rest, values)?.unwrap_or(0);
    if width < 0 {
        left = true;
        width = -width;
    }
    let mut precision = None;
    if let Some(after) = rest.strip_prefix('.') {
        rest = after;
        precision = Some(number(&mut rest, values)?.unwrap_or(0).max(0));
    }
    rest = rest.trim_start_matches(['h', 'l', 'L']);
    let kind = rest
        .chars()
        .next()
        .ok_or_else(|| Error::value_error("incomplete format"))?;
    let after = &rest[kind.len_utf8()..];
    if kind == '%' && after.len() + 1 == text.len() {
        out.push('%');
        return Ok(after);
    }
    budget::room(usize::try_from(width.max(precision.unwrap_or(0))).unwrap_or(usize::MAX))?;
    let value = match named {
        Some(value) => value,
        None => values.next()?,
    };
    let precision = precision.and_then(|p| usize::try_from(p).ok());
    let flags = Flags { flags, left, width };
    match kind {
        's' | 'r' | 'a' => {
            let shown = match kind {
                's' => value.try_text()?,
                'r' => value.try_repr()?.into(),
                _ => ascii(&value.try_repr()?)?.into(),
            };
            let end = precision.and_then(|most| shown.char_indices().nth(most));
            let shown = &shown[..end.map_or(shown.len(), |(end, _)| end)];
            out.push_str(&pad_text(shown, width, left)?);
        }
        'c' => {
            let c = match &value.0 {
                V::Str(text) if text.chars().count() == 1 => text.to_string(),
                V::Int(_) | V::Bool(_) => u32::try_from(value.as_i64().unwrap_or_default())
                    .ok()
                    .and_then(char::from_u32)
                    .map(String::from)
                    .ok_or_else(Error::overflow_of_char)?,
                _ => return Err(Error::type_error("%c requires int or char")),
            };
            out.push_str(&pad_text(&c, width, left)?);
        }
        'd' | 'i' | 'u' | 'x' | 'X' | 'o' => out.push_str(&flags.int(&value, kind, precision)?),
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let number = value.as_f64().ok_or_else(|| {
                Error::type_error(format!("must be real number, not {}", value.type_name()))
            })?;
            let digits = float_digits(number.abs(), kind, precision, flags.has('#'));
            let digits = if kind.is_ascii_uppercase() {
                digits.to_uppercase()
            } else {
                digits
            };
            let negative = number.is_sign_negative() && !number.is_nan();
            out.push_str(&flags.number(negative, "", &digits)?);
        }
        kind => {
            let at = text.len() - rest.len() + 1;
            return Err(Error::value_error(format!(
                "unsupported format character '{kind}' (0x{:x}) at index {at}",
                u32::from(kind)
            )));
        }
    }
    Ok(after)
}

/// A width or a precision: digits, or `*` for the next value.
fn number(rest: &mut &str, values: &mut Values<'_>) -> Result<Option<i64>, Error> {
    if let Some(after) = rest.strip_prefix('*') {
        *rest = after;
        let value = values.next()?;
        return value
            .as_i64()
            .map(Some)
            .ok_or_else(|| Error::type_error("* wants int"));
    }
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    *rest = after;
    if digits.is_empty() {
        return Ok(None);
    }
    digits
        .parse()
        .map(Some)
        .map_err(|_| Error::value_error("width too big"))
}

struct Flags<'t> {
    flags: &'t str,
    left: bool,
    width: i64,
}

impl Flags<'_> {
    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    fn int(&self, value: &Value, kind: char, precision: Option<usize>) -> Result<String, Error> {
        let number = match (value.as_number(), kind) {
            (Some(Number::Int(i)), _) => i,
            (Some(Number::Float(f)), 'd' | 'i' | 'u') if f.is_finite() && f.abs() < 9.2e18 => {
                f.trunc() as i64
            }
            (Some(Number::Float(f)), 'd' | 'i' | 'u') if f.is_finite() => {
                return self.number(f < 0.0, "", &format!("{:.0}", f.abs()));
            }
            (Some(Number::Float(f)), 'd' | 'i' | 'u') => {
                let class = if f.is_nan() {
                    "ValueError"
                } else {
                    "OverflowError"
                };
                let what = if f.is_nan() { "NaN" } else { "infinity" };
                return Err(Error::of(
                    class,
                    format!("cannot convert float {what} to integer"),
                ));
            }
            _ => {
                let class = value.type_name();
                let what = if matches!(kind, 'd' | 'i' | 'u') {
                    "a real number"
                } else {
                    "an integer"
                };
                return Err(Error::type_error(format!(
                    "%{kind} format: {what} is required, not {class}"
                )));
            }
        };
        let magnitude = number.unsigned_abs();
        let (prefix, digits) = match kind {
            'x' => ("0x", format!("{magnitude:x}")),
            'X' => ("0X", format!("{magnitude:X}")),
            'o' => ("0o", format!("{magnitude:o}")),
            _ => ("", magnitude.to_string()),
        };
        let prefix = if self.has('#') { prefix } else { "" };
        let missing = precision.unwrap_or(0).saturating_sub(digits.len());
        let digits = "0".repeat(missing) + &digits;
        self.number(number < 0, prefix, &digits)
    }

    fn number(&self, negative: bool, prefix: &str, digits: &str) -> Result<String, Error> {
        let sign = match negative {
            true => "-",
            false if self.has('+') => "+",
            false if self.has(' ') => " ",
            false => "",
        };
        let lead = format!("{sign}{prefix}");
        if self.has('0') && !self.left {
            let missing = usize::try_from(self.width)
                .unwrap_or(0)
                .saturating_sub(lead.len() + digits.len());
            return Ok(format!("{lead}{}{digits}", "0".repeat(missing)));
        }
        pad_text(&format!("{lead}{digits}"), self.width, self.left)
    }
}
