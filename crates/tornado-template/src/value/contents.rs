//! What containers hold, gone through without recursion: a page may nest them as
//! deep as it likes.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::kinds::{Dict, Lambda, List, Rest, Set, Tuple, V, Value, locked};

/// Lets values go, and what only they hold.
fn release(mut pending: Vec<Value>) {
    while let Some(value) = pending.pop() {
        match value.0 {
            V::List(list) => take(list, &mut pending),
            V::Tuple(items) => take(items, &mut pending),
            V::Dict(dict) => take(dict, &mut pending),
            V::Set(set) => take(set, &mut pending),
            V::Iterator(rest) => take(rest, &mut pending),
            V::Lambda(lambda) => take(lambda, &mut pending),
            V::View(view) => {
                if let Some(view) = Arc::into_inner(view) {
                    take(view.dict, &mut pending);
                }
            }
            V::Method(method) => {
                if let Some(method) = Arc::into_inner(method) {
                    pending.push(method.of);
                }
            }
            V::Slice(parts) => {
                if let Some(parts) = Arc::into_inner(parts) {
                    pending.extend(parts);
                }
            }
            V::Cell(cell) => {
                if let Some(cell) = Arc::into_inner(cell) {
                    pending.push(cell.into_inner().unwrap_or_else(PoisonError::into_inner));
                }
            }
            _ => {}
        }
    }
}

/// Of the last one who has it, what it holds.
fn take<T: Holds>(container: Arc<T>, pending: &mut Vec<Value>) {
    if let Some(mut container) = Arc::into_inner(container) {
        container.give(pending);
    }
}

trait Holds {
    /// Gives what it holds, as far as that may hold something itself.
    fn give(&mut self, to: &mut Vec<Value>);
}

fn inner<T>(mutex: &mut Mutex<T>) -> &mut T {
    mutex.get_mut().unwrap_or_else(PoisonError::into_inner)
}

fn containers(values: impl IntoIterator<Item = Value>) -> impl Iterator<Item = Value> {
    values.into_iter().filter(Value::is_container)
}

impl Holds for List {
    fn give(&mut self, to: &mut Vec<Value>) {
        to.extend(containers(inner(&mut self.0).drain(..)));
    }
}

impl Holds for Tuple {
    fn give(&mut self, to: &mut Vec<Value>) {
        let none = || Value(V::None);
        to.extend(containers(
            self.iter_mut().map(|item| std::mem::replace(item, none())),
        ));
    }
}

impl Holds for Dict {
    fn give(&mut self, to: &mut Vec<Value>) {
        for (key, value) in inner(&mut self.map).drain(..) {
            to.extend(containers([key.0, value]));
        }
    }
}

impl Holds for Set {
    fn give(&mut self, to: &mut Vec<Value>) {
        to.extend(containers(
            inner(&mut self.items).drain(..).map(|key| key.0),
        ));
    }
}

impl Holds for Rest {
    fn give(&mut self, to: &mut Vec<Value>) {
        to.extend(containers(inner(&mut self.0)));
    }
}

impl Holds for Lambda {
    fn give(&mut self, to: &mut Vec<Value>) {
        to.append(&mut self.defaults);
        to.append(&mut self.captured);
    }
}

macro_rules! released {
    ($($container:ident)*) => {$(
        impl Drop for $container {
            fn drop(&mut self) {
                let mut pending = Vec::new();
                self.give(&mut pending);
                release(pending);
            }
        }
    )*};
}

released! { List Tuple Dict Set Rest Lambda }

/// What values take in memory.
#[derive(Default)]
pub(crate) struct Count {
    seen: HashSet<usize>,
    pub(crate) bytes: usize,
}

impl Count {
    /// How many texts and containers it has come across.
    pub(crate) fn len(&self) -> usize {
        self.seen.len()
    }

    /// Adds values and all that they hold; what is shared counts once.
    pub(crate) fn add(&mut self, mut pending: Vec<Value>) {
        while let Some(value) = pending.pop() {
            match &value.0 {
                V::Str(text) => self.flat(Arc::as_ptr(text).addr(), text.len()),
                V::Bytes(bytes) => self.flat(Arc::as_ptr(bytes).addr(), bytes.len()),
                V::Exception(error) => {
                    self.flat(Arc::as_ptr(error).addr(), error.message().len());
                }
                V::List(list) if self.is_new(list) => self.items(&list.lock(), &mut pending),
                V::Tuple(items) if self.is_new(items) => self.items(items, &mut pending),
                V::Iterator(rest) if self.is_new(rest) => {
                    self.items(locked(&rest.0).as_slice(), &mut pending);
                }
                V::Lambda(lambda) if self.is_new(lambda) => {
                    self.items(&lambda.defaults, &mut pending);
                    self.items(&lambda.captured, &mut pending);
                }
                V::Dict(dict) => self.dict(dict, &mut pending),
                V::View(view) => self.dict(&view.dict, &mut pending),
                V::Set(set) if self.is_new(set) => {
                    let items: Vec<Value> = set.lock().iter().map(|key| key.0.clone()).collect();
                    self.items(&items, &mut pending);
                }
                V::Slice(parts) if self.is_new(parts) => self.items(&parts[..], &mut pending),
                V::Method(method) if self.is_new(method) => pending.push(method.of.clone()),
                V::Cell(cell) if self.is_new(cell) => pending.push(locked(cell).clone()),
                _ => {}
            }
        }
    }

    fn is_new<T>(&mut self, container: &Arc<T>) -> bool {
        self.seen.insert(Arc::as_ptr(container).addr())
    }

    fn flat(&mut self, address: usize, length: usize) {
        if self.seen.insert(address) {
            self.bytes += length;
        }
    }

    fn items(&mut self, items: &[Value], pending: &mut Vec<Value>) {
        self.bytes += size_of_val(items);
        pending.extend(items.iter().filter(|item| item.has_size()).cloned());
    }

    fn dict(&mut self, dict: &Arc<Dict>, pending: &mut Vec<Value>) {
        if self.is_new(dict) {
            for (key, value) in dict.lock().iter() {
                self.items(std::slice::from_ref(&key.0), pending);
                self.items(std::slice::from_ref(value), pending);
            }
        }
    }
}

impl Value {
    fn has_size(&self) -> bool {
        self.is_container() || matches!(self.0, V::Str(_) | V::Bytes(_) | V::Exception(_))
    }

    fn is_container(&self) -> bool {
        matches!(
            self.0,
            V::List(_)
                | V::Tuple(_)
                | V::Dict(_)
                | V::Set(_)
                | V::Iterator(_)
                | V::Lambda(_)
                | V::View(_)
                | V::Method(_)
                | V::Slice(_)
                | V::Cell(_)
        )
    }
}
