//! Which method of which class.

use std::sync::Arc;

use super::{bytes, classes, datetime, dict, functions, list, numbers, set, text};
use crate::error::Error;
use crate::value::{Args, Caller, Number, Range, V, Value, budget, new_dict};

/// Calls a method of one of Python's types.
pub(crate) fn call_method(
    caller: &mut dyn Caller,
    of: &Value,
    name: &str,
    args: Args,
) -> Result<Value, Error> {
    match &of.0 {
        V::Str(string) => {
            budget::read(string.len())?;
            made(text::call(string, name, &args)?)
        }
        V::Bytes(value) => {
            // It is gone through as a text.
            budget::room(value.len())?;
            made(bytes::call(value, name, &args)?)
        }
        V::List(value) => list::call(caller, value, name, &args),
        V::Tuple(items) if list::TUPLE_METHODS.contains(&name) => {
            list::search(items, name, &args, "tuple")
        }
        V::Dict(value) => dict::call(value, name, &args),
        V::Set(value) => set::call(value, name, &args),
        V::Range(_) if list::TUPLE_METHODS.contains(&name) => {
            list::search(&of.to_vec()?, name, &args, "range")
        }
        V::View(_) if name == "isdisjoint" => {
            let items = set::new(of.to_vec()?, false)?;
            call_method(caller, &items, name, args)
        }
        V::Int(_) | V::Bool(_) | V::Float(_) => number(of, name),
        V::Class(class) => class_method(caller, class, name, args),
        _ => Err(of.no_attribute(name)),
    }
}

/// The room that a text takes. What a method makes of one is seldom much longer, and
/// those where it may be have asked for the room before.
fn made(value: Value) -> Result<Value, Error> {
    let text = value.as_str().map(str::len);
    budget::room(text.or(value.as_bytes().map(<[u8]>::len)).unwrap_or(0))?;
    Ok(value)
}

fn number(of: &Value, name: &str) -> Result<Value, Error> {
    match (of.as_number(), name) {
        (Some(Number::Float(f)), "is_integer") => {
            Ok(Value::from(f.is_finite() && f.fract() == 0.0))
        }
        (Some(Number::Int(i)), "bit_length") => {
            Ok(Value::from(64 - i.unsigned_abs().leading_zeros()))
        }
        (Some(_), "conjugate") => Ok(of.clone()),
        _ => Err(of.no_attribute(name)),
    }
}

/// `str.lower(text)`, `dict.fromkeys(..)`, `datetime.datetime.now()`.
fn class_method(
    caller: &mut dyn Caller,
    class: &'static str,
    name: &str,
    mut args: Args,
) -> Result<Value, Error> {
    let unknown = || Value(V::Class(class)).no_attribute(name);
    match (class, name) {
        ("dict", "fromkeys") => {
            let value = args.find(1, "value").cloned().unwrap_or_else(Value::none);
            let keys = args.get::<Value>(0, "iterable")?.to_vec()?;
            keys.iter().try_for_each(Value::check_hashable)?;
            Ok(new_dict(
                keys.into_iter()
                    .map(|key| (key, value.clone()))
                    .collect::<Vec<_>>(),
                false,
            ))
        }
        ("str", "maketrans") => maketrans(&args),
        ("str" | "bytes" | "list" | "dict" | "set" | "tuple", _) => {
            if args.positional.is_empty() {
                return Err(Error::type_error(format!(
                    "unbound method {class}.{name}() needs an argument"
                )));
            }
            let of = args.positional.remove(0);
            if of.type_name() != class {
                let (of, class) = (of.type_name(), class);
                return Err(Error::type_error(format!(
                    "descriptor '{name}' for '{class}' objects doesn't apply to a '{of}' object"
                )));
            }
            call_method(caller, &of, name, args)
        }
        _ => datetime::class_method(class, name, &args).unwrap_or_else(|| Err(unknown())),
    }
}

