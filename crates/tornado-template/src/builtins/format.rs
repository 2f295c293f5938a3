//! `format(value, spec)`, `str.format` and what f-strings do.

use super::pad::pad;
use crate::error::Error;
use crate::value::{Number, V, Value, budget, float_repr, python_exponent};

/// What `!s`, `!r` and `!a` make of a value.
pub(crate) fn convert(value: Value, conversion: Option<char>) -> Result<Value, Error> {
    Ok(match conversion {
        Some('s') => Value::from(value.try_text()?),
        Some('r') => Value::from(value.try_repr()?),
        Some('a') => Value::from(ascii(&value.try_repr()?)?),
        _ => value,
    })
}

/// A `repr` with escapes for all that is no ASCII.
pub(super) fn ascii(repr: &str) -> Result<String, Error> {
    if !repr.is_ascii() {
        budget::room(repr.len().saturating_mul(6))?;
    }
    let mut out = String::with_capacity(repr.len());
    for c in repr.chars() {
        match u32::from(c) {
            0..=0x7f => out.push(c),
            code @ 0x80..=0xff => out.push_str(&format!("\\x{code:02x}")),
            code @ 0x100..=0xffff => out.push_str(&format!("\\u{code:04x}")),
            code => out.push_str(&format!("\\U{code:08x}")),
        }
    }
    Ok(out)
}

/// The parts of a format spec.
struct Spec {
    fill: char,
    align: Option<char>,
    sign: char,
    signed: bool,
    negative_zero: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    grouping: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

impl Spec {
    fn read(text: &str, value: &Value) -> Result<Spec, Error> {
        let chars: Vec<char> = text.chars().collect();
        let invalid = || {
            let class = value.type_name();
            Error::value_error(format!(
                "Invalid format specifier '{text}' for object of type '{class}'"
            ))
        };
        let is_align = |c: Option<&char>| matches!(c, Some('<' | '>' | '=' | '^'));
        let mut at = 0;
        let mut filled = false;
        let mut spec = Spec {
            fill: ' ',
            align: None,
            sign: '-',
            signed: false,
            negative_zero: false,
            alternate: false,
            zero: false,
            width: 0,
            grouping: None,
            precision: None,
            kind: None,
        };
        if is_align(chars.get(1)) {
            spec.fill = chars[0];
            filled = true;
            spec.align = Some(chars[1]);
            at = 2;
        } else if is_align(chars.first()) {
            spec.align = Some(chars[0]);
            at = 1;
        }
        if let Some(c @ ('+' | '-' | ' ')) = chars.get(at) {
            spec.sign = *c;
            spec.signed = true;
            at += 1;
        }
        if chars.get(at) == Some(&'z') {
            spec.negative_zero = true;
            at += 1;
        }
        if chars.get(at) == Some(&'#') {
            spec.alternate = true;
            at += 1;
        }
        if chars.get(at) == Some(&'0') {
            spec.zero = true;
            if !filled {
                spec.fill = '0';
            }
            at += 1;
        }
        let number = |at: &mut usize| -> Result<Option<usize>, Error> {
            let start = *at;
            while chars.get(*at).is_some_and(char::is_ascii_digit) {
                *at += 1;
            }
            let digits: String = chars[start..*at].iter().collect();
            if digits.is_empty() {
                return Ok(None);
            }
            let number = digits
                .parse()
                .map_err(|_| Error::value_error("Too many decimal digits in format string"))?;
            budget::room(number)?;
            Ok(Some(number))
        };
        spec.width = number(&mut at)?.unwrap_or(0);
        if let Some(c @ (',' | '_')) = chars.get(at) {
            spec.grouping = Some(*c);
            at += 1;
        }
        if chars.get(at) == Some(&'.') {
            at += 1;
            let precision = number(&mut at)?;
            spec.precision = Some(
                precision
                    .ok_or_else(|| Error::value_error("Format specifier missing precision"))?,
            );
        }
        if let Some(c) = chars.get(at) {
            spec.kind = Some(*c);
            at += 1;
        }
        if at < chars.len() {
            return Err(invalid());
        }
        Ok(spec)
    }

