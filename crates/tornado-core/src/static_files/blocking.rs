//! `blocking`: work that waits for a disk.

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
