//! The methods of `dict`.

use std::sync::Arc;

use crate::error::Error;
use crate::value::{Args, BESIDE, Dict, Key, Part, V, Value, View, budget, new_dict};

pub(super) const METHODS: &[&str] = &[
    "clear",
    "copy",
    "get",
    "items",
    "keys",
    "pop",
    "popitem",
    "setdefault",
    "update",
    "values",
];

/// Those of Python 2, which some old templates still call.
pub(super) const OLD_METHODS: &[&str] = &["has_key", "iteritems", "iterkeys", "itervalues"];

pub(super) fn call(dict: &Arc<Dict>, name: &str, args: &Args) -> Result<Value, Error> {
    let view = |part| {
        args.check(name, &[])?;
        let dict = Arc::clone(dict);
        Ok(Value(V::View(Arc::new(View { dict, part }))))
    };
    let key = || Key::new(args.get::<Value>(0, "key")?);
    let default = || args.find(1, "default").cloned();
    match name {
        "get" => {
            args.check(name, &["key", "default"])?;
            let found = match args.positional().first().map(|key| &key.0) {
                Some(V::Str(text)) => dict.get_str(text),
                _ => {
                    let key = key()?;
                    dict.lock().get(&key).cloned()
                }
            };
            Ok(found.or_else(default).unwrap_or_else(Value::none))
        }
        "keys" | "iterkeys" => view(Part::Keys),
        "values" | "itervalues" => view(Part::Values),
        "items" | "iteritems" => view(Part::Items),
        "has_key" => {
            let key = key()?;
            Ok(Value::from(dict.lock().contains_key(&key)))
        }
        "pop" => {
            args.check(name, &["key", "default"])?;
            let key = key()?;
            let found = dict.lock().shift_remove(&key);
            found
                .or_else(default)
                .ok_or_else(|| Error::of("KeyError", key.0.brief()))
        }
        "popitem" => {
            args.check(name, &[])?;
            let last = dict.lock().pop();
            let (key, value) =
                last.ok_or_else(|| Error::of("KeyError", "'popitem(): dictionary is empty'"))?;
            Ok(Value::from((key.0, value)))
        }
        "setdefault" => {
            args.check(name, &["key", "default"])?;
            let key = key()?;
            let default = default().unwrap_or_else(Value::none);
            budget::room_for(1, BESIDE)?;
            Ok(dict.lock().entry(key).or_insert(default).clone())
        }
        "update" => {
            if args.positional().len() > 1 {
                return Err(Error::type_error(format!(
                    "update expected at most 1 argument, got {}",
                    args.positional().len()
                )));
            }
            let mut pairs = match args.positional().first() {
                Some(more) => more.dict_items()?,
                None => Vec::new(),
            };
            pairs.extend(
                args.named()
                    .map(|(name, value)| (Value::from(name), value.clone())),
            );
            dict.lock()
                .extend(pairs.into_iter().map(|(key, value)| (Key(key), value)));
            Ok(Value::none())
        }
        "clear" => {
            args.check(name, &[])?;
            dict.lock().clear();
            Ok(Value::none())
        }
        "copy" => {
            args.check(name, &[])?;
            budget::room_for(dict.lock().len(), BESIDE)?;
            let items = dict.lock().clone();
            Ok(new_dict(
                items.into_iter().map(|(key, value)| (key.0, value)),
                dict.attributes,
            ))
        }
        _ => Err(Value(V::Dict(Arc::clone(dict))).no_attribute(name)),
    }
}