    /// Pads a text, or a number with its sign.
    fn pad(&self, sign: &str, body: &str, default: char) -> Result<String, Error> {
        let fill = if self.zero && self.align.is_none() {
            '0'
        } else {
            self.fill
        };
        let align = self.align.unwrap_or(if self.zero { '=' } else { default });
        let whole = format!("{sign}{body}");
        let missing = self.width.saturating_sub(whole.chars().count());
        let padding = |n: usize| fill.to_string().repeat(n);
        Ok(match align {
            '<' => whole + &padding(missing),
            '^' => format!(
                "{}{whole}{}",
                padding(missing / 2),
                padding(missing - missing / 2)
            ),
            '=' => format!("{sign}{}{body}", padding(missing)),
            _ => padding(missing) + &whole,
        })
    }
}

/// Python's `format(value, spec)`.
pub(crate) fn format(value: &Value, text: &str) -> Result<String, Error> {
    if text.is_empty() {
        return value.try_text().map(|text| text.to_string());
    }
    if let V::Object(object) = &value.0
        && let Some(result) = object.format(text)
    {
        return result;
    }
    let unknown = |kind: char| {
        let class = value.type_name();
        Error::value_error(format!(
            "Unknown format code '{kind}' for object of type '{class}'"
        ))
    };
    match &value.0 {
        V::Str(string) => {
            let spec = Spec::read(text, value)?;
            if spec.align == Some('=') {
                return Err(Error::value_error(
                    "'=' alignment not allowed in string format specifier",
                ));
            }
            if let Some(kind) = spec.kind.filter(|kind| *kind != 's') {
                return Err(unknown(kind));
            }
            if spec.negative_zero {
                return Err(Error::value_error(
                    "Negative zero coercion (z) not allowed in string format specifier",
                ));
            }
            if let Some(separator) = spec.grouping {
                return Err(Error::value_error(format!(
                    "Cannot specify '{separator}' with 's'."
                )));
            }
            if spec.signed {
                return Err(Error::value_error(
                    "Sign not allowed in string format specifier",
                ));
            }
            let length = spec.precision.unwrap_or(usize::MAX);
            let part: String = string.chars().take(length).collect();
            let left = Spec {
                align: spec.align.or(Some('<')),
                ..spec
            };
            left.pad("", &part, '<')
        }
        V::Int(_) | V::Bool(_) | V::Float(_) => {
            let spec = Spec::read(text, value)?;
            match (value.as_number(), spec.kind) {
                (Some(Number::Int(i)), None | Some('d' | 'n' | 'b' | 'o' | 'x' | 'X' | 'c')) => {
                    int(&spec, i)
                }
                (Some(Number::Int(i)), Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%')) => {
                    float(&spec, i as f64)
                }
                (
                    Some(Number::Float(f)),
                    None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%'),
                ) => float(&spec, f),
                (_, kind) => Err(unknown(kind.unwrap_or('s'))),
            }
        }
        _ => {
            let class = value.type_name();
            Err(Error::type_error(format!(
                "unsupported format string passed to {class}.__format__"
            )))
        }
    }
}

fn sign_of(spec_sign: char, negative: bool) -> &'static str {
    match (negative, spec_sign) {
        (true, _) => "-",
        (false, '+') => "+",
        (false, ' ') => " ",
        _ => "",
    }
}

fn int(spec: &Spec, i: i64) -> Result<String, Error> {
    if spec.precision.is_some() {
        return Err(Error::value_error(
            "Precision not allowed in integer format specifier",
        ));
    }
    if let (Some(separator), Some(kind)) = (spec.grouping, spec.kind)
        && kind != 'd'
        && (separator == ',' || matches!(kind, 'n' | 'c'))
    {
        return Err(Error::value_error(format!(
            "Cannot specify '{separator}' with '{kind}'."
        )));
    }
    let magnitude = i.unsigned_abs();
    let (prefix, digits, every) = match spec.kind {
        Some('b') => ("0b", format!("{magnitude:b}"), 4),
        Some('o') => ("0o", format!("{magnitude:o}"), 4),
        Some('x') => ("0x", format!("{magnitude:x}"), 4),
        Some('X') => ("0X", format!("{magnitude:X}"), 4),
        Some('c') if spec.alternate => {
            return Err(Error::value_error(
                "Alternate form (#) not allowed with integer format specifier 'c'",
            ));
        }
        Some('c') if spec.signed => {
            return Err(Error::value_error(
                "Sign not allowed with integer format specifier 'c'",
            ));
        }
        Some('c') => {
            let c = u32::try_from(i).ok().and_then(char::from_u32);
            let c = c.ok_or_else(Error::overflow_of_char)?;
            return spec.pad("", &c.to_string(), '<');
        }
        _ => ("", magnitude.to_string(), 3),
    };
    let sign = sign_of(spec.sign, i < 0);
    let prefix = if spec.alternate { prefix } else { "" };
    let lead = format!("{sign}{prefix}");
    let digits = group(spec, &digits, every, lead.len());
    spec.pad(&lead, &digits, '>')
}

