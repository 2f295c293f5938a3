//! This crate's stores against the tests for all stores.

#![cfg(feature = "conformance")]

use std::sync::Arc;

use tornado_session::{AnyStore, MemoryStore, conformance};

// ANCHOR: example
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_memory_store_conforms() {
    conformance::run(async || MemoryStore::new()).await;
}
// ANCHOR_END: example

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_small_memory_store_conforms() {
    conformance::run(async || MemoryStore::with_max_sessions(40)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_erased_and_a_shared_store_conform() {
    conformance::run(async || Arc::new(AnyStore::new(MemoryStore::new()))).await;
}
