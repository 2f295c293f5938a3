//! The methods of `set`.

use std::sync::Arc;

use indexmap::IndexSet;

use crate::error::Error;
use crate::value::{Args, Key, Set, V, Value};

pub(super) const METHODS: &[&str] = &[
    "add",
    "clear",
    "copy",
    "difference",
    "difference_update",
    "discard",
    "intersection",
    "intersection_update",
    "isdisjoint",
    "issubset",
    "issuperset",
    "pop",
    "remove",
    "symmetric_difference",
    "union",
    "update",
];

pub(super) fn new(items: Vec<Value>, frozen: bool) -> Result<Value, Error> {
    let items: Result<IndexSet<Key>, Error> = items.into_iter().map(Key::new).collect();
    Ok(Value(V::Set(Arc::new(Set::new(items?, frozen)))))
}

fn others(args: &Args) -> Result<Vec<IndexSet<Key>>, Error> {
    let keys = |value: &Value| value.to_vec()?.into_iter().map(Key::new).collect();
    args.positional().iter().map(keys).collect()
}

pub(super) fn call(set: &Arc<Set>, name: &str, args: &Args) -> Result<Value, Error> {
    let key = || Key::new(args.get::<Value>(0, "element")?);
    let changes =
        matches!(name, "add" | "clear" | "discard" | "pop" | "remove") || name.ends_with("update");
    if set.frozen && changes {
        return Err(Value(V::Set(Arc::clone(set))).no_attribute(name));
    }
    let same = |items| Ok(Value(V::Set(Arc::new(Set::new(items, set.frozen)))));
    let mut items = set.lock().clone();
    match name {
        "add" => {
            set.lock().insert(key()?);
        }
        "discard" => {
            set.lock().shift_remove(&key()?);
        }
        "remove" => {
            let key = key()?;
            if !set.lock().shift_remove(&key) {
                return Err(Error::of("KeyError", key.0.repr()));
            }
        }
        "pop" => {
            let first = set.lock().shift_remove_index(0);
            return first
                .map(|key| key.0)
                .ok_or_else(|| Error::of("KeyError", "'pop from an empty set'"));
        }
        "clear" => set.lock().clear(),
        "copy" => return same(items),
        "update" => {
            let others = others(args)?;
            set.lock().extend(others.into_iter().flatten());
        }
        "union" => {
            items.extend(others(args)?.into_iter().flatten());
            return same(items);
        }
        "difference" | "difference_update" | "intersection" | "intersection_update" => {
            for other in others(args)? {
                items.retain(|item| other.contains(item) == name.starts_with("intersection"));
            }
            if !name.ends_with("update") {
                return same(items);
            }
            *set.lock() = items;
        }
        "symmetric_difference" => {
            for other in others(args)? {
                items = items.symmetric_difference(&other).cloned().collect();
            }
            return same(items);
        }
        "isdisjoint" | "issubset" | "issuperset" => {
            let other = others(args)?.into_iter().next().unwrap_or_default();
            return Ok(Value::from(match name {
                "isdisjoint" => items.is_disjoint(&other),
                "issubset" => items.is_subset(&other),
                _ => items.is_superset(&other),
            }));
        }
        _ => return Err(Value(V::Set(Arc::clone(set))).no_attribute(name)),
    }
    Ok(Value::none())
}
