//! `LazyStore`: a store by its URL, opened at the start or when it is needed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;

use super::{
    AnyStore, ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace,
    LoadError, OpenError, Owned, Place, RenameError, SessionStore, StoreOptions, TouchError,
};
use crate::{Patch, Record, StoreKey, Timestamp};

/// Settings are read without waiting, so what they name is opened later.
#[derive(Clone)]
pub(crate) struct LazyStore(Arc<Inner>);

struct Inner {
    url: String,
    options: StoreOptions,
    opened: OnceCell<AnyStore>,
    /// Why it could not be opened a moment ago.
    refused: Mutex<Option<(Instant, OpenError)>>,
}

/// For so long it is not tried again: else requests that wait for a database
/// that is down would wait in a row, each for its own try.
const PAUSE: Duration = Duration::from_secs(1);

impl LazyStore {
    pub(crate) fn new(url: String, options: StoreOptions) -> LazyStore {
        LazyStore(Arc::new(Inner {
            url,
            options,
            opened: OnceCell::new(),
            refused: Mutex::new(None),
        }))
    }

    /// The store, opened if it is not yet.
    pub(crate) async fn open(&self) -> Result<&AnyStore, OpenError> {
        self.0.opened.get_or_try_init(|| self.0.try_to_open()).await
    }
}

impl Inner {
    /// One at a time, which the cell sees to.
    async fn try_to_open(&self) -> Result<AnyStore, OpenError> {
        if let Some((at, error)) = &*self.refused()
            && at.elapsed() < PAUSE
        {
            return Err(error.again());
        }
        let opened = AnyStore::open(&self.url, self.options.clone()).await;
        if let Err(error) = &opened {
            *self.refused() = Some((Instant::now(), error.again()));
        }
        opened
    }

    fn refused(&self) -> std::sync::MutexGuard<'_, Option<(Instant, OpenError)>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SessionStore for LazyStore {
    async fn load(&self, key: &StoreKey) -> Result<Option<Record>, LoadError> {
        self.open().await.map_err(LoadError::other)?.load(key).await
    }

    async fn create(&self, key: &StoreKey, record: Record) -> Result<(), CreateError> {
        let store = self.open().await.map_err(CreateError::other)?;
        store.create(key, record).await
    }

    async fn apply(&self, key: &StoreKey, patch: &Patch) -> Result<Place, ApplyError> {
        let store = self.open().await.map_err(ApplyError::other)?;
        store.apply(key, patch).await
    }

    async fn touch(&self, key: &StoreKey, expires_at: Timestamp) -> Result<Place, TouchError> {
        let store = self.open().await.map_err(TouchError::other)?;
        store.touch(key, expires_at).await
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        patch: &Patch,
        grace: Grace,
    ) -> Result<(), RenameError> {
        let store = self.open().await.map_err(RenameError::other)?;
        store.rename(old, new, patch, grace).await
    }

    async fn delete(&self, key: &StoreKey) -> Result<(), DeleteError> {
        let store = self.open().await.map_err(DeleteError::other)?;
        store.delete(key).await
    }

    async fn list_owned(&self, owner: &str) -> Result<Vec<(StoreKey, Record)>, LoadError> {
        let store = self.open().await.map_err(LoadError::other)?;
        store.list_owned(owner).await
    }

    async fn delete_owned(&self, owner: &str, which: Owned) -> Result<usize, DeleteOwnedError> {
        let store = self.open().await.map_err(DeleteOwnedError::other)?;
        store.delete_owned(owner, which).await
    }

    async fn delete_expired(&self, batch: usize) -> Result<usize, DeleteExpiredError> {
        let store = self.open().await.map_err(DeleteExpiredError::other)?;
        store.delete_expired(batch).await
    }
}
