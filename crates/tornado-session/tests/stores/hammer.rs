//! Many concurrent requests on one session, through the trait.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tornado_session::store::{ApplyError, Grace, RenameError};
use tornado_session::{Json, Patch, Record, SessionId, SessionStore, StoreKey, Timestamp};

const TASKS: usize = 32;
const ROUNDS: usize = 25;

pub(crate) fn key() -> StoreKey {
    SessionId::generate().unwrap().store_key()
}

pub(crate) fn record() -> Record {
    let end = Timestamp::now().saturating_add(Duration::from_secs(600));
    Record::new(Timestamp::now(), end).with_value("a", Json::new(&1).unwrap())
}

pub(crate) fn set(key: impl Into<Arc<str>>) -> Patch {
    Patch::new().set(key, Json::new(&1).unwrap())
}

/// An error with all its sources, as in a log line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(": {error}");
        source = error.source();
    }
    text
}

/// Hundreds of writes to different keys: each is there at the end, even while
/// the session gets new keys and is prolonged.
pub(crate) async fn every_key_is_there_at_the_end<S: SessionStore>(store: Arc<S>) {
    let first = key();
    store.create(&first, record()).await.unwrap();
    let mut tasks = JoinSet::new();
    for n in 0..TASKS {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            for round in 0..ROUNDS {
                let patch = set(format!("{n}.{round}")).delete(format!("{n}.none"));
                store.apply(&first, &patch).await.unwrap();
                if round % 5 == 0 {
                    let end = Timestamp::now().saturating_add(Duration::from_secs(600));
                    store
                        .apply(&first, &Patch::new().with_expires_at(end))
                        .await
                        .unwrap();
                }
            }
        });
    }
    let mut last = first;
    for _ in 0..5 {
        let new = key();
        let grace = Grace::InFlight(Duration::from_secs(600));
        store.rename(&last, &new, &set("a"), grace).await.unwrap();
        last = new;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tasks.join_all().await;
    let data = store.load(&last).await.unwrap().unwrap();
    assert_eq!(data.data().len(), TASKS * ROUNDS + 1, "an update was lost");
}

/// The same with a logout in the middle: nothing in flight brings the session
/// back, under the old key or a new one.
pub(crate) async fn no_session_comes_back<S: SessionStore>(store: Arc<S>) {
    for round in 0..10 {
        let first = key();
        store
            .create(&first, record().with_owner("kim"))
            .await
            .unwrap();
        let mut tasks = JoinSet::new();
        for n in 0..TASKS {
            let store = Arc::clone(&store);
            tasks.spawn(async move {
                let mut new = None;
                for step in 0..4 {
                    if n == TASKS / 2 && step == 2 {
                        store.delete(&first).await.unwrap();
                    }
                    match store.apply(&first, &set(format!("{n}.{step}"))).await {
                        Ok(_) | Err(ApplyError::NotFound) => {}
                        Err(error) => panic!("{}", chain(&error)),
                    }
                    let end = Timestamp::now().saturating_add(Duration::from_secs(600));
                    match store
                        .apply(&first, &Patch::new().with_expires_at(end))
                        .await
                    {
                        Ok(_) | Err(ApplyError::NotFound) => {}
                        Err(error) => panic!("{}", chain(&error)),
                    }
                    if n == round && step == 1 {
                        let candidate = key();
                        let grace = Grace::Full(Duration::from_secs(600));
                        match store.rename(&first, &candidate, &set("b"), grace).await {
                            Ok(()) => new = Some(candidate),
                            Err(RenameError::NotFound) => {}
                            Err(error) => panic!("{}", chain(&error)),
                        }
                    }
                }
                new
            });
        }
        let keys = tasks.join_all().await;
        for key in keys.into_iter().flatten().chain([first]) {
            assert_eq!(store.load(&key).await.unwrap(), None, "it came back");
        }
        assert_eq!(store.list_owned("kim").await.unwrap(), []);
    }
}

/// Many writes to different keys while something happens to the server: every
/// confirmed write is there at the end. A write that fails is followed by a
/// pause.
pub(crate) async fn what_was_answered_is_kept<S: SessionStore>(
    store: Arc<S>,
    rounds: usize,
    pause: Duration,
    interrupt: impl AsyncFnOnce(),
) {
    let session = key();
    store.create(&session, record()).await.unwrap();
    let tasks: Vec<_> = (0..16)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut saved = Vec::new();
                for round in 0..rounds {
                    let name = format!("{n}.{round}");
                    match store.apply(&session, &set(name.as_str())).await {
                        Ok(_) => saved.push(name),
                        Err(ApplyError::Other(_)) => tokio::time::sleep(pause).await,
                        Err(error) => panic!("a session that is there: {}", chain(&error)),
                    }
                }
                saved
            })
        })
        .collect();
    interrupt().await;
    let mut saved = Vec::new();
    for task in tasks {
        saved.extend(task.await.unwrap());
    }
    assert!(!saved.is_empty());
    let data = store.load(&session).await.unwrap().unwrap();
    for name in saved {
        assert!(data.data().contains_key(name.as_str()), "{name} was lost");
    }
}
