//! The methods of `list` and `tuple`, and sorting.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::error::Error;
use crate::value::{Args, Caller, List, V, Value, budget, slice_bounds};

pub(super) const METHODS: &[&str] = &[
    "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse",
    "sort",
];

pub(super) const TUPLE_METHODS: &[&str] = &["count", "index"];

pub(super) fn call(
    caller: &mut dyn Caller,
    list: &Arc<List>,
    name: &str,
    args: &Args,
) -> Result<Value, Error> {
    let item = || args.get::<Value>(0, "object");
    let all = || Value(V::List(Arc::clone(list))).to_vec();
    match name {
        "append" => {
            args.check(name, &["object"])?;
            let item = item()?;
            budget::room_for(1, 0)?;
            list.lock().push(item);
        }
        "extend" => {
            args.check(name, &["iterable"])?;
            let items = item()?.to_vec()?;
            list.lock().extend(items);
        }
        "insert" => {
            args.check(name, &["index", "object"])?;
            let index: i64 = args.get(0, "index")?;
            let item: Value = args.get(1, "object")?;
            budget::room_for(1, 0)?;
            let mut items = list.lock();
            budget::work(items.len() / 64)?;
            let length = items.len() as i64;
            let at = if index < 0 {
                (index + length).max(0)
            } else {
                index.min(length)
            };
            items.insert(at as usize, item);
        }
        "pop" => {
            args.check(name, &["index"])?;
            let index: i64 = args.get_or(0, "index", -1)?;
            let mut items = list.lock();
            let length = items.len() as i64;
            if length == 0 {
                return Err(Error::of("IndexError", "pop from empty list"));
            }
            let at = if index < 0 { index + length } else { index };
            if !(0..length).contains(&at) {
                return Err(Error::of("IndexError", "pop index out of range"));
            }
            budget::work(items.len() / 64)?;
            return Ok(items.remove(at as usize));
        }
        "remove" => {
            args.check(name, &["value"])?;
            let item = item()?;
            let at = position(&all()?, &item)?;
            let at = at.ok_or_else(|| Error::value_error("list.remove(x): x not in list"))?;
            list.lock().remove(at);
        }
        "clear" | "copy" | "reverse" if !args.positional().is_empty() => {
            args.check(name, &[])?;
        }
        "clear" => list.lock().clear(),
        "copy" => return Ok(Value::from(all()?)),
        "reverse" => {
            let mut items = list.lock();
            budget::work(items.len() / 8)?;
            items.reverse();
        }
        "sort" => {
            if !args.positional().is_empty() {
                return Err(Error::type_error("sort() takes no positional arguments"));
            }
            args.check(name, &["", "key", "reverse"])?;
            let sorted = sort(caller, all()?, args)?;
            *list.lock() = sorted;
        }
        "count" | "index" => {
            return search(&all()?, name, args, "list");
        }
        _ => return Err(Value(V::List(Arc::clone(list))).no_attribute(name)),
    }
    Ok(Value::none())
}

pub(super) fn search(
    items: &[Value],
    name: &str,
    args: &Args,
    class: &str,
) -> Result<Value, Error> {
    let item: Value = args.get(0, "value")?;
    args.at_most(name, if name == "count" { 1 } else { 3 })?;
    if name == "count" {
        let mut count = 0;
        for one in items {
            count += usize::from(one.is_or_equals(&item)?);
        }
        return Ok(Value::from(count));
    }
    if args.positional().iter().skip(1).any(Value::is_none) {
        return Err(Error::type_error(
            "slice indices must be integers or have an __index__ method",
        ));
    }
    let [start, end] = [1, 2].map(|i| {
        args.positional()
            .get(i)
            .cloned()
            .unwrap_or_else(Value::none)
    });
    let (start, end, _) = slice_bounds(&[start, end, Value::none()], items.len())?;
    let (start, end) = (start as usize, end.max(start) as usize);
    match position(&items[start..end], &item)? {
        Some(at) => Ok(Value::from(start + at)),
        None if class == "tuple" => Err(Error::value_error("tuple.index(x): x not in tuple")),
        None => Err(Error::value_error(format!(
            "{} is not in list",
            item.brief()
        ))),
    }
}

fn position(items: &[Value], item: &Value) -> Result<Option<usize>, Error> {
    for (i, one) in items.iter().enumerate() {
        if one.is_or_equals(item)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

/// Sorts as `sorted(.., key=.., reverse=..)` does: equal ones stay in order.
pub(super) fn sort(
    caller: &mut dyn Caller,
    items: Vec<Value>,
    args: &Args,
) -> Result<Vec<Value>, Error> {
    let key: Value = args.get_or(usize::MAX, "key", Value::none())?;
    let reverse: bool = args.get_or(usize::MAX, "reverse", false)?;
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let key = if key.is_none() {
            item.clone()
        } else {
            caller.call(&key, Args::new().arg(item.clone()))?
        };
        keyed.push((key, item));
    }
    if reverse {
        keyed.reverse();
    }
    let sorted = merge_sort(keyed, &mut |a, b| a.0.order(&b.0))?;
    let mut items: Vec<Value> = sorted.into_iter().map(|(_, item)| item).collect();
    if reverse {
        items.reverse();
    }
    Ok(items)
}

/// The standard library's may panic where an order is none, as that of NaN.
fn merge_sort<T, F>(mut items: Vec<T>, order: &mut F) -> Result<Vec<T>, Error>
where
    F: FnMut(&T, &T) -> Result<Option<Ordering>, Error>,
{
    if items.len() < 2 {
        return Ok(items);
    }
    let right = items.split_off(items.len() / 2);
    let left = merge_sort(items, order)?;
    let right = merge_sort(right, order)?;
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let second = order(b, a)? == Some(Ordering::Less);
        merged.extend(if second { right.next() } else { left.next() });
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}
