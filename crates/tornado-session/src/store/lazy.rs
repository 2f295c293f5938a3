//! `LazyStore`: a store given by URL, opened at the start or when it is needed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;

use super::any::{Boxed, DynStore};
use super::{
    AnyStore, ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace,
    LoadError, OpenError, Owned, Place, RenameError, StoreOptions, TouchError,
};
use crate::{Patch, Record, StoreKey, Timestamp};

/// Settings are read synchronously, so the store that they name is opened
/// later.
#[derive(Clone)]
pub(crate) struct LazyStore(Arc<Inner>);

struct Inner {
    url: String,
    options: StoreOptions,
    opened: OnceCell<AnyStore>,
    /// Why it could not be opened a moment ago.
    refused: Mutex<Option<(Instant, OpenError)>>,
}

/// How long to wait before another try. Without a pause, requests that wait for
/// a database that is down would queue up, each for its own try.
const PAUSE: Duration = Duration::from_secs(1);

impl AnyStore {
    pub(crate) fn lazy(store: LazyStore) -> AnyStore {
        AnyStore::of_erased(store)
    }
}

impl LazyStore {
    pub(crate) fn new(url: String, options: StoreOptions) -> LazyStore {
        LazyStore(Arc::new(Inner {
            url,
            options,
            opened: OnceCell::new(),
            refused: Mutex::new(None),
        }))
    }

    /// The store, opened if it is not open yet.
    pub(crate) async fn open(&self) -> Result<&AnyStore, OpenError> {
        self.0.opened.get_or_try_init(|| self.0.try_to_open()).await
    }
}

impl Inner {
    /// Runs one at a time, which the cell ensures.
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

/// Forwards an operation, directly if the store is open, so that its future is
/// not wrapped in another.
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

#[cfg(all(test, feature = "conformance", feature = "sqlite"))]
mod tests {
    use std::error::Error;
    use std::path::Path;
    use std::time::Duration;

    use super::{LazyStore, PAUSE};
    use crate::store::{Grace, OpenError, OpenErrorKind, Owned, Place, StoreOptions};
    use crate::{AnyStore, Patch, Record, SessionId, SessionStore as _, Timestamp, conformance};

    fn lazy(folder: &Path) -> LazyStore {
        let file = folder.join("sessions.db");
        LazyStore::new(format!("sqlite:{}", file.display()), StoreOptions::new())
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn it_conforms() {
        conformance::run(async || {
            let store = LazyStore::new("memory:".to_owned(), StoreOptions::new());
            AnyStore::lazy(store)
        })
        .await;
    }

    #[tokio::test]
    async fn every_operation_opens_it_or_says_why_not() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let key = SessionId::generate().unwrap().store_key();
        let end = Timestamp::now().saturating_add(Duration::from_secs(60));
        let (patch, record) = (Patch::new(), Record::new(end, end).with_owner("kim"));

        let store = || AnyStore::lazy(lazy(&missing));
        let why = |error: &dyn Error| {
            let opening = error.source().unwrap().to_string();
            assert!(opening.contains("can't be opened"), "{opening}");
        };
        why(&store().load(&key).await.unwrap_err());
        why(&store().create(&key, record.clone()).await.unwrap_err());
        why(&store().apply(&key, &patch).await.unwrap_err());
        why(&store().touch(&key, end).await.unwrap_err());
        let renamed = store().rename(&key, &key, &patch, Grace::None).await;
        why(&renamed.unwrap_err());
        why(&store().delete(&key).await.unwrap_err());
        why(&store().list_owned("kim").await.unwrap_err());
        let ended = store().delete_owned("kim", Owned::All).await;
        why(&ended.unwrap_err());
        why(&store().delete_expired(1).await.unwrap_err());

        std::fs::create_dir(&missing).unwrap();
        store().create(&key, record).await.unwrap();
        assert!(store().load(&key).await.unwrap().is_some());
        assert_eq!(store().apply(&key, &patch).await.unwrap(), Place::Here);
        assert_eq!(store().touch(&key, end).await.unwrap(), Place::Here);
        let new = SessionId::generate().unwrap().store_key();
        let renamed = store().rename(&key, &new, &patch, Grace::None).await;
        renamed.unwrap();
        let owned = store().list_owned("kim").await.unwrap();
        assert_eq!(owned.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [new]);
        let ended = store().delete_owned("kim", Owned::All).await;
        assert_eq!(ended.unwrap(), 1);
        let past = Timestamp::from_unix_millis(0);
        let expired = Record::new(past, past);
        store().create(&key, expired.clone()).await.unwrap();
        assert_eq!(store().delete_expired(9).await.unwrap(), 1);
        store().create(&key, expired).await.unwrap();
        store().delete(&key).await.unwrap();
        assert!(store().load(&key).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn what_was_refused_a_moment_ago_is_not_tried_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let lazy = lazy(&missing);
        let store = AnyStore::lazy(lazy.clone());
        assert_eq!(format!("{store:?}"), "AnyStore(not opened yet)");
        let first = lazy.open().await.unwrap_err();
        std::fs::create_dir(&missing).unwrap();
        let second = lazy.open().await.unwrap_err();
        assert_eq!(second.kind(), OpenErrorKind::Unreachable);
        assert_eq!(second.to_string(), first.to_string());
        let cause = |error: &OpenError| error.source().unwrap().to_string();
        assert_eq!(cause(&second), cause(&first));
        tokio::time::sleep(PAUSE).await;
        lazy.open().await.unwrap();
        assert!(format!("{store:?}").contains("SqliteStore"), "{store:?}");
    }
}
