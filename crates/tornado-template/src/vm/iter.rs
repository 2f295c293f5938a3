//! What a loop is at.

use std::sync::Arc;

use crate::error::Error;
use crate::value::{Dict, List, Range, Rest, Tuple, V, Value};

pub(super) enum Iter {
    List(Arc<List>, usize),
    Tuple(Arc<Tuple>, usize),
    Range(Range, usize),
    Keys(Arc<Dict>, usize, usize),
    Text(Arc<str>, usize),
    Rest(Arc<Rest>),
    Items(std::vec::IntoIter<Value>),
}

impl Iter {
    pub(super) fn new(value: Value) -> Result<Iter, Error> {
        Ok(match value.0 {
            V::List(list) => Iter::List(list, 0),
            V::Tuple(items) => Iter::Tuple(items, 0),
            V::Range(range) => Iter::Range(*range, 0),
            V::Dict(dict) => {
                let length = dict.lock().len();
                Iter::Keys(dict, 0, length)
            }
            V::Str(text) => Iter::Text(text, 0),
            V::Iterator(rest) => Iter::Rest(rest),
            other => Iter::Items(Value(other).to_vec()?.into_iter()),
        })
    }

    pub(super) fn next(&mut self) -> Result<Option<Value>, Error> {
        match self {
            // A list may change while a loop goes through it, as Python's may.
            Iter::List(list, at) => {
                let item = list.lock().get(*at).cloned();
                *at += 1;
                Ok(item)
            }
            Iter::Tuple(items, at) => {
                let item = items.get(*at).cloned();
                *at += 1;
                Ok(item)
            }
            Iter::Range(range, at) => {
                let item = (*at < range.len()).then(|| Value(V::Int(range.get(*at))));
                *at += 1;
                Ok(item)
            }
            Iter::Keys(dict, at, length) => {
                let dict = dict.lock();
                if dict.len() != *length {
                    let message = "dictionary changed size during iteration";
                    return Err(Error::of("RuntimeError", message));
                }
                let item = dict.get_index(*at).map(|(key, _)| key.0.clone());
                *at += 1;
                Ok(item)
            }
            Iter::Text(text, at) => {
                let c = text[*at..].chars().next();
                *at += c.map_or(0, char::len_utf8);
                Ok(c.map(Value::from))
            }
            Iter::Rest(rest) => Ok(rest.next()),
            Iter::Items(items) => Ok(items.next()),
        }
    }
}
