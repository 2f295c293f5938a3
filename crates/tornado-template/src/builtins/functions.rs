//! Python's functions.

use std::sync::Arc;

use super::classes::is_instance;
use super::format::{ascii, format};
use super::list;
use super::numbers::{abs, based, round};
use crate::error::Error;
use crate::value::{Args, Binary, Caller, Rest, V, Value, budget, new_dict};

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

/// The most arguments that each of some functions takes.
pub(super) const MOST: &[(&str, usize)] = &[
    ("abs", 1),
    ("all", 1),
    ("any", 1),
    ("ascii", 1),
    ("bin", 1),
    ("callable", 1),
    ("chr", 1),
    ("divmod", 2),
    ("format", 2),
    ("getattr", 3),
    ("hasattr", 2),
    ("hash", 1),
    ("hex", 1),
    ("isinstance", 2),
    ("iter", 1),
    ("len", 1),
    ("next", 2),
    ("oct", 1),
    ("ord", 1),
    ("pow", 2),
    ("repr", 1),
    ("round", 2),
    ("sum", 2),
];

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
        ascii(&args.get::<Value>(0, "obj")?.try_repr()?).map(Value::from)
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
        budget::read(value.as_str().map_or(0, str::len))?;
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
        rest.next()
            .or_else(|| args.find(1, "default").cloned())
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
        args.get::<Value>(0, "obj")?.try_repr().map(Value::from)
    }),
    ("round", |_, args| round(&args)),
    ("sorted", |caller, args| {
        if args.positional().len() > 1 {
            let given = args.positional().len();
            return Err(Error::type_error(format!(
                "sorted expected 1 argument, got {given}"
            )));
        }
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
    Value(V::Iterator(Arc::new(Rest::new(items))))
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

fn extreme(caller: &mut dyn Caller, args: &Args, name: &str) -> Result<Value, Error> {
    let named = |name: &str| {
        args.named()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| value.clone())
    };
    let unknown = args.named().find(|(n, _)| !matches!(*n, "key" | "default"));
    if let (Some((unknown, _)), [_, ..]) = (unknown, args.positional()) {
        return Err(Error::type_error(format!(
            "'{unknown}' is an invalid keyword argument for {name}()"
        )));
    }
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

pub(super) fn enumerate(args: &Args) -> Result<Value, Error> {
    let start: i64 = args.get_or(1, "start", 0)?;
    let mut pairs = Vec::new();
    for (i, item) in iterable(args)?.into_iter().enumerate() {
        let i = i64::try_from(i).ok().and_then(|i| start.checked_add(i));
        pairs.push(Value::from((i.ok_or_else(Error::overflow)?, item)));
    }
    Ok(iterator(pairs))
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
