//! Python's functions.

use std::sync::{Arc, Mutex};

use super::classes::is_instance;
use super::format::{ascii, format};
use super::list;
use crate::error::Error;
use crate::value::{Args, Binary, Caller, Number, V, Value, new_dict};

/// Those that a call makes.
pub(super) const CLASSES: &[&str] = &[
    "bool",
    "bytes",
    "dict",
    "enumerate",
    "filter",
    "float",
    "frozenset",
    "int",
    "list",
    "map",
    "object",
    "range",
    "reversed",
    "set",
    "slice",
    "str",
    "tuple",
    "type",
    "zip",
];

/// The classes of what can't be made by a call.
const TYPES: &[&str] = &[
    "NoneType",
    "ObjectDict",
    "builtin_function_or_method",
    "dict_items",
    "dict_keys",
    "dict_values",
    "function",
    "generator",
    "method",
    "module",
];

pub(super) type Builtin = fn(&mut dyn Caller, Args) -> Result<Value, Error>;

/// All of them but those that look for methods.
pub(super) const FUNCTIONS: &[(&str, Builtin)] = &[
    ("abs", |_, args| abs(&args.get(0, "x")?)),
    ("all", |_, args| {
        Ok(Value::from(iterable(&args)?.iter().all(Value::is_true)))
    }),
    ("any", |_, args| {
        Ok(Value::from(iterable(&args)?.iter().any(Value::is_true)))
    }),
    ("ascii", |_, args| {
        Ok(Value::from(ascii(&args.get::<Value>(0, "obj")?.repr())))
    }),
    ("bin", |_, args| based(&args, "0b", |i| format!("{i:b}"))),
    ("callable", |_, args| {
        let value: Value = args.get(0, "obj")?;
        let callable = matches!(
            value.0,
            V::Function(_) | V::Method(_) | V::Lambda(_) | V::Class(_) | V::Remote(_)
        );
        Ok(Value::from(callable))
    }),
    ("chr", |_, args| {
        let code: i64 = args.get(0, "i")?;
        let c = u32::try_from(code).ok().and_then(char::from_u32);
        c.map(Value::from)
            .ok_or_else(|| Error::value_error("chr() arg not in range(0x110000)"))
    }),
    ("divmod", |_, args| {
        let (a, b): (Value, Value) = (args.get(0, "x")?, args.get(1, "y")?);
        Ok(Value::from((
            a.binary(Binary::FloorDiv, &b)?,
            a.binary(Binary::Mod, &b)?,
        )))
    }),
    ("format", |_, args| {
        let spec: String = args.get_or(1, "format_spec", String::new())?;
        format(&args.get(0, "value")?, &spec).map(Value::from)
    }),
    ("hash", |_, args| {
        let value: Value = args.get(0, "obj")?;
        value.check_hashable()?;
        value
            .as_i64()
            .map(Value::from)
            .ok_or_else(|| Error::type_error("hash() of what is no number is not supported"))
    }),
    ("hex", |_, args| based(&args, "0x", |i| format!("{i:x}"))),
    ("isinstance", |_, args| {
        Ok(Value::from(is_instance(
            &args.get(0, "obj")?,
            &args.get(1, "class")?,
        )?))
    }),
    ("iter", |_, args| Ok(iterator(iterable(&args)?))),
    ("len", |_, args| {
        args.check("len", &["obj"])?;
        let value: Value = args.get(0, "obj")?;
        value.len().map(Value::from).ok_or_else(|| {
            Error::type_error(format!(
                "object of type '{}' has no len()",
                value.type_name()
            ))
        })
    }),
    ("max", |caller, args| extreme(caller, &args, "max")),
    ("min", |caller, args| extreme(caller, &args, "min")),
    ("next", |_, args| {
        let iterator: Value = args.get(0, "iterator")?;
        let V::Iterator(rest) = &iterator.0 else {
            let class = iterator.type_name();
            return Err(Error::type_error(format!(
                "'{class}' object is not an iterator"
            )));
        };
        let next = crate::value::locked(rest).next();
        next.or_else(|| args.find(1, "default").cloned())
            .ok_or_else(|| Error::of("StopIteration", ""))
    }),
    ("oct", |_, args| based(&args, "0o", |i| format!("{i:o}"))),
    ("ord", |_, args| {
        let text: String = args.get(0, "c")?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok(Value::from(u32::from(c))),
            _ => Err(Error::type_error(format!(
                "ord() expected a character, but string of length {} found",
                text.chars().count()
            ))),
        }
    }),
    ("pow", |_, args| {
        args.get::<Value>(0, "base")?
            .binary(Binary::Pow, &args.get(1, "exp")?)
    }),
    ("repr", |_, args| {
        Ok(Value::from(args.get::<Value>(0, "obj")?.repr()))
    }),
    ("round", |_, args| round(&args)),
    ("sorted", |caller, args| {
        args.check("sorted", &["iterable", "key", "reverse"])?;
        let items = iterable(&args)?;
        list::sort(caller, items, &args).map(Value::from)
    }),
    ("sum", |_, args| {
        let mut total = args.get_or(1, "start", Value::from(0))?;
        if matches!(total.0, V::Str(_)) {
            return Err(Error::type_error(
                "sum() can't sum strings [use ''.join(seq) instead]",
            ));
        }
        for item in iterable(&args)? {
            total = total.binary(Binary::Add, &item)?;
        }
        Ok(total)
    }),
];

