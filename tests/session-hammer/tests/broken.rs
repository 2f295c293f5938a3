//! The hammers against a store that does what most session layers do: it reads
//! the whole record, changes it and writes it back. They must notice.

use session_hammer::{Hammer, Plan, Site, hammers};
use tornado_session::store::{
    ApplyError, CreateError, DeleteError, DeleteExpiredError, DeleteOwnedError, Grace, LoadError,
    Owned, Place, RenameError,
};
use tornado_session::{AnyStore, MemoryStore, Patch, Record, SessionStore, StoreKey, Timestamp};

struct WholeRecords(MemoryStore);

impl WholeRecords {
    /// Others get a turn in between, as with any database.
    async fn change(&self, key: &StoreKey, change: impl FnOnce(&mut Record)) {
        let Ok(Some(mut record)) = self.0.load(key).await else {
            return;
        };
        tokio::task::yield_now().await;
        change(&mut record);
        self.0.delete(key).await.ok();
        self.0.create(key, record).await.ok();
    }
}

impl SessionStore for WholeRecords {
    async fn load(&self, key: &StoreKey) -> Result<Option<Record>, LoadError> {
        self.0.load(key).await
    }

    async fn create(&self, key: &StoreKey, record: Record) -> Result<(), CreateError> {
        self.0.create(key, record).await
    }

    async fn apply(&self, key: &StoreKey, patch: &Patch) -> Result<Place, ApplyError> {
        self.change(key, |record| record.apply(patch)).await;
        Ok(Place::Here)
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        patch: &Patch,
        grace: Grace,
    ) -> Result<(), RenameError> {
        self.0.rename(old, new, patch, grace).await
    }

    async fn delete(&self, key: &StoreKey) -> Result<(), DeleteError> {
        self.0.delete(key).await
    }

    async fn list_owned(&self, owner: &str) -> Result<Vec<(StoreKey, Record)>, LoadError> {
        self.0.list_owned(owner).await
    }

    async fn delete_owned(&self, owner: &str, which: Owned) -> Result<usize, DeleteOwnedError> {
        self.0.delete_owned(owner, which).await
    }

    async fn delete_expired(&self, batch: usize) -> Result<usize, DeleteExpiredError> {
        self.0.delete_expired(batch).await
    }
}

async fn site() -> Site {
    Site::start([AnyStore::new(WholeRecords(MemoryStore::new()))]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_update_that_is_lost_is_noticed() {
    let report = hammers::different_keys(&site().await, Plan::new(4, 8, 50)).await;
    assert!(report.lost > 0, "{report:?}");
    assert!(!Hammer::DifferentKeys.is_kept(&report));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_that_comes_back_is_noticed() {
    for _ in 0..50 {
        let report = hammers::logouts(&site().await, Plan::new(4, 8, 20).at_once(2)).await;
        assert_eq!(report.ended, 4);
        if report.revived > 0 {
            assert!(!Hammer::Logouts.is_kept(&report));
            return;
        }
    }
    panic!("none has come back");
}

/// The neighbours in the table are measured by the same clients.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tower_sessions_keeps_what_one_client_writes() {
    let site = Site::start_tower_sessions().await;
    let report = hammers::different_keys(&site, Plan::new(4, 1, 50).keys(10)).await;
    assert!(Hammer::DifferentKeys.is_kept(&report), "{report:?}");
    let report = hammers::logouts(&site, Plan::new(4, 1, 10)).await;
    assert!(Hammer::Logouts.is_kept(&report), "{report:?}");
}
