//! A store of tower-sessions: kept to the contract, within one process.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tornado_session::store::{ApplyError, LoadError};
use tornado_session::{SessionStore, StoreOptions, TowerSessionsStore, conformance};
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::{Error, Result};
use tower_sessions_memory_store::MemoryStore;

use crate::hammer::{self, chain, key, record, set};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_conforms() {
    let store = async || TowerSessionsStore::new(MemoryStore::default(), StoreOptions::new());
    conformance::run(store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_stands_the_hammer() {
    let store = Arc::new(TowerSessionsStore::new(
        MemoryStore::default(),
        StoreOptions::new(),
    ));
    hammer::every_key_is_there_at_the_end(Arc::clone(&store)).await;
    hammer::no_session_comes_back(store).await;
}

/// One that fails, in each of its ways.
#[derive(Debug)]
enum Broken {
    Down,
    Garbled,
    Silent,
}

#[async_trait::async_trait]
impl tower_sessions_core::SessionStore for Broken {
    async fn save(&self, _: &Record) -> Result<()> {
        Err(Error::Backend("connection lost".to_owned()))
    }

    async fn load(&self, _: &Id) -> Result<Option<Record>> {
        match self {
            Broken::Down => Err(Error::Backend("connection lost".to_owned())),
            Broken::Garbled => Err(Error::Decode("not a record: 4111".to_owned())),
            Broken::Silent => std::future::pending().await,
        }
    }

    async fn delete(&self, _: &Id) -> Result<()> {
        Err(Error::Backend("connection lost".to_owned()))
    }
}

#[tokio::test]
async fn what_fails_there_is_an_error_here() {
    let options = StoreOptions::new().timeout(Duration::from_millis(200));
    let down = TowerSessionsStore::new(Broken::Down, options.clone());
    let error = down.load(&key()).await.unwrap_err();
    assert!(
        chain(&error).contains("connection lost"),
        "{}",
        chain(&error)
    );
    assert!(down.create(&key(), record()).await.is_err());
    let applied = down.apply(&key(), &set("b")).await;
    assert!(matches!(applied, Err(ApplyError::Other(_))), "{applied:?}");

    let garbled = TowerSessionsStore::new(Broken::Garbled, options.clone());
    let error = garbled.load(&key()).await.unwrap_err();
    assert!(matches!(error, LoadError::Corrupt(_)), "{error:?}");
    assert!(!format!("{} {error:?}", chain(&error)).contains("4111"));

    let silent = TowerSessionsStore::new(Broken::Silent, options);
    let start = Instant::now();
    let error = silent.load(&key()).await.unwrap_err();
    assert!(
        chain(&error).contains("no answer within 200ms"),
        "{}",
        chain(&error)
    );
    assert!(start.elapsed() < Duration::from_secs(1));
}