fn maketrans(args: &Args) -> Result<Value, Error> {
    let first: Value = args.get(0, "x")?;
    if args.positional().len() == 1 {
        let items = first.dict_items()?.into_iter().map(|(key, value)| {
            let code = key
                .as_str()
                .and_then(|text| text.chars().next())
                .map(|c| Value::from(u32::from(c)));
            (code.unwrap_or(key), value)
        });
        return Ok(new_dict(items.collect::<Vec<_>>(), false));
    }
    let (from, to): (String, String) = (args.get(0, "x")?, args.get(1, "y")?);
    let gone: String = args.get_or(2, "z", String::new())?;
    if from.chars().count() != to.chars().count() {
        return Err(Error::value_error(
            "the first two maketrans arguments must have equal length",
        ));
    }
    let code = |c: char| Value::from(u32::from(c));
    let mut items: Vec<(Value, Value)> = from.chars().map(code).zip(to.chars().map(code)).collect();
    items.extend(gone.chars().map(|c| (code(c), Value::none())));
    Ok(new_dict(items, false))
}

/// Whether a value of one of Python's types has a method.
pub(crate) fn has_method(of: &Value, name: &str) -> bool {
    methods_of(of).is_some_and(|methods| methods.contains(&name))
        || match &of.0 {
            V::Class("str") if name == "maketrans" => true,
            V::Class("dict") if name == "fromkeys" => true,
            V::Class(class) => {
                methods_of_class(class).contains(&name) || datetime::has_class_method(class, name)
            }
            V::Dict(_) => dict::OLD_METHODS.contains(&name),
            V::Float(_) => name == "is_integer",
            _ => false,
        }
}

fn methods_of(of: &Value) -> Option<&'static [&'static str]> {
    Some(match &of.0 {
        V::Str(_) => text::METHODS,
        V::Bytes(_) => bytes::METHODS,
        V::List(_) => list::METHODS,
        V::Tuple(_) | V::Range(_) => list::TUPLE_METHODS,
        V::Dict(_) => dict::METHODS,
        V::Set(_) => set::METHODS,
        _ => return None,
    })
}

fn methods_of_class(class: &str) -> &'static [&'static str] {
    match class {
        "str" => text::METHODS,
        "bytes" => bytes::METHODS,
        "list" => list::METHODS,
        "tuple" => list::TUPLE_METHODS,
        "dict" => dict::METHODS,
        "set" => set::METHODS,
        _ => &[],
    }
}

/// Whether any of Python's types that pages have has a method of this name.
pub(crate) fn is_method_of_any(name: &str) -> bool {
    ["str", "bytes", "list", "tuple", "dict", "set"]
        .iter()
        .any(|class| methods_of_class(class).contains(&name))
        || dict::OLD_METHODS.contains(&name)
        || datetime::is_method(name)
}

/// An attribute that every value has, or that a class has.
pub(crate) fn attribute(of: &Value, name: &str) -> Option<Value> {
    match name {
        "__class__" => Some(functions::class_of(of)),
        "__doc__" => Some(Value::none()),
        _ => match &of.0 {
            V::Class(class) => datetime::class_attribute(class, name),
            _ => None,
        },
    }
}

