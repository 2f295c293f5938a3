//! How much memory a page has in use.

use super::iter::Iter;
use super::machine::{Machine, Reason};
use crate::error::Error;
use crate::value::{Count, V, Value, budget};

impl Machine {
    /// Counts the memory again, if that is due. Nothing can be said while a function of
    /// Rust has values that are not on the stack; there the room for all is the limit.
    pub(super) fn take_stock(&mut self) -> Result<(), Error> {
        if self.nested > 0 || !budget::needs_count() {
            return Ok(());
        }
        let mut count = Count::default();
        let names = self.context.iter().map(|(_, value)| value);
        count.add(
            names
                .chain(self.environment.names.values())
                .cloned()
                .collect(),
        );
        let given = *self.given.get_or_insert(count.bytes);
        let mut values = self.globals.clone();
        values.extend(self.stack.iter().chain(&self.slots).cloned());
        self.iterators.iter().for_each(|i| i.values(&mut values));
        let raised = self.finals.iter().filter_map(|reason| match reason {
            Reason::Raise(error) => Some(error),
            Reason::GoTo(_) => None,
        });
        let raised = raised.chain(&self.exceptions).cloned();
        values.extend(raised.map(|error| Value(V::Exception(error))));
        count.add(values);
        let captured: usize = self.captures.iter().map(String::len).sum();
        budget::work(count.len() / 4)?;
        budget::count((count.bytes + captured).saturating_sub(given))
    }
}

impl Iter {
    /// What it holds.
    fn values(&self, to: &mut Vec<Value>) {
        match self {
            Iter::List(list, _) => to.push(Value(V::List(list.clone()))),
            Iter::Tuple(items, _) => to.push(Value(V::Tuple(items.clone()))),
            Iter::Keys(dict, ..) => to.push(Value(V::Dict(dict.clone()))),
            Iter::Text(text, _) => to.push(Value(V::Str(text.clone()))),
            Iter::Rest(rest) => to.push(Value(V::Iterator(rest.clone()))),
            Iter::Items(items) => to.extend(items.as_slice().iter().cloned()),
            Iter::Range(..) => {}
        }
    }
}
