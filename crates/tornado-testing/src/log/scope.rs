//! `Scope`: the lines of one test.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, ThreadId};

use tokio::runtime::{Handle, Id};
use tracing::Level;
use tracing::metadata::Metadata;

use super::expectation::Expectation;

/// What belongs to a test: its runtime, with all its threads and tasks; its
/// thread, where there is no runtime.
#[derive(PartialEq, Eq, Hash)]
enum Place {
    Runtime(Id),
    Thread(ThreadId),
}

static SCOPES: LazyLock<Mutex<HashMap<Place, Weak<Scope>>>> = LazyLock::new(Mutex::default);

/// What one test has logged and not expected, and what it expects.
#[derive(Default)]
pub(crate) struct Scope {
    unexpected: Mutex<Vec<String>>,
    expectations: Mutex<Vec<Weak<Expectation>>>,
}

/// The scope of the test that is running here; a new one, if nobody has asked
/// before.
pub(crate) fn current() -> Arc<Scope> {
    find().unwrap_or_else(|| {
        let scope = Arc::new(Scope::default());
        adopt(&scope);
        scope
    })
}

/// From now on, what is logged in this runtime, or this thread, belongs to the
/// test of that scope.
pub(crate) fn adopt(scope: &Arc<Scope>) {
    let place = match Handle::try_current() {
        Ok(runtime) => Place::Runtime(runtime.id()),
        Err(_) => Place::Thread(thread::current().id()),
    };
    let mut scopes = lock(&SCOPES);
    scopes.retain(|_, scope| scope.strong_count() > 0);
    scopes.insert(place, Arc::downgrade(scope));
}

fn find() -> Option<Arc<Scope>> {
    let scopes = lock(&SCOPES);
    let of = |place| scopes.get(&place).and_then(Weak::upgrade);
    let runtime = Handle::try_current().ok();
    runtime
        .and_then(|runtime| of(Place::Runtime(runtime.id())))
        .or_else(|| of(Place::Thread(thread::current().id())))
}

impl Scope {
    pub(super) fn expect(&self, expectation: &Arc<Expectation>) {
        lock(&self.expectations).push(Arc::downgrade(expectation));
    }

    /// A line has come.
    fn log(&self, metadata: &Metadata<'_>, message: &str) {
        let mut expectations = lock(&self.expectations);
        expectations.retain(|expectation| expectation.strong_count() > 0);
        let expected = expectations
            .iter()
            .filter_map(Weak::upgrade)
            .filter(|expectation| expectation.matches(metadata, message))
            .count();
        let worries = *metadata.level() <= Level::WARN && !is_refusal(metadata, message);
        if expected == 0 && worries {
            let line = format!("{} {}: {message}", metadata.level(), metadata.target());
            lock(&self.unexpected).push(line);
        }
    }

    pub(super) fn take_unexpected(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.unexpected))
    }
}

/// Whether a line says what the status of a response says, too: the access log,
/// and the reason for a 4xx, `403 POST /x (127.0.0.1): ..`. The test has asked
/// for it, and looks at the status itself.
fn is_refusal(metadata: &Metadata<'_>, message: &str) -> bool {
    match metadata.target() {
        tornado_core::log::ACCESS => true,
        tornado_core::log::GENERAL => {
            let (status, rest) = message.split_at_checked(4).unwrap_or_default();
            let digits = status.bytes().filter(u8::is_ascii_digit).count();
            status.starts_with('4') && status.ends_with(' ') && digits == 3 && rest.contains(" /")
        }
        _ => false,
    }
}

/// Gives a line to the test that it belongs to. One that belongs to none was
/// printed, and that is all.
pub(super) fn log(metadata: &Metadata<'_>, message: &str) {
    if let Some(scope) = find() {
        scope.log(metadata, message);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing in here panics half-way through a change.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
