//! The sweep: deleting expired sessions, a batch at a time.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tracing::warn;

use super::error::chain;
use super::{DeleteExpiredError, SessionStore};

/// How many are deleted before other tasks get a turn.
const BATCH: usize = 500;

/// How long that turn is.
const PAUSE: Duration = Duration::from_millis(10);

/// Deletes what is left of expired sessions, and returns how many. It works in
/// batches with pauses, so that requests do not have to wait for it.
///
/// An application does this on its own, as the setting `session_sweep_interval`
/// says. This function is for your own command, like Django's `clearsessions`.
///
/// # Errors
///
/// When the store can't be reached. What was deleted before that stays deleted.
///
/// ```
/// # tornado_testing::block_on(async {
/// use tornado_session::{MemoryStore, Record, SessionId, SessionStore, Timestamp, store};
///
/// let sessions = MemoryStore::new();
/// let key = SessionId::generate().unwrap().store_key();
/// let past = Timestamp::from_unix_millis(0);
/// sessions.create(&key, Record::new(past, past)).await.unwrap();
/// assert_eq!(store::sweep(&sessions).await.unwrap(), 1);
/// # });
/// ```
pub async fn sweep<S: SessionStore>(store: &S) -> Result<usize, DeleteExpiredError> {
    let mut deleted = 0;
    loop {
        let batch = store.delete_expired(BATCH).await?;
        deleted += batch;
        if batch < BATCH {
            return Ok(deleted);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// A task that sweeps a store periodically. It ends when this is dropped.
///
/// An application has one for its store. This type is for sessions outside
/// handlers.
#[derive(Debug)]
#[must_use = "the task ends when this is dropped"]
pub struct Sweeper(Option<AbortHandle>);

impl Sweeper {
    /// Starts the task. The first sweep is at a random moment within the first
    /// interval, so that processes that start together don't sweep together. An
    /// error is logged, and the next sweep tries again.
    ///
    /// Outside a tokio runtime, no task is started.
    pub fn start<S: SessionStore>(store: S, interval: Duration) -> Sweeper {
        let Ok(runtime) = Handle::try_current() else {
            return Sweeper(None);
        };
        let task = runtime.spawn(async move {
            tokio::time::sleep(interval.mul_f64(part())).await;
            loop {
                if let Err(error) = sweep(&store).await {
                    warn!(
                        target: "tornado.general",
                        "Expired sessions not deleted: {}", chain(&error)
                    );
                }
                tokio::time::sleep(interval).await;
            }
        });
        Sweeper(Some(task.abort_handle()))
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

/// Any number from 0 to 1.
fn part() -> f64 {
    // Without a random source, all sweep as early as possible.
    let random = getrandom::u32().unwrap_or(0);
    f64::from(random) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MemoryStore, Record, SessionId, Timestamp};

    async fn add(store: &MemoryStore, end: Timestamp) {
        let key = SessionId::generate().unwrap().store_key();
        store.create(&key, Record::new(end, end)).await.unwrap();
    }

    #[tokio::test]
    async fn a_sweep_goes_on_until_nothing_is_left() {
        let store = MemoryStore::new();
        let end = Timestamp::now().saturating_add(Duration::from_secs(1));
        for _ in 0..2 * BATCH + 1 {
            add(&store, end).await;
        }
        let all = store.len();
        assert!(all > BATCH, "one batch is not enough for {all}");
        tokio::time::sleep(Duration::from_millis(1100)).await;
        assert_eq!(sweep(&store).await.unwrap(), all);
        assert!(store.is_empty());
    }

    #[tokio::test]
    async fn a_sweeper_that_is_dropped_sweeps_no_more() {
        let store = MemoryStore::new();
        drop(Sweeper::start(store.clone(), Duration::from_millis(1)));
        add(&store, Timestamp::from_unix_millis(0)).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(store.len(), 1);
    }

    #[test]
    fn not_all_begin_at_the_same_moment() {
        let parts: Vec<f64> = (0..20).map(|_| part()).collect();
        assert!(parts.iter().all(|part| (0.0..=1.0).contains(part)));
        assert!(parts.iter().any(|part| (part - parts[0]).abs() > 0.01));
    }
}
