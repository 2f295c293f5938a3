//! Small hammers, on every store.

use session_hammer::{Hammer, Plan, Site, run};
use test_support::{PostgresServer, RedisCluster, RedisServer};
use tornado_session::{AnyStore, StoreOptions};

/// Runs all hammers against one server, and against two with separate handles.
async fn hammer(url: &str) {
    let plan = Plan::new(2, 8, 20).keys(50);
    let open = || async {
        let store = AnyStore::open(url, StoreOptions::new()).await;
        store.expect("the store can be opened")
    };
    let site = Site::start([open().await]).await;
    run(&site, plan).await;
    let report = Hammer::DifferentKeys.run(&site, plan.together(9)).await;
    assert!(Hammer::DifferentKeys.is_kept(&report), "{report:?}");
    if url != "memory:" {
        run(&Site::start([open().await, open().await]).await, plan).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory() {
    hammer("memory:").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgresql() {
    let server = PostgresServer::start();
    hammer(&server.new_database()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redis() {
    hammer(&RedisServer::start().url()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redis_cluster() {
    hammer(&RedisCluster::start().url()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("sessions.db");
    hammer(&format!("sqlite:{}", file.display())).await;
}
