//! `Scope`: the log lines of one test.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, ThreadId};

use tokio::runtime::{Handle, Id};
use tracing::Level;
use tracing::metadata::Metadata;

use super::expectation::Expectation;

/// Where a test runs: in its thread, and in its runtime with all its threads and
/// tasks.
#[derive(PartialEq, Eq, Hash)]
enum Place {
    Thread(ThreadId),
    Runtime(Id),
}

/// Each place with its tests. A runtime shared by tests has several.
static SCOPES: LazyLock<Mutex<HashMap<Place, Vec<Weak<Scope>>>>> = LazyLock::new(Mutex::default);

tokio::task_local! {
    /// The test whose request is being answered here.
    static ASKING: Arc<Scope>;
}

/// What one test has logged unexpectedly, and what it expects.
#[derive(Default)]
pub(crate) struct Scope {
    unexpected: Mutex<Vec<String>>,
    expectations: Mutex<Vec<Weak<Expectation>>>,
}

/// The scope of the test that runs here; a new one on the first call.
pub(crate) fn current() -> Arc<Scope> {
    let known = asking().or_else(|| {
        let thread = only(&lock(&SCOPES), &this_thread());
        // A task may be on any thread. Code outside any task is the test
        // itself, or another test in a shared runtime.
        let in_task = tokio::task::try_id().and_then(|_| runtime());
        thread.or_else(|| only(&lock(&SCOPES), &in_task?))
    });
    known.unwrap_or_else(|| {
        let scope = Arc::new(Scope::default());
        if tokio::task::try_id().is_none() {
            register(this_thread(), &scope);
        }
        adopt(&scope);
        scope
    })
}

/// From now on, lines logged in this runtime belong to the test of that scope.
pub(crate) fn adopt(scope: &Arc<Scope>) {
    if let Some(runtime) = runtime() {
        register(runtime, scope);
    }
}

/// Runs a request on behalf of the test of that scope.
pub(crate) fn asked_by<F: Future>(
    scope: Arc<Scope>,
    request: F,
) -> impl Future<Output = F::Output> {
    ASKING.scope(scope, request)
}

fn register(place: Place, scope: &Arc<Scope>) {
    let mut scopes = lock(&SCOPES);
    for scopes in scopes.values_mut() {
        scopes.retain(|scope| scope.strong_count() > 0);
    }
    scopes.retain(|_, scopes| !scopes.is_empty());
    let here = scopes.entry(place).or_default();
    let scope = Arc::downgrade(scope);
    if here.iter().all(|known| !known.ptr_eq(&scope)) {
        here.push(scope);
    }
}

/// The test that a line logged here belongs to, as far as that can be
/// determined.
fn find() -> Option<Arc<Scope>> {
    asking().or_else(|| {
        let scopes = lock(&SCOPES);
        only(&scopes, &this_thread())
            .or_else(|| only(&scopes, &runtime()?))
            .or_else(|| {
                // An unknown thread. If there is only one test, the line is that one's.
                let mut all = scopes.values().flatten().filter_map(Weak::upgrade);
                let first = all.next()?;
                all.all(|other| Arc::ptr_eq(&first, &other))
                    .then_some(first)
            })
    })
}

fn asking() -> Option<Arc<Scope>> {
    ASKING.try_with(Arc::clone).ok()
}

fn this_thread() -> Place {
    Place::Thread(thread::current().id())
}

fn runtime() -> Option<Place> {
    let runtime = Handle::try_current().ok()?;
    Some(Place::Runtime(runtime.id()))
}

/// The test at a place, unless there are several.
fn only(scopes: &HashMap<Place, Vec<Weak<Scope>>>, place: &Place) -> Option<Arc<Scope>> {
    let mut here = scopes.get(place)?.iter().filter_map(Weak::upgrade);
    here.next().filter(|_| here.next().is_none())
}

impl Scope {
    pub(super) fn expect(&self, expectation: &Arc<Expectation>) {
        lock(&self.expectations).push(Arc::downgrade(expectation));
    }

    /// Handles a line.
    fn log(&self, metadata: &Metadata<'_>, message: &str) {
        let mut expectations = lock(&self.expectations);
        expectations.retain(|expectation| expectation.strong_count() > 0);
        let expected = expectations
            .iter()
            .filter_map(Weak::upgrade)
            .filter(|expectation| expectation.matches(metadata, message))
            .count();
        let worries = *metadata.level() <= Level::WARN && !is_no_worry(metadata, message);
        if expected == 0 && worries {
            let line = format!("{} {}: {message}", metadata.level(), metadata.target());
            lock(&self.unexpected).push(line);
        }
    }

    pub(super) fn take_unexpected(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.unexpected))
    }
}

/// Whether a line repeats what the status of a response says: the access log,
/// and the reason for a 4xx, `403 POST /x (127.0.0.1): ..`. The test requested
/// that response, and checks the status itself. A weak secret in the code of a
/// test is no concern either.
fn is_no_worry(metadata: &Metadata<'_>, message: &str) -> bool {
    match metadata.target() {
        tornado_core::log::ACCESS => true,
        tornado_core::log::GENERAL => {
            let (status, rest) = message.split_at_checked(4).unwrap_or_default();
            let digits = status.bytes().filter(u8::is_ascii_digit).count();
            message.starts_with("the setting `cookie_secret` is ")
                || status.starts_with('4')
                    && status.ends_with(' ')
                    && digits == 3
                    && rest.contains(" /")
        }
        _ => false,
    }
}

/// Gives a line to the test that it belongs to. A line that belongs to none is
/// only printed.
pub(super) fn log(metadata: &Metadata<'_>, message: &str) {
    if let Some(scope) = find() {
        scope.log(metadata, message);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics half-way through a change while it is locked.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