/// `int("1")`, `list(items)`, `ValueError("text")`.
pub(crate) fn construct(
    caller: &mut dyn Caller,
    class: &'static str,
    args: &Args,
) -> Result<Value, Error> {
    if matches!(
        class,
        "bool" | "float" | "list" | "tuple" | "set" | "frozenset" | "type"
    ) {
        args.at_most(class, 1)?;
    }
    let first = args.positional().first();
    let items = || first.map_or(Ok(Vec::new()), Value::to_vec);
    Ok(match class {
        "str" => match (first.map(|value| &value.0), args.positional().len()) {
            (None, _) => Value::from(""),
            (Some(V::Bytes(value)), 2..) => {
                let mut args = args.clone();
                args.positional.remove(0);
                Value::from(bytes::decode(value, &args)?)
            }
            (Some(_), 2..) => return Err(Error::type_error("decoding str is not supported")),
            (Some(_), _) => Value::from(args.get::<Value>(0, "object")?.try_text()?),
        },
        "int" => numbers::int(args)?,
        "float" => numbers::float(args)?,
        "bool" => Value::from(first.is_some_and(Value::is_true)),
        "list" => Value::from(items()?),
        "tuple" => Value::tuple(items()?),
        "set" => set::new(items()?, false)?,
        "frozenset" => set::new(items()?, true)?,
        "dict" => {
            if args.positional().len() > 1 {
                let given = args.positional().len();
                return Err(Error::type_error(format!(
                    "dict expected at most 1 argument, got {given}"
                )));
            }
            let mut pairs = first.map_or(Ok(Vec::new()), Value::dict_items)?;
            pairs.extend(
                args.named()
                    .map(|(name, value)| (Value::from(name), value.clone())),
            );
            new_dict(pairs, false)
        }
        "bytes" => match first.map(|value| &value.0) {
            Some(V::Str(_)) if args.positional().len() + args.named.len() < 2 => {
                return Err(Error::type_error("string argument without an encoding"));
            }
            Some(V::Str(_)) => {
                let mut rest = args.clone();
                let string = rest.positional.remove(0);
                call_method(caller, &string, "encode", rest)?
            }
            Some(_) if args.positional().len() > 1 => {
                return Err(Error::type_error("encoding without a string argument"));
            }
            None => Value::bytes(*b""),
            Some(V::Int(_) | V::Bool(_)) => {
                let length = first.and_then(Value::as_i64).unwrap_or_default();
                let length =
                    usize::try_from(length).map_err(|_| Error::value_error("negative count"))?;
                budget::room(length)?;
                Value::bytes(vec![0; length])
            }
            Some(_) => {
                let byte = |value: &Value| {
                    let byte = value.as_i64().and_then(|i| u8::try_from(i).ok());
                    byte.ok_or_else(|| Error::value_error("bytes must be in range(0, 256)"))
                };
                let bytes: Result<Vec<u8>, Error> = items()?.iter().map(byte).collect();
                Value::bytes(bytes?)
            }
        },
        "range" => range(args)?,
        "type" => functions::class_of(&args.get::<Value>(0, "object")?),
        "object" => return Err(Error::type_error("object() is not supported")),
        "slice" => {
            let part = |i: usize| {
                args.positional()
                    .get(i)
                    .cloned()
                    .unwrap_or_else(Value::none)
            };
            let parts = match args.positional().len() {
                1 => [Value::none(), part(0), Value::none()],
                _ => [part(0), part(1), part(2)],
            };
            if parts.iter().any(|part| matches!(part.0, V::Slice(_))) {
                return Err(Error::type_error("a slice of slices is not supported"));
            }
            Value(V::Slice(Arc::new(parts)))
        }
        "enumerate" => functions::enumerate(args)?,
        "zip" => functions::zip(args)?,
        "map" => functions::map(caller, args)?,
        "filter" => functions::filter(caller, args)?,
        "reversed" => functions::reversed(args)?,
        class if classes::is_exception(class) => classes::exception(class, args)?,
        class => {
            return datetime::construct(class, args)
                .unwrap_or_else(|| Err(Error::type_error(format!("{class}() is not supported"))));
        }
    })
}

fn range(args: &Args) -> Result<Value, Error> {
    let mut numbers = Vec::new();
    for value in args.positional() {
        numbers.push(value.as_i64().ok_or_else(|| {
            let class = value.type_name();
            Error::type_error(format!(
                "'{class}' object cannot be interpreted as an integer"
            ))
        })?);
    }
    let (start, stop, step) = match numbers[..] {
        [stop] => (0, stop, 1),
        [start, stop] => (start, stop, 1),
        [start, stop, step] => (start, stop, step),
        _ => {
            let given = numbers.len();
            return Err(Error::type_error(format!(
                "range expected at least 1 argument, got {given}"
            )));
        }
    };
    if step == 0 {
        return Err(Error::value_error("range() arg 3 must not be zero"));
    }
    Ok(Value(V::Range(Arc::new(Range { start, stop, step }))))
}

/// The error of `raise value`.
pub(crate) fn raised(caller: &mut dyn Caller, value: &Value) -> Result<Error, Error> {
    let made = match &value.0 {
        V::Class(class) => construct(caller, class, &Args::new())?,
        _ => value.clone(),
    };
    match made.0 {
        V::Exception(error) => Ok(Error::with_class(error.class().to_owned(), error.message())),
        _ => Err(Error::type_error(
            "exceptions must derive from BaseException",
        )),
    }
}
