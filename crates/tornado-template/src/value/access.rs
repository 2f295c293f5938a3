//! Items, slices, attributes, and what a loop goes through.

use std::sync::Arc;

use super::budget;
use super::kinds::{Dict, Key, List, Part, StrKey, V, Value, View};
use super::number::BESIDE;
use crate::error::Error;

impl View {
    pub(crate) fn items(&self) -> Vec<Value> {
        let dict = self.dict.lock();
        match self.part {
            Part::Keys => dict.keys().map(|key| key.0.clone()).collect(),
            Part::Values => dict.values().cloned().collect(),
            Part::Items => dict
                .iter()
                .map(|(key, value)| Value::tuple([&key.0, value]))
                .collect(),
        }
    }
}

impl Value {
    /// `len(value)`, if it has a length.
    #[must_use]
    pub fn len(&self) -> Option<usize> {
        Some(match &self.0 {
            V::Str(text) if text.is_ascii() => text.len(),
            V::Str(text) => text.chars().count(),
            V::Bytes(bytes) => bytes.len(),
            V::Tuple(items) => items.len(),
            V::List(list) => list.lock().len(),
            V::Dict(dict) => dict.lock().len(),
            V::Set(set) => set.lock().len(),
            V::Range(range) => range.len(),
            V::View(view) => view.dict.lock().len(),
            V::Object(object) => return object.length(),
            _ => return None,
        })
    }

