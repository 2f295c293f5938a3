//! `LazyStore`: a store by its URL, opened at the start or when it is needed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;

use super::any::{Boxed, DynStore};
use super::{
    AnyStore, ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace,
    LoadError, OpenError, Owned, Place, RenameError, StoreOptions, TouchError,
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

/// Passes an operation on: at once if the store is open, so that its future is
/// not put into another.
macro_rules! pass_on {
    ($self:ident, $error:ident, $store:ident => $operation:expr) => {
        match $self.0.opened.get() {
            Some($store) => $operation,
            None => Box::pin(async move {
                let $store = $self.open().await.map_err($error::other)?;
                $operation.await
            }),
        }
    };
}

impl DynStore for LazyStore {
    fn name(&self) -> &'static str {
        self.0.opened.get().map_or("not opened yet", AnyStore::name)
    }

    fn load<'a>(&'a self, key: &'a StoreKey) -> Boxed<'a, Result<Option<Record>, LoadError>> {
        pass_on!(self, LoadError, store => store.erased().load(key))
    }

    fn create<'a>(
        &'a self,
        key: &'a StoreKey,
        record: Record,
    ) -> Boxed<'a, Result<(), CreateError>> {
        pass_on!(self, CreateError, store => store.erased().create(key, record))
    }

    fn apply<'a>(
        &'a self,
        key: &'a StoreKey,
        patch: &'a Patch,
    ) -> Boxed<'a, Result<Place, ApplyError>> {
        pass_on!(self, ApplyError, store => store.erased().apply(key, patch))
    }

    fn touch<'a>(
        &'a self,
        key: &'a StoreKey,
        end: Timestamp,
    ) -> Boxed<'a, Result<Place, TouchError>> {
        pass_on!(self, TouchError, store => store.erased().touch(key, end))
    }

    fn rename<'a>(
        &'a self,
        old: &'a StoreKey,
        new: &'a StoreKey,
        patch: &'a Patch,
        grace: Grace,
    ) -> Boxed<'a, Result<(), RenameError>> {
        pass_on!(self, RenameError, store => store.erased().rename(old, new, patch, grace))
    }

    fn delete<'a>(&'a self, key: &'a StoreKey) -> Boxed<'a, Result<(), DeleteError>> {
        pass_on!(self, DeleteError, store => store.erased().delete(key))
    }

    fn list_owned<'a>(
        &'a self,
        owner: &'a str,
    ) -> Boxed<'a, Result<Vec<(StoreKey, Record)>, LoadError>> {
        pass_on!(self, LoadError, store => store.erased().list_owned(owner))
    }

    fn delete_owned<'a>(
        &'a self,
        owner: &'a str,
        which: Owned,
    ) -> Boxed<'a, Result<usize, DeleteOwnedError>> {
        pass_on!(self, DeleteOwnedError, store => store.erased().delete_owned(owner, which))
    }

    fn delete_expired(&self, batch: usize) -> Boxed<'_, Result<usize, DeleteExpiredError>> {
        pass_on!(self, DeleteExpiredError, store => store.erased().delete_expired(batch))
    }
}
