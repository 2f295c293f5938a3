//! `Budget`: the memory that the bodies of several requests may use together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Shared by everything that uses the memory.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: usize,
    held: AtomicUsize,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Arc<Budget> {
        Arc::new(Budget {
            limit,
            held: AtomicUsize::new(0),
        })
    }
}

/// What one body uses, until this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Share {
    of: Vec<Arc<Budget>>,
    bytes: usize,
}

/// There is no room for more.
#[derive(Debug)]
pub(crate) struct Full;

impl Share {
    /// An empty share of all these budgets.
    pub(crate) fn of(budgets: impl IntoIterator<Item = Arc<Budget>>) -> Share {
        Share {
            of: budgets.into_iter().collect(),
            bytes: 0,
        }
    }

    /// Takes this many more bytes.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), Full> {
        self.bytes += bytes;
        let mut fits = true;
        for budget in &self.of {
            let held = budget.held.fetch_add(bytes, Relaxed).saturating_add(bytes);
            fits &= held <= budget.limit;
        }
        if fits { Ok(()) } else { Err(Full) }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        for budget in &self.of {
            budget.held.fetch_sub(self.bytes, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let (all, one) = (Budget::new(10), Budget::new(6));
        let mut first = Share::of([Arc::clone(&all), one]);
        assert!(first.grow(6).is_ok());
        let mut second = Share::of([Arc::clone(&all)]);
        assert!(second.grow(4).is_ok());
        assert!(second.grow(1).is_err());
        drop(second);
        assert!(first.grow(1).is_err(), "its own limit is six");
        drop(first);
        assert!(Share::of([all]).grow(10).is_ok());
    }
}