/// Digits with commas; with zeros before them, if the spec fills by zeros.
fn group(spec: &Spec, digits: &str, every: usize, before: usize) -> String {
    let Some(separator) = spec.grouping else {
        return digits.to_owned();
    };
    let (whole, rest) = digits.split_at(digits.find(['.', 'e', 'E', '%']).unwrap_or(digits.len()));
    if !whole.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return digits.to_owned();
    }
    let grouped = |whole: &str| {
        let mut out = String::new();
        for (i, c) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(every) {
                out.push(separator);
            }
            out.push(c);
        }
        out
    };
    let fills = spec.zero && spec.align.is_none() || (spec.fill == '0' && spec.align == Some('='));
    if fills {
        let mut length = whole.len();
        while before + length + (length - 1) / every + rest.len() < spec.width {
            length += 1;
        }
        return grouped(&("0".repeat(length - whole.len()) + whole)) + rest;
    }
    grouped(whole) + rest
}

fn float(spec: &Spec, f: f64) -> Result<String, Error> {
    let sign = sign_of(spec.sign, f.is_sign_negative() && !f.is_nan());
    let kind = spec.kind;
    if let (Some(separator), Some('n')) = (spec.grouping, kind) {
        return Err(Error::value_error(format!(
            "Cannot specify '{separator}' with 'n'."
        )));
    }
    let mut body = match kind {
        Some('%') => {
            fixed(
                (f * 100.0).abs(),
                spec.precision.unwrap_or(6),
                spec.alternate,
            ) + "%"
        }
        None => match spec.precision {
            // As `repr`, and as `g` but for a digit behind the point.
            None => float_repr(f.abs()),
            Some(precision) => general(f.abs(), precision.max(1), spec.alternate, true),
        },
        Some(kind) => float_digits(f.abs(), kind, spec.precision, spec.alternate),
    };
    if kind.is_some_and(|kind| kind.is_ascii_uppercase()) {
        body = body.to_uppercase();
    }
    let body = if f.is_finite() {
        group(spec, &body, 3, sign.len())
    } else {
        body
    };
    spec.pad(sign, &body, '>')
}

fn fixed(f: f64, precision: usize, alternate: bool) -> String {
    if !f.is_finite() {
        return float_repr(f);
    }
    let point = if alternate && precision == 0 { "." } else { "" };
    let (exact, zeros) = exact(precision);
    format!("{f:.exact$}{point}{zeros}")
}

/// How many digits to ask Rust for, which has a limit, and the zeros behind them: no
/// float has more than 1,074 digits behind its point.
fn exact(digits: usize) -> (usize, String) {
    let exact = digits.min(1100);
    (exact, "0".repeat(digits - exact))
}

/// The digits of `%e`, `%f` and `%g` for a number that is not negative.
pub(super) fn float_digits(
    f: f64,
    kind: char,
    precision: Option<usize>,
    alternate: bool,
) -> String {
    let precision = precision.unwrap_or(6);
    match kind.to_ascii_lowercase() {
        _ if !f.is_finite() => float_repr(f),
        'e' => {
            let (exact, zeros) = exact(precision);
            let text = python_exponent(&format!("{f:.exact$e}"));
            let text = text.replacen('e', &format!("{zeros}e"), 1);
            if alternate && precision == 0 {
                text.replacen('e', ".e", 1)
            } else {
                text
            }
        }
        'g' | 'n' => general(f, precision.max(1), alternate, false),
        _ => fixed(f, precision, alternate),
    }
}

/// As many digits as wanted, by an exponent where the number is large or small.
fn general(f: f64, precision: usize, alternate: bool, like_repr: bool) -> String {
    if !f.is_finite() {
        return float_repr(f);
    }
    let (exact, zeros) = exact(precision - 1);
    let scientific = format!("{f:.exact$e}");
    let exponent: i32 = scientific
        .split_once('e')
        .and_then(|(_, e)| e.parse().ok())
        .unwrap_or(0);
    let trim = |digits: &str| {
        if alternate {
            let point = if digits.contains('.') { "" } else { "." };
            return format!("{digits}{point}{zeros}");
        }
        if !digits.contains('.') {
            return digits.to_owned();
        }
        digits
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    };
    let last = precision as i64 - i64::from(like_repr);
    if exponent < -4 || i64::from(exponent) >= last {
        let (digits, _) = scientific.split_once('e').unwrap_or((&scientific, ""));
        return python_exponent(&format!("{}e{exponent}", trim(digits)));
    }
    let places = usize::try_from(exact as i64 - i64::from(exponent)).unwrap_or(0);
    let digits = trim(&format!("{f:.places$}"));
    if like_repr && !digits.contains('.') {
        digits + ".0"
    } else {
        digits
    }
}

/// Pads a text for `%10s` and its like.
pub(super) fn pad_text(text: &str, width: i64, left: bool) -> Result<String, Error> {
    pad(text, width, " ", if left { "ljust" } else { "rjust" }).map(|value| value.to_string())
}
