//! `TowerSessionsStore`: sessions in a store of the crate `tower-sessions`.

mod entry;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard};
use tower_sessions_core::SessionStore as TowerStore;

use self::entry::{Entry, Failure, Index, id_of, id_of_owner};
use super::limit::within;
use super::{
    ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace, LoadError,
    Owned, Place, RenameError, SessionStore, StoreOptions,
};
use crate::{Patch, Record, StoreKey, Timestamp};

/// Sessions in any store written for `tower-sessions`, version 0.14 of
/// `tower-sessions-core`: MongoDB, DynamoDB, Moka and others.
///
/// Such a store reads and writes a session as a whole, and has no conditional
/// operations. So the guarantees of our own stores hold only among the requests
/// of **one process**, which wait for each other:
///
/// - If two processes change one session concurrently, the later undoes the
///   changes of the earlier.
/// - A request in flight in one process can bring back a session that another
///   process has ended, if the store's `save` creates missing sessions.
/// - A change takes two round trips, a new key four.
/// - A session that gets its owner from another process at the same time may be
///   missing from the list of the owner's sessions.
/// - Expired sessions are deleted by the store, in its own way: usually
///   `continuously_delete_expired`.
///
/// Numbers beyond 64 bits lose digits, since such a store holds values, not
/// text. The id of a session in that store is the beginning of our key.
///
/// ```
/// # tornado_testing::block_on(async {
/// use tornado_session::{Session, StoreOptions, TowerSessionsStore};
/// use tower_sessions_memory_store::MemoryStore;
///
/// let store = TowerSessionsStore::new(MemoryStore::default(), StoreOptions::new());
/// let session = Session::new(store, Default::default());
/// session.set("user", "kim").unwrap();
/// session.save().await.unwrap();
/// # });
/// ```
pub struct TowerSessionsStore<S>(Arc<Shared<S>>);

struct Shared<S> {
    store: S,
    timeout: Duration,
    /// Write-locked by operations on more than one session, or on an index of
    /// sessions by owner; read-locked by the rest.
    all: RwLock<()>,
    /// One for each part of the keys, so that changes to one session wait for
    /// each other.
    parts: [Mutex<()>; PARTS],
}

const PARTS: usize = 64;

/// The number of sessions from which a login checks which of them have expired.
const CROWDED: usize = 16;

/// How many moved keys are followed. A chain is as long as the number of
/// renames within one grace.
const LONGEST_CHAIN: usize = 64;

impl<S: TowerStore> TowerSessionsStore<S> {
    /// Wraps a store. Of the options, only the time limit has an effect.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "as those of the other stores, which keep parts of it"
    )]
    pub fn new(store: S, options: StoreOptions) -> TowerSessionsStore<S> {
        TowerSessionsStore(Arc::new(Shared {
            store,
            timeout: options.timeout,
            all: RwLock::new(()),
            parts: std::array::from_fn(|_| Mutex::new(())),
        }))
    }

    /// Runs it with a time limit, which includes the locks.
    async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        within(self.0.timeout, work).await?
    }
}

impl<S: TowerStore> Shared<S> {
    /// Locks out other changes to this session.
    async fn lock(&self, key: &StoreKey) -> (RwLockReadGuard<'_, ()>, MutexGuard<'_, ()>) {
        let shared = self.all.read().await;
        let part = self.parts[key.spread() % PARTS].lock().await;
        (shared, part)
    }

    /// What is stored under this very key, unless it has expired.
    async fn entry(&self, key: &StoreKey) -> Result<Option<Entry>, Failure> {
        let Some(stored) = self.store.load(&id_of(key)).await? else {
            return Ok(None);
        };
        let entry = Entry::read(key, &stored)?;
        // To the millisecond, which the store does not keep.
        Ok(entry.filter(|entry| entry.expires_at() > Timestamp::now()))
    }

    async fn put(&self, key: &StoreKey, entry: &Entry) -> Result<(), Failure> {
        if entry.expires_at() <= Timestamp::now() {
            // Not every store accepts entries that have already expired.
            return self.remove(key).await;
        }
        Ok(self.store.save(&entry.write(key)?).await?)
    }

    async fn remove(&self, key: &StoreKey) -> Result<(), Failure> {
        Ok(self.store.delete(&id_of(key)).await?)
    }

