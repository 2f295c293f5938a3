//! `MemoryStore`: sessions in the memory of this process.

mod purge;
mod shard;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::purge::Purger;
use self::shard::{Limits, Shard};
use super::{
    ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace, LoadError,
    Owned, Place, RenameError, SessionStore,
};
use crate::{Patch, Record, StoreKey, Timestamp};

/// Sessions in the memory of this process: for development, for tests, and for
/// a single process that may lose its sessions when it ends.
///
/// - **Bounded.** The number of sessions and the memory they take are limited.
///   When the store is full, a new session replaces an expired one, else one
///   without a logged-in user, else any. Within each group, the one that
///   expires soonest goes first, which usually is the least recently used. Keys
///   left behind by a rename count as well, and go first.
/// - **Self-sweeping.** Each new session removes up to two expired ones. Inside
///   a tokio runtime with its time driver enabled, a task removes the rest
///   every half minute; it starts with the first session and ends with the
///   store.
/// - **Cheap to read.** Loaded sessions share their data with the store.
///
/// A clone refers to the same store.
#[derive(Clone)]
pub struct MemoryStore(Arc<Shared>);

struct Shared {
    /// Split by key, so that requests seldom wait for each other. A moved key
    /// is in its own shard, and may lead to another.
    shards: Box<[Mutex<Shard>]>,
    purger: Purger,
    clock: TimeSource,
}

/// The default limit on the number of sessions.
const MAX_SESSIONS: usize = 100_000;

/// The default limit on memory.
const MAX_BYTES: usize = 256 << 20;

/// The number of sessions that justifies another shard. Keys are spread evenly,
/// so shards of this size fill to within a few percent of each other.
const SESSIONS_PER_SHARD: usize = 4096;
const MAX_SHARDS: usize = 16;

impl MemoryStore {
    /// A store for 100,000 sessions and 256 MiB.
    #[must_use]
    pub fn new() -> MemoryStore {
        MemoryStore::with_max_sessions(MAX_SESSIONS)
    }

    /// A store for up to `max_sessions` sessions and 256 MiB. 0 means 1.
    ///
    /// A large store is split into up to 16 parts. It makes room when the part
    /// of a new session is full, which may be a few percent early.
    ///
    /// ```
    /// # tornado_testing::block_on(async {
    /// use std::time::Duration;
    /// use tornado_session::{MemoryStore, Record, SessionId, SessionStore, Timestamp};
    ///
    /// let store = MemoryStore::with_max_sessions(2);
    /// let now = Timestamp::now();
    /// for seconds in [30, 10, 20] {
    ///     let key = SessionId::generate().unwrap().store_key();
    ///     let end = now.saturating_add(Duration::from_secs(seconds));
    ///     store.create(&key, Record::new(now, end)).await.unwrap();
    /// }
    /// assert_eq!(store.len(), 2); // the one of 10 seconds had to go
    /// # });
    /// ```
    #[must_use]
    pub fn with_max_sessions(max_sessions: usize) -> MemoryStore {
        MemoryStore::with_limits(max_sessions, MAX_BYTES)
    }

    /// A store for up to `max_sessions` sessions that take up to `max_bytes`
    /// bytes of memory: their data, and about half a KiB each. The session
    /// written last stays, even if it alone takes more.
    ///
    /// ```
    /// # tornado_testing::block_on(async {
    /// use std::time::Duration;
    /// use tornado_session::{Json, MemoryStore, Record, SessionId, SessionStore, Timestamp};
    ///
    /// let store = MemoryStore::with_limits(1_000, 100_000);
    /// let end = Timestamp::now().saturating_add(Duration::from_secs(60));
    /// for _ in 0..20 {
    ///     let key = SessionId::generate().unwrap().store_key();
    ///     let text = Json::new(&"x".repeat(10_000)).unwrap();
    ///     store.create(&key, Record::new(Timestamp::now(), end).with_value("text", text)).await.unwrap();
    /// }
    /// assert_eq!(store.len(), 9);
    /// # });
    /// ```
    #[must_use]
    pub fn with_limits(max_sessions: usize, max_bytes: usize) -> MemoryStore {
        MemoryStore::build(max_sessions, max_bytes, TimeSource::System)
    }

    fn build(max_sessions: usize, max_bytes: usize, clock: TimeSource) -> MemoryStore {
        let max = max_sessions.max(1);
        let count = (max / SESSIONS_PER_SHARD).clamp(1, MAX_SHARDS);
        // The remainder goes to the first shards.
        let shards = (0..count).map(|i| {
            Mutex::new(Shard::new(Limits {
                entries: max / count + usize::from(i < max % count),
                bytes: max_bytes / count,
            }))
        });
        MemoryStore(Arc::new(Shared {
            shards: shards.collect(),
            purger: Purger::default(),
            clock,
        }))
    }

