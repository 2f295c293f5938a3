//! The sweep of the stores that do not do it on their own.

use test_support::PostgresServer;
use tornado_session::{PostgresStore, Record, SessionStore, SqliteStore, StoreOptions, Timestamp};

use crate::hammer::{key, record};

async fn it_is_deleted_in_batches(store: impl SessionStore) {
    let past = Timestamp::from_unix_millis(0);
    for _ in 0..5 {
        let expired = Record::new(past, past);
        store.create(&key(), expired).await.unwrap();
    }
    let kept = key();
    store.create(&kept, record()).await.unwrap();
    for deleted in [2, 2, 1, 0] {
        assert_eq!(store.delete_expired(2).await.unwrap(), deleted);
    }
    assert!(store.load(&kept).await.unwrap().is_some());
}

#[tokio::test]
async fn what_has_expired_is_deleted_from_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sessions.db");
    let store = SqliteStore::open(path, StoreOptions::new()).await.unwrap();
    it_is_deleted_in_batches(store).await;
}

#[tokio::test]
async fn what_has_expired_is_deleted_from_postgres() {
    let server = PostgresServer::shared();
    let store = PostgresStore::connect(&server.new_database(), StoreOptions::new()).await;
    it_is_deleted_in_batches(store.unwrap()).await;
}
