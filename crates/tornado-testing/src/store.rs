//! `FailingStore`: a session store that fails on demand.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tornado_session::store::{
    ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace, LoadError,
    Owned, Place, RenameError,
};
use tornado_session::{MemoryStore, Patch, Record, SessionStore, StoreKey};

/// An in-memory session store that breaks when a test says so, to check what
/// users then get. A clone is the same store.
///
/// ```
/// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
/// use tornado_session::{SessionMixin, SessionSettings};
/// use tornado_testing::{ExpectLog, FailingStore, TestClient};
///
/// #[derive(Handler)]
/// struct Visit(Exchange);
///
/// impl RequestHandler for Visit {
///     async fn get(&mut self) -> Result {
///         let session = self.get_session().await?;
///         session.set("visited", true)?;
///         self.write("Welcome");
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let store = FailingStore::new();
/// let settings = Settings::new().cookie_secret("a secret").session_store(store.clone());
/// let client = TestClient::new(Application::new([url("/", Visit)], settings).unwrap());
///
/// store.fail_writes(true);
/// let _expected = ExpectLog::new("tornado.application", "(?s).*the store is out of order");
/// assert_eq!(client.get("/").await.status(), 500);
///
/// store.fail_writes(false);
/// assert_eq!(client.get("/").await.text(), "Welcome");
/// # });
/// ```
#[derive(Clone, Debug, Default)]
pub struct FailingStore {
    store: MemoryStore,
    reads_fail: Arc<AtomicBool>,
    writes_fail: Arc<AtomicBool>,
    reads: Arc<AtomicUsize>,
}

impl FailingStore {
    /// An empty store that works.
    #[must_use]
    pub fn new() -> FailingStore {
        FailingStore::default()
    }

    /// Sets whether loading and listing sessions fails from now on.
    pub fn fail_reads(&self, fail: bool) {
        self.reads_fail.store(fail, Ordering::SeqCst);
    }

    /// Sets whether beginning, saving, prolonging and ending sessions fails
    /// from now on.
    pub fn fail_writes(&self, fail: bool) {
        self.writes_fail.store(fail, Ordering::SeqCst);
    }

    /// The number of sessions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether there are no sessions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.store.is_empty()
    }

    /// How often sessions were loaded or listed so far, successfully or not: to
    /// check that a page without a session causes no load.
    #[must_use]
    pub fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    fn read(&self) -> io::Result<()> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        check(&self.reads_fail)
    }
}

fn check(fails: &AtomicBool) -> io::Result<()> {
    match fails.load(Ordering::SeqCst) {
        true => Err(io::Error::other(
            "the store is out of order, as the test wants it",
        )),
        false => Ok(()),
    }
}

impl SessionStore for FailingStore {
    async fn load(&self, key: &StoreKey) -> Result<Option<Record>, LoadError> {
        self.read().map_err(LoadError::other)?;
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
        self.read().map_err(LoadError::other)?;
        self.store.list_owned(owner).await
    }

    async fn delete_owned(&self, owner: &str, which: Owned) -> Result<usize, DeleteOwnedError> {
        check(&self.writes_fail).map_err(DeleteOwnedError::other)?;
        self.store.delete_owned(owner, which).await
    }

    async fn delete_expired(&self, batch: usize) -> Result<usize, DeleteExpiredError> {
        check(&self.writes_fail).map_err(DeleteExpiredError::other)?;
        self.store.delete_expired(batch).await
    }
}
