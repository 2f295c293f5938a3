//! Functions of numbers.

use crate::error::Error;
use crate::value::{Args, Number, V, Value};

pub(super) fn abs(value: &Value) -> Result<Value, Error> {
    match value.as_number() {
        Some(Number::Int(i)) => i.checked_abs().map(Value::from).ok_or_else(Error::overflow),
        Some(Number::Float(f)) => Ok(Value::from(f.abs())),
        None => {
            if let V::Object(object) = &value.0
                && let Some(result) = object.operate("abs", &Value::none(), false)
            {
                return result;
            }
            Err(Error::type_error(format!(
                "bad operand type for abs(): '{}'",
                value.type_name()
            )))
        }
    }
}

pub(super) fn based(args: &Args, prefix: &str, digits: fn(u64) -> String) -> Result<Value, Error> {
    let i: i64 = args.get(0, "number")?;
    let sign = if i < 0 { "-" } else { "" };
    Ok(Value::from(format!(
        "{sign}{prefix}{}",
        digits(i.unsigned_abs())
    )))
}

pub(super) fn round(args: &Args) -> Result<Value, Error> {
    let number: Value = args.get(0, "number")?;
    let digits: Option<i64> = args.get_or(1, "ndigits", None)?;
    match (number.as_number(), digits) {
        (Some(Number::Int(i)), None | Some(0..)) => Ok(Value::from(i)),
        (Some(Number::Int(i)), Some(digits)) => {
            let power = u32::try_from(-digits)
                .ok()
                .and_then(|digits| 10i64.checked_pow(digits));
            let Some(power) = power else {
                return Ok(Value::from(0));
            };
            let (floor, rest) = (i.div_euclid(power), i.rem_euclid(power));
            let up = rest * 2 > power || (rest * 2 == power && floor % 2 != 0);
            (floor + i64::from(up))
                .checked_mul(power)
                .map(Value::from)
                .ok_or_else(Error::overflow)
        }
        (Some(Number::Float(f)), None) => {
            if !f.is_finite() {
                let what = if f.is_nan() {
                    "ValueError"
                } else {
                    "OverflowError"
                };
                return Err(Error::of(
                    what,
                    format!("cannot convert float {f} to integer"),
                ));
            }
            let rounded = f.round_ties_even();
            if rounded.abs() < 9.2e18 {
                Ok(Value::from(rounded as i64))
            } else {
                Err(Error::overflow())
            }
        }
        (Some(Number::Float(f)), Some(digits)) => {
            if !f.is_finite() || digits > 323 {
                return Ok(Value::from(f));
            }
            if digits >= 0 {
                // The text of it is rounded by the exact value, half to even.
                let text = format!("{f:.0$}", usize::try_from(digits).unwrap_or(0));
                return Ok(Value::from(text.parse::<f64>().unwrap_or(f)));
            }
            let power = 10f64.powi(i32::try_from(-digits).unwrap_or(400));
            let rounded = (f / power).round_ties_even() * power;
            Ok(Value::from(if rounded.is_finite() { rounded } else { 0.0 }))
        }
        _ => Err(Error::type_error(format!(
            "type {} doesn't define __round__ method",
            number.type_name()
        ))),
    }
}

pub(super) fn int(args: &Args) -> Result<Value, Error> {
    let value = args.find(0, "x").cloned().unwrap_or_else(|| Value::from(0));
    let base: Option<i64> = args.get_or(1, "base", None)?;
    if base.is_some_and(|base| base != 0 && !(2..=36).contains(&base)) {
        return Err(Error::value_error(
            "int() base must be >= 2 and <= 36, or 0",
        ));
    }
    if base.is_some() && !matches!(value.0, V::Str(_) | V::Bytes(_)) {
        return Err(Error::type_error(
            "int() can't convert non-string with explicit base",
        ));
    }
    match (&value.0, value.as_number()) {
        (_, Some(Number::Int(i))) => Ok(Value::from(i)),
        (_, Some(Number::Float(f))) if f.is_finite() => {
            if f.abs() < 9.2e18 {
                Ok(Value::from(f.trunc() as i64))
            } else {
                Err(Error::overflow())
            }
        }
        (_, Some(Number::Float(f))) if f.is_nan() => {
            Err(Error::value_error("cannot convert float NaN to integer"))
        }
        (_, Some(Number::Float(_))) => Err(Error::of(
            "OverflowError",
            "cannot convert float infinity to integer",
        )),
        (V::Str(_) | V::Bytes(_), _) => {
            let text = match value.as_bytes() {
                Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                None => value.to_string(),
            };
            parse_int(&text, base.unwrap_or(10)).ok_or_else(|| {
                Error::value_error(format!(
                    "invalid literal for int() with base {}: {}",
                    base.unwrap_or(10),
                    value.brief()
                ))
            })?
        }
        _ => Err(Error::type_error(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            value.type_name()
        ))),
    }
}

fn parse_int(text: &str, base: i64) -> Option<Result<Value, Error>> {
    let text = text.trim_matches(super::text_parts::is_space);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let prefixed = match (base, lower.get(..2)) {
        (0 | 16, Some("0x")) => Some(16),
        (0 | 8, Some("0o")) => Some(8),
        (0 | 2, Some("0b")) => Some(2),
        _ => None,
    };
    let digits = if prefixed.is_some() {
        &lower[2..]
    } else {
        &*lower
    };
    let base = prefixed.unwrap_or(if base == 0 {
        10
    } else {
        u32::try_from(base).ok()?
    });
    if digits.is_empty()
        || digits.starts_with('_')
        || digits.ends_with('_')
        || digits.contains("__")
        || !(2..=36).contains(&base)
    {
        return None;
    }
    let digits = digits.replace('_', "");
    if !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    let number = i64::from_str_radix(
        &format!("{}{digits}", if negative { "-" } else { "" }),
        base,
    );
    Some(number.map(Value::from).map_err(|_| Error::overflow()))
}

pub(super) fn float(args: &Args) -> Result<Value, Error> {
    let value = args
        .find(0, "x")
        .cloned()
        .unwrap_or_else(|| Value::from(0.0));
    if let Some(number) = value.as_f64() {
        return Ok(Value::from(number));
    }
    let Some(text) = value.as_str() else {
        return Err(Error::type_error(format!(
            "float() argument must be a string or a real number, not '{}'",
            value.type_name()
        )));
    };
    let digits = text
        .trim_matches(super::text_parts::is_space)
        .replace('_', "");
    digits.parse::<f64>().map(Value::from).map_err(|_| {
        Error::value_error(format!(
            "could not convert string to float: {}",
            value.brief()
        ))
    })
}
