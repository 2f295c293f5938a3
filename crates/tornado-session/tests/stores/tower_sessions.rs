//! A tower-sessions store: held to the contract, within one process.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

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

/// A store that fails, in each of its ways.
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

/// Remembers how many keys an owner's index had at most, and until when it was
/// to be kept.
#[derive(Clone, Debug, Default)]
struct Watched {
    store: MemoryStore,
    largest: Arc<AtomicUsize>,
    until: Arc<AtomicI64>,
}

#[async_trait::async_trait]
impl tower_sessions_core::SessionStore for Watched {
    async fn save(&self, record: &Record) -> Result<()> {
        if let Some(keys) = record.data.get("keys").and_then(|keys| keys.as_array()) {
            self.largest.fetch_max(keys.len(), Ordering::Relaxed);
            let until = record.expiry_date.unix_timestamp();
            self.until.store(until, Ordering::Relaxed);
        }
        self.store.save(record).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        self.store.load(id).await
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.store.delete(id).await
    }
}

#[tokio::test]
async fn the_index_of_an_owner_forgets_what_has_ended() {
    let watched = Watched::default();
    let store = TowerSessionsStore::new(watched.clone(), StoreOptions::new());
    let create = async || {
        let key = key();
        let created = store.create(&key, record().with_owner("kim"));
        created.await.unwrap();
        key
    };
    for _ in 0..20 {
        create().await;
    }
    for _ in 0..20 {
        let key = create().await;
        store.delete(&key).await.unwrap();
    }
    assert_eq!(store.list_owned("kim").await.unwrap().len(), 20);
    assert_eq!(watched.largest.load(Ordering::Relaxed), 21);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = i64::try_from(now.unwrap().as_secs()).unwrap();
    let days = (watched.until.load(Ordering::Relaxed) - now) / 86_400;
    assert!((3640..=3650).contains(&days), "{days}");
}

#[test]
fn it_is_shown_by_the_type_of_its_store() {
    let store = TowerSessionsStore::new(MemoryStore::default(), StoreOptions::new());
    let shown = format!("{store:?}");
    assert!(
        shown.starts_with("TowerSessionsStore(") && shown.ends_with("::MemoryStore)"),
        "{shown}"
    );
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
