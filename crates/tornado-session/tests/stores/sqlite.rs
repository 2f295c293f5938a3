//! SQLite: held to the contract, in one process and in several.

use std::cell::Cell;
use std::sync::Arc;

use tornado_session::{SessionStore, SqliteStore, StoreOptions, conformance};

use crate::hammer::{self, key, record, set};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let count = Cell::new(0);
    conformance::run(async || {
        count.set(count.get() + 1);
        let path = folder.path().join(format!("{}.db", count.get()));
        SqliteStore::open(path, StoreOptions::new()).await.unwrap()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_stands_the_hammer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sessions.db");
    let store = SqliteStore::open(path, StoreOptions::new()).await.unwrap();
    let store = Arc::new(store);
    hammer::every_key_is_there_at_the_end(Arc::clone(&store)).await;
    hammer::no_session_comes_back(store).await;
}

/// Two stores for one file wait for each other's locks as two processes do.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_that_share_a_file_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sessions.db");
    let (one, two) = (
        SqliteStore::open(&path, StoreOptions::new()).await.unwrap(),
        SqliteStore::open(&path, StoreOptions::new()).await.unwrap(),
    );
    let session = key();
    one.create(&session, record()).await.unwrap();
    let tasks: Vec<_> = (0..100)
        .map(|n| {
            let store = if n % 2 == 0 { one.clone() } else { two.clone() };
            tokio::spawn(async move { store.apply(&session, &set(format!("{n}"))).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let data = two.load(&session).await.unwrap().unwrap();
    assert_eq!(data.data().len(), 101);
}
