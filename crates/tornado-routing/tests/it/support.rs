//! Shared by these tests.

use std::io;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, Method};
use tornado_routing::{PathMatches, RequestHead, Rule, Table};

pub(crate) fn head<'a>(path: &'a str, headers: &'a HeaderMap) -> RequestHead<'a> {
    RequestHead::new(&Method::GET, path, headers)
}

pub(crate) fn path(pattern: &str) -> PathMatches {
    PathMatches::new(pattern).expect("the pattern is right")
}

pub(crate) fn table(patterns: &[&str]) -> Table<usize> {
    let rules = patterns
        .iter()
        .enumerate()
        .map(|(i, pattern)| Rule::new(path(pattern), i));
    Table::new(rules.collect())
}

pub(crate) fn indexes<T>(table: &Table<T>, request: &RequestHead<'_>) -> Vec<usize> {
    let hits = table.matches(request);
    hits.map(|hit| hit.expect("no pattern gives up").index())
        .collect()
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is in the log afterwards.
pub(crate) fn logged(act: impl FnOnce()) -> String {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .without_time()
        .with_ansi(false)
        .finish();
    tracing::subscriber::with_default(subscriber, act);
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
}