    /// Whether it has a length, and that is 0.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// What a loop goes through; `None` where it is nothing to go through.
    ///
    /// # Errors
    ///
    /// Where that is more than a template may make a list of.
    pub(crate) fn try_to_vec(&self) -> Result<Option<Vec<Value>>, Error> {
        match &self.0 {
            // Each is a text of its own.
            V::Str(text) => budget::room_for(text.len(), 24)?,
            V::View(view) => budget::room_for(view.dict.lock().len(), 80)?,
            V::Object(_) | V::Iterator(_) => {}
            _ => budget::room_for(self.len().unwrap_or(0), 0)?,
        }
        let items: Vec<Value> = match &self.0 {
            V::Str(text) => text.chars().map(Value::from).collect(),
            V::Bytes(bytes) => bytes.iter().map(|b| Value(V::Int(i64::from(*b)))).collect(),
            V::Tuple(items) => items.to_vec(),
            V::List(list) => list.lock().clone(),
            V::Dict(dict) => dict.lock().keys().map(|key| key.0.clone()).collect(),
            V::Set(set) => set.lock().iter().map(|key| key.0.clone()).collect(),
            V::Range(range) => (0..range.len())
                .map(|i| Value(V::Int(range.get(i))))
                .collect(),
            V::View(view) => view.items(),
            V::Iterator(rest) => rest.take().collect(),
            V::Object(object) => match object.iterate() {
                Some(items) => items,
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        budget::work(items.len())?;
        Ok(Some(items))
    }

    pub(crate) fn to_vec(&self) -> Result<Vec<Value>, Error> {
        self.try_to_vec()?.ok_or_else(|| {
            Error::type_error(format!("'{}' object is not iterable", self.type_name()))
        })
    }

    /// The keys and values of a dict, or of something with two items each.
    pub(crate) fn dict_items(&self) -> Result<Vec<(Value, Value)>, Error> {
        if let V::Dict(dict) = &self.0 {
            let dict = dict.lock();
            budget::work(dict.len())?;
            budget::room_for(dict.len(), BESIDE)?;
            return Ok(dict.iter().map(|(k, v)| (k.0.clone(), v.clone())).collect());
        }
        let mut pairs = Vec::new();
        for (i, pair) in self.to_vec()?.iter().enumerate() {
            let items = pair.try_to_vec()?.ok_or_else(|| {
                Error::type_error(format!(
                    "cannot convert dictionary update sequence element #{i} to a sequence"
                ))
            })?;
            let length = items.len();
            let [key, value] = <[Value; 2]>::try_from(items).map_err(|_| {
                Error::value_error(format!(
                    "dictionary update sequence element #{i} has length {length}; 2 is required"
                ))
            })?;
            key.check_hashable()?;
            pairs.push((key, value));
        }
        Ok(pairs)
    }

    /// An attribute that is no method of Python's types. `None` where there is none.
    #[must_use]
    pub fn get_attr(&self, name: &str) -> Option<Value> {
        match &self.0 {
            V::Object(object) => object.get_attr(name),
            V::Dict(dict) if dict.attributes => dict.get_str(name),
            V::Module(module) => {
                let found = module.names.iter().find(|(known, _)| **known == *name);
                found.map(|(_, value)| value.clone())
            }
            V::Range(range) => match name {
                "start" => Some(Value(V::Int(range.start))),
                "stop" => Some(Value(V::Int(range.stop))),
                "step" => Some(Value(V::Int(range.step))),
                _ => None,
            },
            V::Class(class) if name == "__name__" => Some(Value::from(*class)),
            V::Function(function) if name == "__name__" => Some(Value::from(&*function.name)),
            V::Int(_) | V::Bool(_) if name == "real" || name == "numerator" => Some(self.clone()),
            V::Exception(error) if name == "args" => Some(Value::tuple([error.message()])),
            _ => None,
        }
    }

    /// `value.name = new`.
    pub(crate) fn set_attr(&self, name: &str, new: &Value) -> Result<(), Error> {
        match &self.0 {
            V::Dict(dict) if dict.attributes => {
                budget::room_for(1, BESIDE)?;
                dict.lock().insert(Key(Value::from(name)), new.clone());
                Ok(())
            }
            V::Object(object) => object
                .set_attr(name, new)
                .unwrap_or_else(|| Err(self.no_attribute(name))),
            _ => Err(self.no_attribute(name)),
        }
    }

    pub(crate) fn no_attribute(&self, name: &str) -> Error {
        let class = self.type_name();
        let message = match &self.0 {
            V::Module(module) => format!("module '{}' has no attribute '{name}'", module.name),
            V::Class(class) => format!("type object '{class}' has no attribute '{name}'"),
            _ => format!("'{class}' object has no attribute '{name}'"),
        };
        Error::of("AttributeError", message)
    }

    /// `value[key]`.
    ///
    /// # Errors
    ///
    /// A `KeyError`, an `IndexError`, or a `TypeError` where it has no items.
    pub fn get_item(&self, key: &Value) -> Result<Value, Error> {
        if let V::Slice(parts) = &key.0 {
            return self.get_slice(parts);
        }
        match &self.0 {
            V::Dict(dict) => {
                let found = match &key.0 {
                    V::Str(text) => {
                        budget::read(text.len())?;
                        dict.lock().get(&StrKey(text)).cloned()
                    }
                    _ => dict.lock().get(&Key::new(key.clone())?).cloned(),
                };
                found.ok_or_else(|| Error::of("KeyError", key.brief()))
            }
            V::List(list) => {
                let items = list.lock();
                let i = self.index(key, items.len(), "list index out of range")?;
                Ok(items[i].clone())
            }
            V::Tuple(items) => {
                let i = self.index(key, items.len(), "tuple index out of range")?;
                Ok(items[i].clone())
            }
            V::Str(text) => {
                budget::read(text.len())?;
                let length = self.len().unwrap_or(0);
                let i = self.index(key, length, "string index out of range")?;
                let c = if text.is_ascii() {
                    text[i..].chars().next()
                } else {
                    text.chars().nth(i)
                };
                Ok(Value::from(c.unwrap_or_default()))
            }
            V::Bytes(bytes) => {
                let i = self.index(key, bytes.len(), "index out of range")?;
                Ok(Value(V::Int(i64::from(bytes[i]))))
            }
            V::Range(range) => {
                let i = self.index(key, range.len(), "range object index out of range")?;
                Ok(Value(V::Int(range.get(i))))
            }
            V::Object(object) => object
                .get_item(key)
                .unwrap_or_else(|| Err(self.not_subscriptable())),
            // UI modules are the only ones that the host has as items.
            V::Remote(path) if matches!(&**path, "modules" | "_tt_modules") => {
                let name = key.try_text()?;
                Ok(Value::remote(format!("{path}.{name}")))
            }
            _ => Err(self.not_subscriptable()),
        }
    }

    fn not_subscriptable(&self) -> Error {
        let name = self.type_name();
        Error::type_error(format!("'{name}' object is not subscriptable"))
    }

    /// Where in a sequence of a length an index points, from the end if negative.
    fn index(&self, key: &Value, length: usize, beyond: &str) -> Result<usize, Error> {
        let index = match key.0 {
            V::Int(i) => i,
            V::Bool(b) => i64::from(b),
            _ => {
                let (name, key) = (self.type_name(), key.type_name());
                return Err(Error::type_error(match self.0 {
                    V::Str(_) => format!("string indices must be integers, not '{key}'"),
                    V::Bytes(_) => format!("byte indices must be integers or slices, not {key}"),
                    _ => format!("{name} indices must be integers or slices, not {key}"),
                }));
            }
        };
        let length = length as i64;
        let i = if index < 0 { index + length } else { index };
        if (0..length).contains(&i) {
            return Ok(i as usize);
        }
        Err(Error::of("IndexError", beyond))
    }

    fn get_slice(&self, parts: &[Value; 3]) -> Result<Value, Error> {
        match &self.0 {
            V::Str(text) => {
                // Its characters by their number, where there is a step.
                budget::room(text.len().saturating_mul(4))?;
                let length = self.len().unwrap_or(0);
                let (start, stop, step) = slice_bounds(parts, length)?;
                if step == 1 {
                    let (start, stop) = (start as usize, stop.max(start) as usize);
                    if text.is_ascii() {
                        return Ok(Value::from(&text[start..stop]));
                    }
                    let part: String = text.chars().skip(start).take(stop - start).collect();
                    return Ok(Value::from(part));
                }
                let chars: Vec<char> = text.chars().collect();
                let part: String = indices(start, stop, step).map(|i| chars[i]).collect();
                Ok(Value::from(part))
            }
            V::Bytes(bytes) => {
                budget::room(bytes.len())?;
                let (start, stop, step) = slice_bounds(parts, bytes.len())?;
                let part: Vec<u8> = indices(start, stop, step).map(|i| bytes[i]).collect();
                Ok(Value(V::Bytes(part.into())))
            }
            V::List(list) => {
                let items = list.lock();
                budget::room_for(items.len(), 0)?;
                let (start, stop, step) = slice_bounds(parts, items.len())?;
                let part = indices(start, stop, step)
                    .map(|i| items[i].clone())
                    .collect();
                Ok(Value(V::List(Arc::new(List::new(part)))))
            }
            V::Tuple(items) => {
                budget::room_for(items.len(), 0)?;
                let (start, stop, step) = slice_bounds(parts, items.len())?;
                let part = indices(start, stop, step).map(|i| &items[i]);
                Ok(Value::tuple(part))
            }
            V::Range(range) => {
                let (start, stop, step) = slice_bounds(parts, range.len())?;
                let at = |i: i64| range.start.wrapping_add(range.step.wrapping_mul(i));
                Ok(Value(V::Range(Arc::new(super::kinds::Range {
                    start: at(start),
                    stop: at(stop),
                    step: range.step.wrapping_mul(step),
                }))))
            }
            V::Object(object) => object
                .get_item(&Value(V::Slice(Arc::new(parts.clone()))))
                .unwrap_or_else(|| Err(self.not_subscriptable())),
            V::Dict(_) => Err(Error::type_error("unhashable type: 'slice'")),
            _ => Err(self.not_subscriptable()),
        }
    }

    /// `value[key] = new`.
    pub(crate) fn set_item(&self, key: &Value, new: &Value) -> Result<(), Error> {
        match (&self.0, &key.0) {
            (V::Dict(dict), _) => {
                let key = Key::new(key.clone())?;
                budget::room_for(1, BESIDE)?;
                dict.lock().insert(key, new.clone());
                Ok(())
            }
            (V::List(list), V::Slice(parts)) => {
                let new = new.to_vec()?;
                let mut items = list.lock();
                let (start, stop, step) = slice_bounds(parts, items.len())?;
                if step != 1 {
                    return Err(Error::value_error(
                        "assignment to a slice with a step is not supported",
                    ));
                }
                let (start, stop) = (start as usize, stop.max(start) as usize);
                items.splice(start..stop, new);
                Ok(())
            }
            (V::List(list), _) => {
                let mut items = list.lock();
                let i = self.index(key, items.len(), "list assignment index out of range")?;
                items[i] = new.clone();
                Ok(())
            }
            (V::Object(object), _) => object
                .set_item(key, new)
                .unwrap_or_else(|| Err(self.no_item("assignment"))),
            _ => Err(self.no_item("assignment")),
        }
    }

    fn no_item(&self, what: &str) -> Error {
        let name = self.type_name();
        Error::type_error(format!("'{name}' object does not support item {what}"))
    }

    /// `del value[key]`.
    pub(crate) fn del_item(&self, key: &Value) -> Result<(), Error> {
        match (&self.0, &key.0) {
            (V::Dict(dict), _) => {
                let wanted = Key::new(key.clone())?;
                let removed = dict.lock().shift_remove(&wanted);
                removed
                    .map(drop)
                    .ok_or_else(|| Error::of("KeyError", key.brief()))
            }
            (V::List(list), V::Slice(parts)) => {
                let mut items = list.lock();
                let (start, stop, step) = slice_bounds(parts, items.len())?;
                budget::work(items.len())?;
                let mut gone: Vec<usize> = indices(start, stop, step).collect();
                gone.sort_unstable();
                let (mut i, mut gone) = (0, gone.into_iter().peekable());
                items.retain(|_| {
                    i += 1;
                    gone.next_if_eq(&(i - 1)).is_none()
                });
                Ok(())
            }
            (V::List(list), _) => {
                let mut items = list.lock();
                let i = self.index(key, items.len(), "list assignment index out of range")?;
                items.remove(i);
                Ok(())
            }
            _ => Err(self.no_item("deletion")),
        }
    }
}

/// A new dict of keys that can be keys.
pub(crate) fn new_dict(items: impl IntoIterator<Item = (Value, Value)>, attributes: bool) -> Value {
    let map = items
        .into_iter()
        .map(|(key, value)| (Key(key), value))
        .collect();
    Value(V::Dict(Arc::new(Dict::new(map, attributes))))
}

/// Python's `slice.indices`.
pub(crate) fn slice_bounds(parts: &[Value; 3], length: usize) -> Result<(i64, i64, i64), Error> {
    let number = |value: &Value| match value.0 {
        V::None => Ok(None),
        V::Int(i) => Ok(Some(i)),
        V::Bool(b) => Ok(Some(i64::from(b))),
        _ => Err(Error::type_error(
            "slice indices must be integers or None or have an __index__ method",
        )),
    };
    let length = length as i64;
    let step = number(&parts[2])?.unwrap_or(1);
    if step == 0 {
        return Err(Error::value_error("slice step cannot be zero"));
    }
    let (lowest, highest) = if step < 0 {
        (-1, length - 1)
    } else {
        (0, length)
    };
    let clip = |i: i64| {
        let i = if i < 0 { i.saturating_add(length) } else { i };
        i.clamp(lowest, highest)
    };
    let start = number(&parts[0])?.map_or(if step < 0 { highest } else { lowest }, clip);
    let stop = number(&parts[1])?.map_or(if step < 0 { lowest } else { highest }, clip);
    Ok((start, stop, step))
}

fn indices(start: i64, stop: i64, step: i64) -> impl Iterator<Item = usize> {
    let mut next = Some(start);
    std::iter::from_fn(move || {
        let i = next?;
        if (step > 0 && i >= stop) || (step < 0 && i <= stop) {
            return None;
        }
        next = i.checked_add(step);
        usize::try_from(i).ok()
    })
}
