//! `Flaky`: a store that can be down, and counts what is asked of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tornado_session::store::{
    ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace, LoadError,
    Owned, Place, RenameError, TouchError,
};
use tornado_session::{MemoryStore, Patch, Record, SessionStore, StoreKey, Timestamp};

/// A memory store that fails to write, or to read as well, on demand.
#[derive(Clone, Default)]
pub(crate) struct Flaky {
    store: MemoryStore,
    writes_fail: Arc<AtomicBool>,
    reads_fail: Arc<AtomicBool>,
    loads: Arc<AtomicUsize>,
}

impl Flaky {
    pub(crate) fn writes_fail(&self, fail: bool) {
        self.writes_fail.store(fail, Ordering::SeqCst);
    }

    pub(crate) fn reads_fail(&self, fail: bool) {
        self.reads_fail.store(fail, Ordering::SeqCst);
    }

    /// How many sessions were asked for since this was last called.
    pub(crate) fn take_loads(&self) -> usize {
        self.loads.swap(0, Ordering::SeqCst)
    }

    pub(crate) fn len(&self) -> usize {
        self.store.len()
    }
}

fn check(fails: &AtomicBool) -> Result<(), std::io::Error> {
    match fails.load(Ordering::SeqCst) {
        true => Err(std::io::Error::other("the store is down")),
        false => Ok(()),
    }
}

impl SessionStore for Flaky {
    async fn load(&self, key: &StoreKey) -> Result<Option<Record>, LoadError> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        check(&self.reads_fail).map_err(LoadError::other)?;
        self.store.load(key).await
    }

    async fn create(&self, key: &StoreKey, record: Record) -> Result<(), CreateError> {
        check(&self.writes_fail).map_err(CreateError::other)?;
        self.store.create(key, record).await
    }

    async fn apply(&self, key: &StoreKey, patch: &Patch) -> Result<Place, ApplyError> {
        check(&self.writes_fail).map_err(ApplyError::other)?;
        self.store.apply(key, patch).await
    }

    async fn touch(&self, key: &StoreKey, expires_at: Timestamp) -> Result<Place, TouchError> {
        check(&self.writes_fail).map_err(TouchError::other)?;
        self.store.touch(key, expires_at).await
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        patch: &Patch,
        grace: Grace,
    ) -> Result<(), RenameError> {
        check(&self.writes_fail).map_err(RenameError::other)?;
        self.store.rename(old, new, patch, grace).await
    }

    async fn delete(&self, key: &StoreKey) -> Result<(), DeleteError> {
        check(&self.writes_fail).map_err(DeleteError::other)?;
        self.store.delete(key).await
    }

    async fn list_owned(&self, owner: &str) -> Result<Vec<(StoreKey, Record)>, LoadError> {
        check(&self.reads_fail).map_err(LoadError::other)?;
        self.store.list_owned(owner).await
    }

    async fn delete_owned(&self, owner: &str, which: Owned) -> Result<usize, DeleteOwnedError> {
        check(&self.writes_fail).map_err(DeleteOwnedError::other)?;
        self.store.delete_owned(owner, which).await
    }

    async fn delete_expired(&self, batch: usize) -> Result<usize, DeleteExpiredError> {
        self.store.delete_expired(batch).await
    }
}
