//! `blocking`: work that may block on a disk.

use std::sync::{Arc, Weak};

/// Runs work that may block on a disk, on one of tokio's threads for that
/// purpose.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // It is cancelled along with the runtime, and this task with it.
            Err(_) => std::future::pending().await,
        },
    }
}

/// As `blocking`, for work that takes long. It must check now and then whether
/// somebody is waiting for it: a thread can't be stopped, and a process does
/// not end before its threads do.
pub(super) async fn blocking_while_asked<T: Send + 'static>(
    work: impl FnOnce(Asked) -> T + Send + 'static,
) -> T {
    let asker = Arc::new(());
    let asked = Asked(Arc::downgrade(&asker));
    let done = blocking(move || work(asked)).await;
    drop(asker);
    done
}

/// Whether somebody is waiting for the work.
pub(super) struct Asked(Weak<()>);

impl Asked {
    pub(super) fn still(&self) -> bool {
        self.0.strong_count() > 0
    }
}
