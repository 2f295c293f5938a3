//! `blocking`: work that waits for a disk.

use std::sync::{Arc, Weak};

/// Does what may wait for a disk on a thread that tokio has for that.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // It is cancelled with the runtime, and this task with it.
            Err(_) => std::future::pending().await,
        },
    }
}

/// The same for what takes long. It has to look now and then whether somebody
/// waits for it: a thread can't be stopped, and a process does not end before its
/// threads do.
pub(super) async fn blocking_while_asked<T: Send + 'static>(
    work: impl FnOnce(Asked) -> T + Send + 'static,
) -> T {
    let asker = Arc::new(());
    let asked = Asked(Arc::downgrade(&asker));
    let done = blocking(move || work(asked)).await;
    drop(asker);
    done
}

/// Whether somebody waits for work.
pub(super) struct Asked(Weak<()>);

impl Asked {
    pub(super) fn still(&self) -> bool {
        self.0.strong_count() > 0
    }
}