    /// The number of sessions, including expired ones that were not swept yet.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0
            .shards
            .iter()
            .map(|shard| lock(shard).sessions())
            .sum()
    }

    /// Whether there are no sessions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Shared {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn index(&self, key: &StoreKey) -> usize {
        key.spread() % self.shards.len()
    }

    fn shard(&self, key: &StoreKey) -> MutexGuard<'_, Shard> {
        lock(&self.shards[self.index(key)])
    }

    /// Locks all shards, in the order in which `rename` locks two of them.
    fn all(&self) -> Vec<MutexGuard<'_, Shard>> {
        self.shards.iter().map(lock).collect()
    }

    /// The session's own key, found by following moved ones. `reads` says
    /// whether the session will be loaded, which not every moved key allows.
    fn resolve(&self, key: &StoreKey, reads: bool, now: Timestamp) -> StoreKey {
        follow(key, |key| self.shard(key).target(key, reads, now))
    }

    /// Runs `act` on the session, wherever it is. If the session moves between
    /// the lookup and `act`, it is looked up again.
    fn with<R>(
        &self,
        key: &StoreKey,
        mut act: impl FnMut(&mut Shard, &StoreKey, Timestamp) -> Option<R>,
    ) -> Option<(R, Place)> {
        let now = self.now();
        if let Some(done) = act(&mut self.shard(key), key, now) {
            return Some((done, Place::Here));
        }
        let mut last = *key;
        loop {
            let target = self.resolve(key, false, now);
            if target == last {
                return None;
            }
            if let Some(done) = act(&mut self.shard(&target), &target, now) {
                return Some((done, Place::Moved));
            }
            last = target;
        }
    }

    /// Removes up to `batch` expired entries.
    fn sweep(&self, batch: usize) -> usize {
        let now = self.now();
        let mut removed = 0;
        for shard in &self.shards {
            removed += lock(shard).sweep(now, batch - removed);
        }
        removed
    }
}

impl SessionStore for MemoryStore {
    async fn load(&self, key: &StoreKey) -> Result<Option<Record>, LoadError> {
        let now = self.0.now();
        if let Some(record) = self.0.shard(key).get(key, now) {
            return Ok(Some(record));
        }
        let target = self.0.resolve(key, true, now);
        Ok(if target == *key {
            None
        } else {
            self.0.shard(&target).get(&target, now)
        })
    }

    async fn create(&self, key: &StoreKey, record: Record) -> Result<(), CreateError> {
        let now = self.0.now();
        let created = self.0.shard(key).create(key, record, now);
        self.0.purger.start(&self.0);
        if created {
            Ok(())
        } else {
            Err(CreateError::Exists)
        }
    }

    async fn apply(&self, key: &StoreKey, patch: &Patch) -> Result<Place, ApplyError> {
        let done = self.0.with(key, |shard, key, now| {
            shard.update(key, now, |record| record.apply(patch))
        });
        done.map(|((), place)| place).ok_or(ApplyError::NotFound)
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        patch: &Patch,
        grace: Grace,
    ) -> Result<(), RenameError> {
        let now = self.0.now();
        let (from, to) = (self.0.index(old), self.0.index(new));
        // Both locks are taken in the order of the shards, so that concurrent
        // renames can't deadlock.
        let mut low = lock(&self.0.shards[from.min(to)]);
        let mut high = (from != to).then(|| lock(&self.0.shards[from.max(to)]));
        let (source, target) = match &mut high {
            None => (&mut *low, None),
            Some(high) if from < to => (&mut *low, Some(&mut **high)),
            Some(high) => (&mut **high, Some(&mut *low)),
        };
        Shard::rename(source, target, (old, new), patch, grace, now)
    }

    async fn delete(&self, key: &StoreKey) -> Result<(), DeleteError> {
        self.0.with(key, |shard, key, now| shard.delete(key, now));
        Ok(())
    }

    async fn list_owned(&self, owner: &str) -> Result<Vec<(StoreKey, Record)>, LoadError> {
        let now = self.0.now();
        // With all locks held, so that a session whose key changes is seen
        // once.
        let shards = self.0.all();
        let records = shards.iter().flat_map(|shard| {
            let keys = shard.owned(owner);
            keys.filter_map(move |key| Some((*key, shard.get(key, now)?)))
        });
        Ok(records.collect())
    }

    async fn delete_owned(&self, owner: &str, which: Owned) -> Result<usize, DeleteOwnedError> {
        let now = self.0.now();
        let mut shards = self.0.all();
        let session = |key: &StoreKey| {
            let target = |key: &StoreKey| shards[self.0.index(key)].target(key, false, now);
            follow(key, target)
        };
        let keys: Vec<StoreKey> = match which {
            Owned::One(key) => {
                let key = session(&key);
                let theirs = shards[self.0.index(&key)].is_owned(&key, owner);
                theirs.then_some(key).into_iter().collect()
            }
            Owned::All | Owned::AllBut(_) => {
                let spared = match which {
                    Owned::AllBut(key) => Some(session(&key)),
                    _ => None,
                };
                let owned = shards.iter().flat_map(|shard| shard.owned(owner));
                owned.filter(|key| Some(**key) != spared).copied().collect()
            }
        };
        let ended = keys
            .iter()
            .filter(|key| shards[self.0.index(key)].delete(key, now).is_some());
        Ok(ended.count())
    }

    async fn delete_expired(&self, batch: usize) -> Result<usize, DeleteExpiredError> {
        Ok(self.0.sweep(batch))
    }
}

impl Default for MemoryStore {
    fn default() -> MemoryStore {
        MemoryStore::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryStore({} sessions)", self.len())
    }
}

/// Follows moved keys to the session's own. A chain is as long as the number of
/// renames within one grace. The limit is for a chain that grows in the
/// meantime.
fn follow(key: &StoreKey, target: impl Fn(&StoreKey) -> Option<StoreKey>) -> StoreKey {
    let mut key = *key;
    for _ in 0..64 {
        match target(&key) {
            Some(next) => key = next,
            None => break,
        }
    }
    key
}

/// A panic while it is locked would leave a shard as it was before or after an
/// operation, so a poisoned one is as good as any.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

enum TimeSource {
    System,
    #[cfg(test)]
    Test(Arc<std::sync::atomic::AtomicU64>),
}

impl TimeSource {
    fn now(&self) -> Timestamp {
        match self {
            TimeSource::System => Timestamp::now(),
            #[cfg(test)]
            TimeSource::Test(millis) => {
                Timestamp::from_unix_millis(millis.load(std::sync::atomic::Ordering::SeqCst))
            }
        }
    }
}

#[cfg(test)]
mod tests;