/// What is left of a generator.
pub(crate) fn iterator(items: Vec<Value>) -> Value {
    Value(V::Iterator(Arc::new(Mutex::new(items.into_iter()))))
}

fn iterable(args: &Args) -> Result<Vec<Value>, Error> {
    args.get::<Value>(0, "iterable")?.to_vec()
}

pub(super) fn class_of(value: &Value) -> Value {
    match &value.0 {
        V::Exception(_) | V::Object(_) | V::Remote(_) => new_dict(
            [(
                Value::from("__name__"),
                Value::from(short(value.type_name())),
            )],
            true,
        ),
        _ => {
            let known = CLASSES
                .iter()
                .chain(TYPES)
                .find(|class| **class == value.type_name());
            match known {
                Some(class) => Value(V::Class(class)),
                None => new_dict(
                    [(Value::from("__name__"), Value::from(value.type_name()))],
                    true,
                ),
            }
        }
    }
}

fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn abs(value: &Value) -> Result<Value, Error> {
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

fn based(args: &Args, prefix: &str, digits: fn(u64) -> String) -> Result<Value, Error> {
    let i: i64 = args.get(0, "number")?;
    let sign = if i < 0 { "-" } else { "" };
    Ok(Value::from(format!(
        "{sign}{prefix}{}",
        digits(i.unsigned_abs())
    )))
}

fn extreme(caller: &mut dyn Caller, args: &Args, name: &str) -> Result<Value, Error> {
    let named = |name: &str| {
        args.named()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| value.clone())
    };
    let items = match args.positional() {
        [] => {
            return Err(Error::type_error(format!(
                "{name} expected at least 1 argument, got 0"
            )));
        }
        [one] => one.to_vec()?,
        many => many.to_vec(),
    };
    let key = named("key").filter(|key| !key.is_none());
    let mut best: Option<(Value, Value)> = None;
    for item in items {
        let by = match &key {
            Some(key) => caller.call(key, Args::new().arg(item.clone()))?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((_, best)) if name == "max" => {
                best.order(&by)?.is_some_and(std::cmp::Ordering::is_lt)
            }
            Some((_, best)) => by.order(best)?.is_some_and(std::cmp::Ordering::is_lt),
        };
        if better {
            best = Some((item, by));
        }
    }
    best.map(|(item, _)| item)
        .or_else(|| named("default"))
        .ok_or_else(|| Error::value_error(format!("{name}() arg is an empty sequence")))
}

fn round(args: &Args) -> Result<Value, Error> {
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
                    value.repr()
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
    let text = text.trim_matches(super::text::is_space);
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
    let digits = text.trim_matches(super::text::is_space).replace('_', "");
    digits.parse::<f64>().map(Value::from).map_err(|_| {
        Error::value_error(format!(
            "could not convert string to float: {}",
            value.repr()
        ))
    })
}

pub(super) fn enumerate(args: &Args) -> Result<Value, Error> {
    let start: i64 = args.get_or(1, "start", 0)?;
    let pair = |(i, item): (i64, Value)| Value::from((i, item));
    Ok(iterator((start..).zip(iterable(args)?).map(pair).collect()))
}

pub(super) fn zip(args: &Args) -> Result<Value, Error> {
    let lists: Result<Vec<Vec<Value>>, Error> =
        args.positional().iter().map(Value::to_vec).collect();
    let mut lists: Vec<_> = lists?.into_iter().map(Vec::into_iter).collect();
    let mut tuples = Vec::new();
    while !lists.is_empty() {
        let Some(items) = lists
            .iter_mut()
            .map(Iterator::next)
            .collect::<Option<Vec<Value>>>()
        else {
            break;
        };
        tuples.push(Value::tuple(items));
    }
    Ok(iterator(tuples))
}

pub(super) fn map(caller: &mut dyn Caller, args: &Args) -> Result<Value, Error> {
    let function: Value = args.get(0, "func")?;
    let rest = Args::of(args.positional().get(1..).unwrap_or_default().to_vec());
    let mut results = Vec::new();
    for items in zip(&rest)?.to_vec()? {
        results.push(caller.call(&function, Args::of(items.to_vec()?))?);
    }
    Ok(iterator(results))
}

pub(super) fn filter(caller: &mut dyn Caller, args: &Args) -> Result<Value, Error> {
    let (function, items): (Value, Value) = (args.get(0, "function")?, args.get(1, "iterable")?);
    let mut kept = Vec::new();
    for item in items.to_vec()? {
        let keep = match function.is_none() {
            true => item.is_true(),
            false => caller
                .call(&function, Args::new().arg(item.clone()))?
                .is_true(),
        };
        if keep {
            kept.push(item);
        }
    }
    Ok(iterator(kept))
}

pub(super) fn reversed(args: &Args) -> Result<Value, Error> {
    let value: Value = args.get(0, "sequence")?;
    if matches!(value.0, V::Set(_) | V::Iterator(_)) || value.try_to_vec()?.is_none() {
        let class = value.type_name();
        return Err(Error::type_error(format!(
            "'{class}' object is not reversible"
        )));
    }
    let mut items = value.to_vec()?;
    items.reverse();
    Ok(iterator(items))
}
