//! What the application knows: in place of a database.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The titles of books, which all requests share.
#[derive(Debug)]
pub struct Db(Mutex<Vec<String>>);

impl Db {
    /// One with these titles in it.
    pub fn new<const N: usize>(titles: [&str; N]) -> Db {
        Db(Mutex::new(titles.map(str::to_owned).into()))
    }

    pub(crate) fn titles(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, title: String) -> usize {
        let mut titles = self.titles();
        titles.push(title);
        titles.len() - 1
    }
}
