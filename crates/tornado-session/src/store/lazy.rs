//! `LazyStore`: a store given by URL, opened at the start or when it is needed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;

use super::any::forward;
use super::{
    AnyStore, ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace,
    LoadError, OpenError, Owned, Place, RenameError, SessionStore, StoreOptions,
};
use crate::{Patch, Record, StoreKey};

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

impl SessionStore for LazyStore {
    forward!(self => self.open().await?);
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
            AnyStore::new(store)
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

        let store = || AnyStore::new(lazy(&missing));
        let why = |error: &dyn Error| {
            let opening = error.source().unwrap().to_string();
            assert!(opening.contains("can't be opened"), "{opening}");
        };
        why(&store().load(&key).await.unwrap_err());
        why(&store().create(&key, record.clone()).await.unwrap_err());
        why(&store().apply(&key, &patch).await.unwrap_err());
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
        let first = lazy.open().await.unwrap_err();
        std::fs::create_dir(&missing).unwrap();
        let second = lazy.open().await.unwrap_err();
        assert_eq!(second.kind(), OpenErrorKind::Unreachable);
        assert_eq!(second.to_string(), first.to_string());
        let cause = |error: &OpenError| error.source().unwrap().to_string();
        assert_eq!(cause(&second), cause(&first));
        tokio::time::sleep(PAUSE).await;
        lazy.open().await.unwrap();
    }
}
