//! `Purger`: the task that sweeps a memory store.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::runtime::Handle;

use super::Shared;

/// How often expired sessions are removed.
const PERIOD: Duration = Duration::from_secs(30);

/// How many are removed before other tasks get a turn.
const BATCH: usize = 256;

/// Whether the task runs.
#[derive(Default)]
pub(super) struct Purger {
    running: AtomicBool,
}

impl Purger {
    /// Starts the task, if it is not running and there is a runtime for it.
    pub(super) fn start(&self, store: &Arc<Shared>) {
        if self.running.load(Ordering::Relaxed) {
            return;
        }
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        if !self.running.swap(true, Ordering::Relaxed) {
            let running = Running(Arc::downgrade(store));
            runtime.spawn(purge(running));
        }
    }
}

/// Tells the store when the task has ended, for example with its runtime, so
/// that the next runtime starts another. It does not keep the store alive.
struct Running(Weak<Shared>);

impl Drop for Running {
    fn drop(&mut self) {
        // Without a time driver in the runtime, the task panics. Another one
        // would do no better.
        if let Some(store) = self.0.upgrade().filter(|_| !std::thread::panicking()) {
            store.purger.running.store(false, Ordering::Relaxed);
        }
    }
}

async fn purge(running: Running) {
    loop {
        tokio::time::sleep(PERIOD).await;
        loop {
            let Some(store) = running.0.upgrade() else {
                return;
            };
            if store.sweep(BATCH) < BATCH {
                break;
            }
            drop(store);
            tokio::task::yield_now().await;
        }
    }
}
