//! Python's exceptions, and which is which.

use std::sync::Arc;

use crate::error::Error;
use crate::value::{Args, V, Value, budget};

/// Exceptions, each with what it is a kind of.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("BaseException", ""),
    ("Exception", "BaseException"),
    ("ArithmeticError", "Exception"),
    ("AssertionError", "Exception"),
    ("AttributeError", "Exception"),
    ("ImportError", "Exception"),
    ("IndexError", "LookupError"),
    ("KeyError", "LookupError"),
    ("LookupError", "Exception"),
    ("ModuleNotFoundError", "ImportError"),
    ("NameError", "Exception"),
    ("NotImplementedError", "RuntimeError"),
    ("OSError", "Exception"),
    ("OverflowError", "ArithmeticError"),
    ("RecursionError", "RuntimeError"),
    ("RuntimeError", "Exception"),
    ("StopIteration", "Exception"),
    ("TypeError", "Exception"),
    ("UnboundLocalError", "NameError"),
    ("UnicodeDecodeError", "UnicodeError"),
    ("UnicodeEncodeError", "UnicodeError"),
    ("UnicodeError", "ValueError"),
    ("ValueError", "Exception"),
    ("ZeroDivisionError", "ArithmeticError"),
    ("json.JSONDecodeError", "ValueError"),
    ("re.error", "Exception"),
];

/// The exceptions that are names of Python.
pub(super) fn exceptions() -> impl Iterator<Item = &'static str> {
    EXCEPTIONS
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !name.contains('.'))
}

pub(super) fn is_exception(name: &str) -> bool {
    EXCEPTIONS.iter().any(|(known, _)| *known == name)
}

/// Whether an exception is of a class, or of one below it. One that is not known here
/// is an `Exception`.
fn is_kind_of(name: &str, class: &str) -> bool {
    let mut name = name;
    loop {
        if name == class {
            return true;
        }
        name = match EXCEPTIONS.iter().find(|(known, _)| *known == name) {
            Some((_, "")) => return false,
            Some((_, parent)) => parent,
            None => "Exception",
        };
    }
}

/// Whether `{% except class %}` takes an exception of this name.
pub(crate) fn matches_class(name: &str, class: &Value) -> Result<bool, Error> {
    match &class.0 {
        V::Class(class) if is_exception(class) => Ok(is_kind_of(name, class)),
        V::Tuple(classes) => {
            let _deeper = budget::deeper("")?;
            for class in classes.iter() {
                if matches_class(name, class)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => Err(Error::type_error(
            "catching classes that do not inherit from BaseException is not allowed",
        )),
    }
}

/// A new exception, as `ValueError("text")` makes it.
pub(super) fn exception(class: &'static str, args: &Args) -> Result<Value, Error> {
    let message = match args.positional() {
        [] => String::new(),
        [one] if class == "KeyError" => one.try_repr()?,
        [one] => one.try_text()?.to_string(),
        many => Value::tuple(many).try_repr()?,
    };
    Ok(Value(V::Exception(Arc::new(Error::of(class, message)))))
}

/// Whether a value is of a class.
pub(super) fn is_instance(value: &Value, class: &Value) -> Result<bool, Error> {
    match (&class.0, &value.0) {
        (V::Tuple(classes), _) => {
            let _deeper = budget::deeper("")?;
            budget::work(classes.len())?;
            for class in classes.iter() {
                if is_instance(value, class)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        (V::Class("object"), _)
        | (V::Class("int"), V::Bool(_))
        | (V::Class("dict"), V::Dict(_)) => Ok(true),
        (V::Class(class), V::Exception(error)) => Ok(is_kind_of(error.class(), class)),
        (V::Class("datetime.date"), V::Object(object))
            if object.type_name() == "datetime.datetime" =>
        {
            Ok(true)
        }
        (V::Class(class), _) => Ok(value.type_name() == *class),
        // What a program has registered: a function of the name of its objects.
        (V::Function(function), V::Object(object)) => Ok(*function.name == *object.type_name()),
        (V::Function(_) | V::Remote(_) | V::Object(_), _) => Ok(false),
        _ => Err(Error::type_error(
            "isinstance() arg 2 must be a type, a tuple of types, or a union",
        )),
    }
}
