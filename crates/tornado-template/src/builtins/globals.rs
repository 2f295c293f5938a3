//! The names that every page has: Python's, and Tornado's.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::classes::exceptions;
use super::functions::{Builtin, CLASSES, FUNCTIONS, MOST};
use super::methods::{attribute, has_method};
use super::modules;
use crate::error::Error;
use crate::value::{Args, Method, V, Value};

/// What Tornado gives every page.
const TORNADO: &[(&str, &str)] = &[
    ("escape", "xhtml_escape"),
    ("xhtml_escape", "xhtml_escape"),
    ("url_escape", "url_escape"),
    ("json_encode", "json_encode"),
    ("squeeze", "squeeze"),
    ("linkify", "linkify"),
];

static GLOBALS: LazyLock<HashMap<&'static str, Value>> = LazyLock::new(|| {
    let mut all: HashMap<&'static str, Value> = namespace().into_iter().collect();
    let classes = CLASSES.iter().copied().chain(exceptions());
    all.extend(classes.map(|name| (name, Value(V::Class(name)))));
    all.extend(
        FUNCTIONS
            .iter()
            .chain(LOOKUPS)
            .map(|(name, code)| (*name, builtin(name, *code))),
    );
    // Names of Python 2, and of its exceptions before 3.3.
    all.insert("unicode", Value(V::Class("str")));
    all.insert("basestring", Value(V::Class("str")));
    all.insert("long", Value(V::Class("int")));
    all.insert("xrange", Value(V::Class("range")));
    all.insert("IOError", Value(V::Class("OSError")));
    all
});

/// A name that every page has.
pub(crate) fn global(name: &str) -> Option<Value> {
    GLOBALS.get(name).cloned()
}

/// Tornado's names, which `globals()` includes; Python's are not included.
pub(crate) fn namespace() -> Vec<(&'static str, Value)> {
    let escape = modules::module("tornado.escape");
    let function = |name: &str| escape.as_ref().and_then(|module| module.get_attr(name));
    let mut names: Vec<(&str, Value)> = TORNADO
        .iter()
        .filter_map(|(name, function_name)| Some((*name, function(function_name)?)))
        .collect();
    names.extend(modules::module("datetime").map(|module| ("datetime", module)));
    names
}

/// A function that refuses more arguments than it takes.
fn builtin(name: &'static str, code: Builtin) -> Value {
    match MOST.iter().find(|(known, _)| *known == name) {
        Some((_, most)) => Value::checked_builtin(name, code, *most),
        None => Value::builtin(name, code),
    }
}

/// The functions that look up methods.
const LOOKUPS: &[(&str, Builtin)] = &[
    ("getattr", |_, args| getattr(&args)),
    ("hasattr", |_, args| {
        let name: String = args.get(1, "name")?;
        Ok(Value::from(
            find_attr(&args.get(0, "object")?, &name).is_some(),
        ))
    }),
];

fn find_attr(value: &Value, name: &str) -> Option<Value> {
    let found = value.get_attr(name).or_else(|| attribute(value, name));
    found.or_else(|| {
        has_method(value, name).then(|| {
            Value(V::Method(Arc::new(Method {
                of: value.clone(),
                name: name.into(),
            })))
        })
    })
}

fn getattr(args: &Args) -> Result<Value, Error> {
    let (value, name): (Value, String) = (args.get(0, "object")?, args.get(1, "name")?);
    let found = find_attr(&value, &name).or_else(|| args.find(2, "default").cloned());
    found.ok_or_else(|| value.no_attribute(&name))
}
