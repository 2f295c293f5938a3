//! The methods of `set`.

use std::sync::Arc;

use indexmap::IndexSet;

use crate::error::Error;
use crate::value::{Args, BESIDE, Key, Set, V, Value, budget};

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

pub(crate) fn new(items: Vec<Value>, frozen: bool) -> Result<Value, Error> {
    budget::room_for(items.len(), BESIDE)?;
    let items: Result<IndexSet<Key>, Error> = items.into_iter().map(Key::new).collect();
    Ok(Value(V::Set(Arc::new(Set::new(items?, frozen)))))
}

fn others(args: &Args) -> Result<Vec<IndexSet<Key>>, Error> {
    let keys = |value: &Value| {
        let items = value.to_vec()?;
        budget::room_for(items.len(), BESIDE)?;
        items.into_iter().map(Key::new).collect()
    };
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
    let items = || {
        budget::room_for(set.lock().len(), BESIDE)?;
        Ok::<_, Error>(set.lock().clone())
    };
    match name {
        "add" => {
            let key = key()?;
            budget::room_for(1, BESIDE)?;
            set.lock().insert(key);
        }
        "discard" => {
            let key = key()?;
            set.lock().shift_remove(&key);
        }
        "remove" => {
            let key = key()?;
            if !set.lock().shift_remove(&key) {
                return Err(Error::of("KeyError", key.0.brief()));
            }
        }
        "pop" => {
            let first = set.lock().shift_remove_index(0);
            return first
                .map(|key| key.0)
                .ok_or_else(|| Error::of("KeyError", "'pop from an empty set'"));
        }
        "clear" => set.lock().clear(),
        "copy" => return same(items()?),
        "update" => {
            let others = others(args)?;
            set.lock().extend(others.into_iter().flatten());
        }
        "union" => {
            let mut items = items()?;
            items.extend(others(args)?.into_iter().flatten());
            return same(items);
        }
        "difference" | "difference_update" | "intersection" | "intersection_update" => {
            let mut items = items()?;
            for other in others(args)? {
                items.retain(|item| other.contains(item) == name.starts_with("intersection"));
            }
            if !name.ends_with("update") {
                return same(items);
            }
            *set.lock() = items;
        }
        "symmetric_difference" => {
            let mut items = items()?;
            for other in others(args)? {
                items = items.symmetric_difference(&other).cloned().collect();
            }
            return same(items);
        }
        "isdisjoint" | "issubset" | "issuperset" => {
            let other = others(args)?.into_iter().next().unwrap_or_default();
            let items = items()?;
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