    /// Adds a new entry; false if there is one already.
    async fn insert(&self, key: &StoreKey, entry: &Entry) -> Result<bool, Failure> {
        if self.entry(key).await?.is_some() {
            return Ok(false);
        }
        // An expired entry may be there.
        self.remove(key).await?;
        if entry.expires_at() <= Timestamp::now() {
            return Ok(true);
        }
        let mut stored = entry.write(key)?;
        self.store.create(&mut stored).await?;
        if stored.id == id_of(key) {
            return Ok(true);
        }
        // The store has chosen another id, since this one was taken.
        self.store.delete(&stored.id).await?;
        Ok(false)
    }

    /// The session of a key, and its own key.
    async fn find(
        &self,
        key: &StoreKey,
        reads: bool,
    ) -> Result<Option<(StoreKey, Record)>, Failure> {
        let mut key = *key;
        for _ in 0..LONGEST_CHAIN {
            match self.entry(&key).await? {
                Some(Entry::Session(record)) => return Ok(Some((key, record))),
                Some(Entry::Moved {
                    target,
                    reads: good,
                    ..
                }) if good || !reads => key = target,
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Changes a session, whatever its current key is.
    async fn change(
        &self,
        key: &StoreKey,
        change: impl Fn(&mut Record),
    ) -> Result<Option<Place>, Failure> {
        let mut own = *key;
        for _ in 0..LONGEST_CHAIN {
            let _lock = self.lock(&own).await;
            match self.entry(&own).await? {
                None => return Ok(None),
                Some(Entry::Moved { target, .. }) => own = target,
                Some(Entry::Session(mut record)) => {
                    change(&mut record);
                    self.put(&own, &Entry::Session(record)).await?;
                    return Ok(Some(place(key, &own)));
                }
            }
        }
        Ok(None)
    }

    async fn index(&self, owner: &str) -> Result<Index, Failure> {
        match self.store.load(&id_of_owner(owner)).await? {
            Some(stored) => Index::read(owner, &stored),
            None => Ok(Index::default()),
        }
    }

    /// Adds a session to the index of its owner, before it is the owner's.
    async fn own(&self, key: &StoreKey, record: &Record) -> Result<(), Failure> {
        let Some(owner) = record.owner() else {
            return Ok(());
        };
        let mut index = self.index(owner).await?;
        if index.keys.len() >= CROWDED {
            let owned = self.owned(owner).await?;
            index.keys = owned.into_iter().map(|(key, _)| key).collect();
        }
        index.keys.insert(*key);
        Ok(self.store.save(&index.write(owner)?).await?)
    }

    /// The sessions of an owner, according to the sessions themselves.
    async fn owned(&self, owner: &str) -> Result<Vec<(StoreKey, Record)>, Failure> {
        let mut sessions = Vec::new();
        for key in self.index(owner).await?.keys {
            if let Some(Entry::Session(record)) = self.entry(&key).await?
                && record.owner() == Some(owner)
            {
                sessions.push((key, record));
            }
        }
        Ok(sessions)
    }
}

fn place(asked: &StoreKey, own: &StoreKey) -> Place {
    if asked == own {
        Place::Here
    } else {
        Place::Moved
    }
}

impl<S: TowerStore> SessionStore for TowerSessionsStore<S> {
    async fn load(&self, key: &StoreKey) -> Result<Option<Record>, LoadError> {
        let found = self.in_time(self.0.find(key, true)).await;
        found
            .map_err(unread)
            .map(|found| found.map(|(_, record)| record))
    }

    async fn create(&self, key: &StoreKey, record: Record) -> Result<(), CreateError> {
        let created = self.in_time(async {
            let _all = self.0.all.write().await;
            self.0.own(key, &record).await?;
            self.0.insert(key, &Entry::Session(record)).await
        });
        match created.await.map_err(CreateError::other)? {
            true => Ok(()),
            false => Err(CreateError::Exists),
        }
    }

    async fn apply(&self, key: &StoreKey, patch: &Patch) -> Result<Place, ApplyError> {
        let applied = self.in_time(async {
            if patch.owner().is_none() {
                return self.0.change(key, |record| record.apply(patch)).await;
            }
            let _all = self.0.all.write().await;
            let Some((own, mut record)) = self.0.find(key, false).await? else {
                return Ok(None);
            };
            record.apply(patch);
            self.0.own(&own, &record).await?;
            self.0.put(&own, &Entry::Session(record)).await?;
            Ok(Some(place(key, &own)))
        });
        let place = applied.await.map_err(ApplyError::other)?;
        place.ok_or(ApplyError::NotFound)
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        patch: &Patch,
        grace: Grace,
    ) -> Result<(), RenameError> {
        let renamed = self.in_time(async {
            let _all = self.0.all.write().await;
            let mut record = match self.0.entry(old).await? {
                None => return Ok(Err(RenameError::NotFound)),
                Some(Entry::Moved { .. }) => return Ok(Err(RenameError::Moved)),
                Some(Entry::Session(record)) => record,
            };
            record.apply(patch);
            if self.0.entry(new).await?.is_some() {
                return Ok(Err(RenameError::Exists));
            }
            self.0.own(new, &record).await?;
            // The new one first: if the process ends here, nothing is lost, and
            // nobody knows the new key.
            if !self.0.insert(new, &Entry::Session(record)).await? {
                return Ok(Err(RenameError::Exists));
            }
            match grace {
                Grace::None => self.0.remove(old).await?,
                Grace::InFlight(_) | Grace::Full(_) => {
                    let moved = Entry::Moved {
                        target: *new,
                        reads: matches!(grace, Grace::Full(_)),
                        until: Timestamp::now().saturating_add(grace.duration()),
                    };
                    self.0.put(old, &moved).await?;
                }
            }
            Ok(Ok(()))
        });
        renamed.await.map_err(RenameError::other)?
    }

    async fn delete(&self, key: &StoreKey) -> Result<(), DeleteError> {
        let deleted = self.in_time(async {
            let mut own = *key;
            for _ in 0..LONGEST_CHAIN {
                let _lock = self.0.lock(&own).await;
                match self.0.entry(&own).await {
                    Ok(None) => return Ok(()),
                    Ok(Some(Entry::Moved { target, .. })) => own = target,
                    // An unreadable session can still be ended.
                    Ok(Some(Entry::Session(_))) | Err(Failure::Corrupt(_)) => {
                        return self.0.remove(&own).await;
                    }
                    Err(failure) => return Err(failure),
                }
            }
            Ok(())
        });
        deleted.await.map_err(DeleteError::other)
    }

    async fn list_owned(&self, owner: &str) -> Result<Vec<(StoreKey, Record)>, LoadError> {
        let listed = self.in_time(async {
            let _all = self.0.all.write().await;
            self.0.owned(owner).await
        });
        listed.await.map_err(unread)
    }

    async fn delete_owned(&self, owner: &str, which: Owned) -> Result<usize, DeleteOwnedError> {
        let deleted = self.in_time(async {
            let _all = self.0.all.write().await;
            let named = match which {
                Owned::All => None,
                Owned::AllBut(key) | Owned::One(key) => {
                    let found = self.0.find(&key, false).await?;
                    Some(found.map_or(key, |(own, _)| own))
                }
            };
            let mut ended = 0;
            for (key, _) in self.0.owned(owner).await? {
                let is_named = Some(key) == named;
                let ends = match which {
                    Owned::All => true,
                    Owned::AllBut(_) => !is_named,
                    Owned::One(_) => is_named,
                };
                if ends {
                    self.0.remove(&key).await?;
                    ended += 1;
                }
            }
            Ok(ended)
        });
        deleted.await.map_err(DeleteOwnedError::other)
    }

    /// The store has its own way.
    async fn delete_expired(&self, _: usize) -> Result<usize, DeleteExpiredError> {
        Ok(0)
    }
}

fn unread(failure: Failure) -> LoadError {
    match failure {
        Failure::Corrupt(_) => LoadError::corrupt(failure),
        failure => LoadError::other(failure),
    }
}

impl<S> Clone for TowerSessionsStore<S> {
    fn clone(&self) -> TowerSessionsStore<S> {
        TowerSessionsStore(Arc::clone(&self.0))
    }
}

impl<S> fmt::Debug for TowerSessionsStore<S> {
    // Not the store's own `Debug`, which may show its contents.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TowerSessionsStore({})", std::any::type_name::<S>())
    }
}
