//! The stores of this crate against the tests for all stores.

#![cfg(feature = "conformance")]

use std::sync::Arc;

use tornado_session::{AnyStore, MemoryStore, conformance};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_memory_store_conforms() {
    conformance::run(async || MemoryStore::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_small_memory_store_conforms() {
    conformance::run(async || MemoryStore::with_max_sessions(40)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_erased_and_a_shared_store_conform() {
    conformance::run(async || Arc::new(AnyStore::new(MemoryStore::new()))).await;
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_sqlite_store_conforms() {
    use tornado_session::{SqliteStore, StoreOptions};

    let folder = tempfile::tempdir().unwrap();
    let count = std::cell::Cell::new(0);
    conformance::run(async || {
        count.set(count.get() + 1);
        let path = folder.path().join(format!("{}.db", count.get()));
        SqliteStore::open(path, StoreOptions::new()).await.unwrap()
    })
    .await;
}
