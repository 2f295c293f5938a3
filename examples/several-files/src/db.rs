//! The application's data, as a stand-in for a database.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The book titles, shared by all requests.
#[derive(Debug)]
pub struct Db(Mutex<Vec<String>>);

impl Db {
    /// Creates one with these titles.
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
