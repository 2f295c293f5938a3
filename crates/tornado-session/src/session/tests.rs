use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use super::state::CookieDue;
use crate::store::*;
use crate::*;
use tornado_core::Clock;

const MINUTE: Duration = Duration::from_secs(60);

/// A memory store that records what it is asked to do, and fails on demand.
#[derive(Clone, Default)]
struct Spy {
    store: MemoryStore,
    seen: Arc<Mutex<Vec<String>>>,
    broken: Arc<std::sync::atomic::AtomicBool>,
    /// How many new ids will turn out to be taken.
    taken: Arc<std::sync::atomic::AtomicU32>,
    /// What every write waits for, if set.
    gate: Arc<Mutex<Option<Arc<tokio::sync::Semaphore>>>>,
}

impl Spy {
    async fn saw(&self, what: String) -> Result<(), std::io::Error> {
        self.seen.lock().unwrap().push(what);
        let gate = self.gate.lock().unwrap().clone();
        if let Some(gate) = gate {
            gate.acquire().await.unwrap().forget();
        }
        match self.broken.load(std::sync::atomic::Ordering::SeqCst) {
            true => Err(std::io::Error::other("the disk is gone")),
            false => Ok(()),
        }
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }

    /// Waits until a running save has asked for something.
    async fn asked_by<T>(&self, save: &tokio::task::JoinHandle<T>) {
        while self.seen.lock().unwrap().is_empty() {
            assert!(!save.is_finished(), "it has asked for nothing");
            tokio::task::yield_now().await;
        }
    }

    fn fail(&self, broken: bool) {
        self.broken
            .store(broken, std::sync::atomic::Ordering::SeqCst);
    }
}

fn show(patch: &Patch) -> String {
    let mut words: Vec<String> = patch
        .changes()
        .map(|(key, value)| format!("{key}={}", value.map_or("-", Json::as_str)))
        .collect();
    if patch.clears() {
        words.insert(0, "clear".to_owned());
    }
    if patch.expires_at().is_some() {
        words.push("expiry".to_owned());
    }
    if let Some(owner) = patch.owner() {
        words.push(format!("<{}>", owner.unwrap_or("nobody")));
    }
    words.join(" ")
}

impl SessionStore for Spy {
    async fn load(&self, key: &StoreKey) -> Result<Option<Record>, LoadError> {
        self.store.load(key).await
    }
    async fn create(&self, key: &StoreKey, record: Record) -> Result<(), CreateError> {
        self.saw(format!("create {}", record.data().len()))
            .await
            .map_err(CreateError::other)?;
        let one_less = |n: u32| n.checked_sub(1);
        let order = std::sync::atomic::Ordering::SeqCst;
        if self.taken.fetch_update(order, order, one_less).is_ok() {
            return Err(CreateError::Exists);
        }
        self.store.create(key, record).await
    }
    async fn apply(&self, key: &StoreKey, patch: &Patch) -> Result<Place, ApplyError> {
        self.saw(format!("apply {}", show(patch)))
            .await
            .map_err(ApplyError::other)?;
        self.store.apply(key, patch).await
    }
    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        patch: &Patch,
        grace: Grace,
    ) -> Result<(), RenameError> {
        self.saw(format!("rename {}", show(patch)))
            .await
            .map_err(RenameError::other)?;
        self.store.rename(old, new, patch, grace).await
    }
    async fn delete(&self, key: &StoreKey) -> Result<(), DeleteError> {
        self.saw("delete".to_owned())
            .await
            .map_err(DeleteError::other)?;
        self.store.delete(key).await
    }
    async fn list_owned(&self, owner: &str) -> Result<Vec<(StoreKey, Record)>, LoadError> {
        self.store.list_owned(owner).await
    }
    async fn delete_owned(&self, owner: &str, which: Owned) -> Result<usize, DeleteOwnedError> {
        self.saw(format!("delete_owned {owner}"))
            .await
            .map_err(DeleteOwnedError::other)?;
        self.store.delete_owned(owner, which).await
    }
    async fn delete_expired(&self, batch: usize) -> Result<usize, DeleteExpiredError> {
        self.store.delete_expired(batch).await
    }
}

fn options() -> SessionOptions {
    SessionOptions::new().expiry(MINUTE)
}

fn id_of(session: &Session) -> SessionId {
    match session.cookie() {
        CookieDue::Set { id, .. } => id,
        CookieDue::Nothing | CookieDue::Remove => panic!("no cookie is due"),
    }
}

fn due(session: &Session) -> &'static str {
    match session.cookie() {
        CookieDue::Set { .. } => "set",
        CookieDue::Remove => "remove",
        CookieDue::Nothing => "nothing",
    }
}

/// A saved session with `a` = 1, and a way to open it again, as requests do.
async fn begun(spy: &Spy) -> SessionId {
    let session = Session::new(spy.clone(), options());
    session.set("a", 1).unwrap();
    session.save().await.unwrap();
    spy.take();
    id_of(&session)
}

async fn open(spy: &Spy, id: &SessionId) -> Session {
    Session::open(spy.clone(), options(), id.clone())
        .await
        .unwrap()
}

fn kind<T: std::fmt::Debug>(result: Result<T, SessionError>) -> SessionErrorKind {
    result.unwrap_err().kind()
}

#[tokio::test]
async fn what_was_cleared_is_not_seen_before_it_is_saved() {
    let session = Session::new(MemoryStore::new(), options());
    session.set("a", 1).unwrap();
    session.save().await.unwrap();
    session.clear();
    assert_eq!(session.get::<u8>("a").unwrap(), None);
    assert!(session.is_empty());
    session.set("b", 2).unwrap();
    assert_eq!(session.get::<u8>("a").unwrap(), None);
    assert_eq!(session.get::<u8>("b").unwrap(), Some(2));
}

#[tokio::test]
async fn nothing_is_written_before_the_first_value() {
    let spy = Spy::default();
    let session = Session::new(spy.clone(), options());
    assert!(!session.delete("a"));
    session.clear();
    session.regenerate();
    session.set_expiry(Expiry::Browser);
    session.set("gone", 1).unwrap();
    session.delete("gone");
    session.save().await.unwrap();
    assert_eq!((spy.take(), due(&session)), (vec![], "nothing"));

    session.set("a", 1).unwrap();
    session.save().await.unwrap();
    assert_eq!(
        (spy.take(), due(&session)),
        (vec!["create 1".to_owned()], "set")
    );
    assert!(matches!(
        session.cookie(),
        CookieDue::Set {
            expires_at: None,
            ..
        }
    ));
}

#[tokio::test]
async fn only_changes_are_written() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    for (change, written) in [
        (Box::new(|_: &Session| {}) as Box<dyn Fn(&Session)>, None),
        (Box::new(|s| s.set("a", 1).unwrap()), None),
        (Box::new(|s| assert!(!s.delete("b"))), None),
        (
            Box::new(|s| {
                s.set("a", 2).unwrap();
                s.set("a", 1).unwrap()
            }),
            None,
        ),
        (
            Box::new(|s| {
                s.set("b", 2).unwrap();
                s.delete("b");
            }),
            None,
        ),
        (
            Box::new(|s| s.set("b", "x").unwrap()),
            Some("apply b=\"x\""),
        ),
        (
            Box::new(|s| s.set("c", serde_json::json!({"x": 1, "y": 2})).unwrap()),
            Some("apply c={\"x\":1,\"y\":2}"),
        ),
        (
            Box::new(|s| s.set("c", serde_json::json!({"y": 2, "x": 1})).unwrap()),
            None,
        ),
        (
            Box::new(|s| {
                s.delete("a");
                s.delete("b");
            }),
            Some("apply a=- b=-"),
        ),
        (
            Box::new(|s| {
                s.clear();
                s.set("d", 1).unwrap()
            }),
            Some("apply clear d=1"),
        ),
        (
            Box::new(|s| {
                s.set("e", 1).unwrap();
                s.clear()
            }),
            Some("apply clear"),
        ),
        (Box::new(|s| s.clear()), None),
        (Box::new(|s| s.set_expiry(Expiry::Default)), None),
        (
            Box::new(|s| s.set_expiry(Expiry::Browser)),
            Some("apply expiry"),
        ),
        (Box::new(|s| s.set_expiry(Expiry::Browser)), None),
        (
            Box::new(|s| {
                s.regenerate();
                s.set("d", 2).unwrap()
            }),
            Some("rename d=2"),
        ),
    ] {
        let session = open(&spy, &id).await;
        change(&session);
        session.save().await.unwrap();
        session.save().await.unwrap();
        assert_eq!(
            spy.take(),
            written.map(str::to_owned).into_iter().collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn what_was_set_is_read_before_and_after_the_save() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let session = open(&spy, &id).await;
    session.set("b", vec![1, 2]).unwrap();
    session.delete("a");
    for session in [
        &session,
        &session.clone(),
        &{
            session.save().await.unwrap();
            session.clone()
        },
        &open(&spy, &id).await,
    ] {
        assert_eq!(session.get::<Vec<u8>>("b").unwrap(), Some(vec![1, 2]));
        assert_eq!(
            (session.keys(), session.contains("a"), session.is_empty()),
            (vec!["b".to_owned()], false, false)
        );
    }
    let opened = open(&spy, &id).await;
    let record = spy.store.load(&id.store_key()).await.unwrap().unwrap();
    assert_eq!(
        (opened.is_new(), opened.created_at()),
        (false, Some(record.created_at()))
    );
    assert_eq!(
        session.pop::<String>("b").unwrap_err().kind(),
        SessionErrorKind::WrongType
    );
    assert!(session.contains("b"));
    assert_eq!(session.pop::<Vec<u8>>("b").unwrap(), Some(vec![1, 2]));
    assert!(session.is_empty());
}

#[tokio::test]
async fn errors_name_key_and_type_and_never_the_value() {
    let session = Session::new(MemoryStore::new(), options());
    session.set("card", "4111-1111").unwrap();
    let error = session.get::<u32>("card").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the session's value 'card' is a string, not a u32"
    );
    for shown in [format!("{error:?}"), format!("{session:?}")] {
        assert!(shown.contains("card") && !shown.contains("4111"), "{shown}");
    }
    let odd = std::collections::BTreeMap::from([((1, 2), 3)]);
    let error = session.set("odd", odd).unwrap_err();
    assert_eq!(error.kind(), SessionErrorKind::Unserializable);
    assert_eq!(
        error.to_string(),
        "the session's value 'odd' can't be written as JSON"
    );
}

#[tokio::test]
async fn requests_at_once_keep_each_others_changes() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let (one, two) = (open(&spy, &id).await, open(&spy, &id).await);
    one.set("one", 1).unwrap();
    two.set("two", 2).unwrap();
    two.delete("a");
    one.save().await.unwrap();
    two.save().await.unwrap();
    assert_eq!(open(&spy, &id).await.keys(), ["one", "two"]);
}

#[tokio::test]
async fn a_logout_is_not_undone_by_a_request_in_flight() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let (slow, idle, logout) = (
        open(&spy, &id).await,
        open(&spy, &id).await,
        open(&spy, &id).await,
    );
    logout.destroy();
    assert!(logout.is_empty());
    logout.save().await.unwrap();
    assert_eq!(due(&logout), "remove");

    slow.set("b", 1).unwrap();
    assert_eq!(kind(slow.save().await), SessionErrorKind::Ended);
    assert_eq!(
        (due(&slow), slow.is_empty(), spy.store.len()),
        ("remove", true, 0)
    );
    // It stays ended, and can't use what it knew to become another session.
    assert_eq!(kind(slow.set("c", 1)), SessionErrorKind::Ended);
    slow.regenerate();
    slow.destroy();
    slow.save().await.unwrap();
    assert_eq!((due(&slow), spy.store.len()), ("remove", 0));
    idle.save_with_response().await.unwrap();
    assert_eq!(due(&idle), "nothing");
    assert!(open(&spy, &id).await.is_new());
}

#[tokio::test]
async fn an_unknown_id_is_not_taken_over() {
    let spy = Spy::default();
    let chosen = SessionId::generate().unwrap();
    let session = open(&spy, &chosen).await;
    assert!(session.is_new() && session.is_empty());
    session.save().await.unwrap();
    assert_eq!(due(&session), "nothing");
    session.set("a", 1).unwrap();
    session.save().await.unwrap();
    assert!(id_of(&session) != chosen && open(&spy, &chosen).await.is_new());
}

#[tokio::test]
async fn a_destroyed_session_makes_way_for_a_new_one() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let session = open(&spy, &id).await;
    session.set("lost", 1).unwrap();
    session.destroy();
    session.set("flash", "bye").unwrap();
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["delete", "create 1"]);
    assert!(session.is_new() && id_of(&session) != id);
    assert_eq!(open(&spy, &id_of(&session)).await.keys(), ["flash"]);
    assert!(open(&spy, &id).await.is_new());
}

#[tokio::test]
async fn a_new_id_shuts_out_the_old_one_and_requests_in_flight_lose_nothing() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let (login, slow, second) = (
        open(&spy, &id).await,
        open(&spy, &id).await,
        open(&spy, &id).await,
    );
    login.regenerate();
    login.set("user", "kim").unwrap();
    login.save().await.unwrap();
    let new = id_of(&login);
    assert!(open(&spy, &id).await.is_new());
    assert_eq!(open(&spy, &new).await.keys(), ["a", "user"]);

    slow.set("cart", 1).unwrap();
    slow.set_expiry(Expiry::Idle(MINUTE * 2));
    slow.save().await.unwrap();
    // The client must not be sent the old id again.
    assert_eq!(due(&slow), "nothing");
    assert_eq!(open(&spy, &new).await.keys(), ["a", "cart", "user"]);

    // Somebody else's login must not enter what may be another user's session.
    second.regenerate();
    second.set("user", "eve").unwrap();
    assert_eq!(kind(second.save().await), SessionErrorKind::Ended);
    assert_eq!(due(&second), "nothing");
    assert_eq!(
        open(&spy, &new)
            .await
            .get::<String>("user")
            .unwrap()
            .as_deref(),
        Some("kim")
    );

    // But with the new id known, the old one can still end the session.
    let late = Session::open(spy.clone(), options(), new.clone())
        .await
        .unwrap();
    late.destroy();
    late.save().await.unwrap();
    assert!(open(&spy, &new).await.is_new());
}

#[tokio::test]
async fn a_full_grace_keeps_the_old_id_for_a_while() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let session = open(&spy, &id).await;
    session.regenerate_with(Grace::Full(MINUTE));
    session.save().await.unwrap();
    let old = open(&spy, &id).await;
    assert!(!old.is_new());
    old.destroy();
    old.save().await.unwrap();
    assert!(open(&spy, &id_of(&session)).await.is_new());
}

#[tokio::test]
async fn a_session_in_use_is_prolonged_now_and_then() {
    let spy = Spy::default();
    let now = Timestamp::now();
    for (left, options, touched) in [
        (59, options(), false),
        (47, options(), true),
        (47, options().expiry(Duration::from_secs(50)), false),
    ] {
        let id = SessionId::generate().unwrap();
        let end = now.saturating_add(Duration::from_secs(left));
        spy.store
            .create(&id.store_key(), Record::new(now, end))
            .await
            .unwrap();
        let session = Session::open(spy.clone(), options, id.clone())
            .await
            .unwrap();
        session.save().await.unwrap();
        let written: &[&str] = if touched { &["apply expiry"] } else { &[] };
        assert_eq!(spy.take(), written, "{left}");
        assert_eq!(due(&session), if touched { "set" } else { "nothing" });
        let end_now = spy
            .store
            .load(&id.store_key())
            .await
            .unwrap()
            .unwrap()
            .expires_at();
        assert_eq!(end_now > end, touched);
        if let CookieDue::Set { expires_at, .. } = session.cookie() {
            assert_eq!(expires_at, Some(end_now));
        }
    }
}

#[tokio::test]
async fn a_limit_on_the_whole_is_kept() {
    let spy = Spy::default();
    let session = Session::new(spy.clone(), options().max_lifetime(Duration::from_secs(30)));
    session.set("a", 1).unwrap();
    session.save().await.unwrap();
    let key = session.key().unwrap();
    let record = spy.store.load(&key).await.unwrap().unwrap();
    let limit = record.created_at().saturating_add(Duration::from_secs(30));
    assert_eq!(
        (record.expires_at(), record.lifetime().deadline()),
        (limit, Some(limit))
    );
    session.set_expiry(Expiry::Idle(MINUTE * 5));
    session.save().await.unwrap();
    let record = spy.store.load(&key).await.unwrap().unwrap();
    assert_eq!(
        (record.expires_at(), record.lifetime().deadline()),
        (limit, Some(limit))
    );
    assert_eq!(record.lifetime().expiry(), Expiry::Idle(MINUTE * 5));
}

#[tokio::test]
async fn a_save_that_fails_keeps_the_changes() {
    let spy = Spy::default();
    let session = Session::new(spy.clone(), options());
    session.set("a", 1).unwrap();
    spy.fail(true);
    let error = session.save().await.unwrap_err();
    assert_eq!(
        (error.kind(), due(&session)),
        (SessionErrorKind::Store, "nothing")
    );
    let causes = std::error::Error::source(&error).unwrap();
    assert_eq!(
        std::error::Error::source(causes).unwrap().to_string(),
        "the disk is gone"
    );
    spy.fail(false);
    session.save().await.unwrap();
    assert_eq!(open(&spy, &id_of(&session)).await.keys(), ["a"]);

    // A value that is set back after a failure is written, since the store may
    // have the previous one.
    session.set("a", 2).unwrap();
    spy.fail(true);
    session.save().await.unwrap_err();
    session.set("a", 1).unwrap();
    spy.fail(false);
    spy.take();
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["apply a=1"]);
}

#[tokio::test]
async fn what_changes_while_a_save_waits_is_neither_lost_nor_saved_twice() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let session = open(&spy, &id).await;
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    *spy.gate.lock().unwrap() = Some(Arc::clone(&gate));
    session.set("a", 2).unwrap();
    session.set("b", 2).unwrap();
    let save = tokio::spawn({
        let session = session.clone();
        async move { session.save().await }
    });
    spy.asked_by(&save).await;
    session.set("a", 1).unwrap();
    session.set("c", 3).unwrap();
    assert_eq!(session.get::<u8>("a").unwrap(), Some(1));
    gate.add_permits(9);
    save.await.unwrap().unwrap();
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["apply a=2 b=2", "apply a=1 c=3"]);
}

#[tokio::test]
async fn a_session_that_is_destroyed_while_it_is_created_goes_again() {
    let spy = Spy::default();
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    *spy.gate.lock().unwrap() = Some(Arc::clone(&gate));
    let session = Session::new(spy.clone(), options());
    session.set("a", 1).unwrap();
    let save = tokio::spawn({
        let session = session.clone();
        async move { session.save().await }
    });
    spy.asked_by(&save).await;
    session.destroy();
    gate.add_permits(9);
    save.await.unwrap().unwrap();
    assert_eq!(
        (spy.take(), spy.store.len()),
        (vec!["create 1".to_owned(), "delete".to_owned()], 0)
    );
    assert_eq!(due(&session), "nothing");
}

#[tokio::test]
async fn a_save_that_is_dropped_half_way_can_be_made_again() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let session = open(&spy, &id).await;
    session.set("b", 1).unwrap();
    *spy.gate.lock().unwrap() = Some(Arc::new(tokio::sync::Semaphore::new(0)));
    assert!(
        tokio::time::timeout(Duration::from_millis(1), session.save())
            .await
            .is_err()
    );
    *spy.gate.lock().unwrap() = None;
    session.save().await.unwrap();
    assert_eq!(open(&spy, &id).await.keys(), ["a", "b"]);
}

#[tokio::test]
async fn after_the_headers_a_session_that_has_its_cookie_can_be_saved() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let session = open(&spy, &id).await;
    session.set_head_sent();
    session.set("b", 1).unwrap();
    session.save().await.unwrap();
    session.regenerate();
    assert_eq!(kind(session.save().await), SessionErrorKind::HeadersSent);

    let fresh = Session::new(spy.clone(), options());
    fresh.set_head_sent();
    fresh.save().await.unwrap();
    fresh.set("a", 1).unwrap();
    assert_eq!(kind(fresh.save().await), SessionErrorKind::HeadersSent);
    session.discard();
    fresh.discard();
}

#[tokio::test]
async fn what_is_discarded_is_not_saved() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let session = open(&spy, &id).await;
    session.set("b", 1).unwrap();
    session.discard();
    session.save().await.unwrap();
    let session = open(&spy, &id).await;
    session.destroy();
    session.discard();
    assert_eq!(due(&session), "nothing");
    session.save().await.unwrap();
    assert_eq!(open(&spy, &id).await.keys(), ["a"]);
}

#[tokio::test]
async fn a_login_writes_the_owner_once_and_a_new_id_each_time() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let session = open(&spy, &id).await;
    session.login("kim").unwrap();
    assert_eq!(session.owner().as_deref(), Some("kim"));
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["rename <kim>"]);
    session.save().await.unwrap();
    assert!(spy.take().is_empty());

    let session = open(&spy, &id_of(&session)).await;
    assert_eq!(session.owner().as_deref(), Some("kim"));
    session.login("kim").unwrap();
    session.set("b", 1).unwrap();
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["rename b=1"]);
    // The client must be sent the new id even if nothing else has changed.
    assert_eq!(due(&session), "set");

    // If it is uncertain what the store has received, it is written again.
    spy.fail(true);
    session.login("kim").unwrap();
    session.save().await.unwrap_err();
    spy.fail(false);
    spy.take();
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["rename <kim>"]);
}

#[tokio::test]
async fn a_login_over_another_user_ends_that_session() {
    let spy = Spy::default();
    let session = Session::new(spy.clone(), options());
    session.login("kim").unwrap();
    session.set("a", 1).unwrap();
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["create 1"]);
    session.login("lee").unwrap();
    assert!(session.is_empty() && session.is_new());
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["delete", "create 0"]);
    assert!(spy.store.list_owned("kim").await.unwrap().is_empty());
    assert_eq!(spy.store.list_owned("lee").await.unwrap().len(), 1);
    // Both in one request: the last one counts, and has no values of the first.
    let session = Session::new(spy.clone(), options());
    session.login("ann").unwrap();
    session.set("a", 1).unwrap();
    session.login("bob").unwrap();
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["create 0"]);
    assert!(spy.store.list_owned("ann").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_login_goes_on_without_the_session_that_has_ended() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let (login, late) = (open(&spy, &id).await, open(&spy, &id).await);
    spy.store.delete(&id.store_key()).await.unwrap();
    login.clear();
    login.set("b", 2).unwrap();
    login.set_expiry(Expiry::Browser);
    login.login("kim").unwrap();
    login.save().await.unwrap();
    assert_eq!(spy.take(), ["rename clear b=2 expiry <kim>", "create 1"]);
    assert_eq!((login.keys(), login.is_new()), (vec!["b".to_owned()], true));
    assert_eq!(login.expiry(), Expiry::Browser);
    let record = spy
        .store
        .load(&login.key().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(record.lifetime().expiry(), Expiry::Browser);
    assert_ne!(id_of(&login), id);

    // The same holds if a save has found out before.
    late.set("c", 3).unwrap();
    assert_eq!(kind(late.save().await), SessionErrorKind::Ended);
    late.login("kim").unwrap();
    late.set("d", 4).unwrap();
    late.save().await.unwrap();
    assert_eq!(open(&spy, &id_of(&late)).await.keys(), ["d"]);
    assert_eq!(spy.store.list_owned("kim").await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_login_that_is_discarded_is_none() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let session = open(&spy, &id).await;
    session.login("kim").unwrap();
    session.discard();
    session.save().await.unwrap();
    assert_eq!((spy.take(), session.owner()), (vec![], None));
    assert_eq!(due(&session), "nothing");
}

#[tokio::test]
async fn a_stale_id_is_looked_at_before_a_session_begins() {
    let spy = Spy::default();
    // It has ended: the new session begins.
    let unknown = SessionId::generate().unwrap();
    let session = open(&spy, &unknown).await;
    session.set("a", 1).unwrap();
    session.save().await.unwrap();
    session.set("b", 1).unwrap();
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["apply ", "create 1", "apply b=1"]);

    // It was replaced a moment ago: nothing begins, and the request is told so.
    let id = begun(&spy).await;
    let session = open(&spy, &id).await;
    session.regenerate();
    session.save().await.unwrap();
    spy.take();
    let late = open(&spy, &id).await;
    late.save().await.unwrap();
    assert!(spy.take().is_empty(), "who only reads costs nothing");
    late.set("a", 2).unwrap();
    assert_eq!(kind(late.save().await), SessionErrorKind::Ended);
    assert_eq!(
        (spy.take(), due(&late)),
        (vec!["apply ".to_owned()], "nothing")
    );
    assert_eq!(
        open(&spy, &id_of(&session)).await.get("a").unwrap(),
        Some(1)
    );

    // A login with it gets a session of its own, and a logout ends the other.
    let login = open(&spy, &id).await;
    login.login("kim").unwrap();
    login.save().await.unwrap();
    assert_eq!(
        (spy.take(), due(&login)),
        (vec!["create 0".to_owned()], "set")
    );
    let logout = open(&spy, &id).await;
    logout.destroy();
    logout.save().await.unwrap();
    assert_eq!(
        (spy.take(), due(&logout)),
        (vec!["delete".to_owned()], "remove")
    );
    assert!(open(&spy, &id_of(&session)).await.is_new());
    assert!(!open(&spy, &id_of(&login)).await.is_new());

    // A store that fails at that point fails the save, and the changes are
    // kept.
    let session = open(&spy, &unknown).await;
    session.set("a", 1).unwrap();
    spy.fail(true);
    assert_eq!(kind(session.save().await), SessionErrorKind::Store);
    spy.fail(false);
    session.save().await.unwrap();
    assert_eq!(open(&spy, &id_of(&session)).await.keys(), ["a"]);
}

#[tokio::test]
async fn each_stale_id_is_looked_at_once() {
    let spy = Spy::default();
    let stale = || {
        let session = Session::fresh(
            AnyStore::new(spy.clone()),
            options(),
            Clock::default(),
            true,
        );
        let ids = [(); 3].map(|()| SessionId::generate().unwrap());
        session.set_stale(ids.map(|id| id.store_key()).to_vec());
        session
    };
    let session = stale();
    session.save().await.unwrap();
    assert!(spy.take().is_empty());
    for _ in 0..2 {
        session.set("a", 1).unwrap();
        session.save().await.unwrap();
    }
    assert_eq!(spy.take(), ["apply ", "apply ", "apply ", "create 1"]);
    session.destroy();
    session.save().await.unwrap();
    assert_eq!(
        spy.take(),
        ["delete"],
        "what is dead for sure needs no more"
    );

    let session = stale();
    session.destroy();
    session.destroy();
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["delete"; 3]);
    session.set("a", 1).unwrap();
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["create 1"]);
}

#[tokio::test]
async fn a_cookie_to_be_signed_anew_is_that_of_the_session_that_is_there() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let session = open(&spy, &id).await;
    session.resign();
    assert_eq!((due(&session), id_of(&session)), ("set", id.clone()));

    // This does not apply to a session that is gone, or to an id that another
    // request has replaced.
    let unknown = open(&spy, &SessionId::generate().unwrap()).await;
    unknown.resign();
    assert_eq!(due(&unknown), "nothing");
    let other = open(&spy, &id).await;
    other.regenerate_with(Grace::Full(MINUTE));
    other.save().await.unwrap();
    session.set("b", 1).unwrap();
    session.save().await.unwrap();
    assert_eq!(due(&session), "nothing");
    session.destroy();
    assert_eq!(due(&session), "remove");
}

#[tokio::test]
async fn messages_are_kept_in_the_order_in_which_they_came() {
    let session = Session::new(MemoryStore::new(), options());
    let sort = |n| if n % 2 == 0 { "info" } else { "error" };
    for n in 0..20 {
        session.flash(sort(n), n.to_string()).unwrap();
    }
    session.set("_flash", "no message").unwrap();
    session.set("a", 1).unwrap();
    let flashes = session.take_flashes().unwrap();
    let read = flashes
        .iter()
        .map(|flash| (flash.category(), flash.text().to_owned()));
    assert!(read.eq((0..20).map(|n| (sort(n), n.to_string()))));
    assert_eq!(session.keys(), ["_flash", "a"]);

    session.flash("info", "stays").unwrap();
    session.set("_flash:9", 9).unwrap();
    assert_eq!(kind(session.take_flashes()), SessionErrorKind::WrongType);
    assert_eq!(session.keys().len(), 4);
}

#[tokio::test]
async fn the_later_of_two_saves_wins_a_key_in_full() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let (one, two) = (open(&spy, &id).await, open(&spy, &id).await);
    one.set("a", serde_json::json!({"x": [1, 2], "one": true}))
        .unwrap();
    two.set("a", serde_json::json!({"x": [3]})).unwrap();
    one.save().await.unwrap();
    two.save().await.unwrap();
    let a: serde_json::Value = open(&spy, &id).await.get("a").unwrap().unwrap();
    assert_eq!(a, serde_json::json!({"x": [3]}));
    // A deletion is a change like any other.
    let (one, two) = (open(&spy, &id).await, open(&spy, &id).await);
    one.set("a", 1).unwrap();
    two.delete("a");
    two.save().await.unwrap();
    one.save().await.unwrap();
    assert_eq!(open(&spy, &id).await.get("a").unwrap(), Some(1));
}

#[tokio::test]
async fn an_id_that_is_taken_is_replaced_and_not_for_ever() {
    let spy = Spy::default();
    spy.taken.store(3, std::sync::atomic::Ordering::SeqCst);
    let session = Session::new(spy.clone(), options());
    session.set("a", 1).unwrap();
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["create 1"; 4]);
    assert_eq!(open(&spy, &id_of(&session)).await.keys(), ["a"]);

    spy.taken.store(9, std::sync::atomic::Ordering::SeqCst);
    let session = Session::new(spy.clone(), options());
    session.set("a", 1).unwrap();
    assert_eq!(kind(session.save().await), SessionErrorKind::Store);
    assert_eq!((spy.take().len(), due(&session)), (4, "nothing"));
}

#[tokio::test]
async fn a_new_id_that_is_asked_for_while_a_save_waits_comes_with_the_next() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let session = open(&spy, &id).await;
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    *spy.gate.lock().unwrap() = Some(Arc::clone(&gate));
    session.set("b", 2).unwrap();
    let save = tokio::spawn({
        let session = session.clone();
        async move { session.save().await }
    });
    spy.asked_by(&save).await;
    session.set("c", 3).unwrap();
    session.login("kim").unwrap();
    gate.add_permits(9);
    save.await.unwrap().unwrap();
    session.save().await.unwrap();
    assert_eq!(spy.take(), ["apply b=2", "rename c=3 <kim>"]);
    assert!(open(&spy, &id).await.is_new());
}

#[tokio::test]
async fn the_grace_of_an_old_id_ends() {
    let spy = Spy::default();
    let id = begun(&spy).await;
    let (session, slow) = (open(&spy, &id).await, open(&spy, &id).await);
    session.regenerate_with(Grace::InFlight(Duration::from_millis(60)));
    session.save().await.unwrap();
    slow.set("b", 1).unwrap();
    slow.save().await.unwrap();
    tokio::time::sleep(Duration::from_millis(80)).await;
    slow.set("c", 1).unwrap();
    assert_eq!(kind(slow.save().await), SessionErrorKind::Ended);
    assert_eq!(open(&spy, &id_of(&session)).await.keys(), ["a", "b"]);
    assert!(open(&spy, &id).await.is_new());
}

#[test]
fn handles_cross_threads() {
    fn check<T: Send + Sync + Clone + 'static>() {}
    check::<Session>();
    check::<AnyStore>();
    fn future<T: Send>(_: &T) {}
    let session = Session::new(MemoryStore::new(), options());
    future(&session.save());
}

#[test]
fn what_is_too_large_is_refused_as_a_whole_and_by_its_name() {
    #[derive(Default, serde::Serialize, serde::Deserialize)]
    #[serde(default)]
    struct Shop {
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        cart: Vec<u32>,
        note: String,
    }
    let session = Session::new(MemoryStore::new(), options().max_size(60));
    session.set("name", "kim").unwrap();
    let update = |note: usize| {
        session.update(|shop: &mut Shop| {
            shop.name = None;
            shop.cart.push(7);
            shop.note = "x".repeat(note);
        })
    };
    // `cart[7]` and `note".."`: 13 bytes and the note.
    let error = update(48).unwrap_err();
    assert_eq!(error.kind(), SessionErrorKind::TooLarge);
    assert_eq!(
        error.to_string(),
        "the session's value 'note' is too large: with it, the session would have 61 bytes, and the setting \
         'session_max_size' allows 60"
    );
    assert_eq!(session.keys(), ["name"], "all of it or nothing");
    update(47).unwrap();
    assert_eq!(session.keys(), ["cart", "note"]);
    assert!(session.set("b", 1).is_err());
    session.delete("cart");
    session.set("b", 1).unwrap();
    session.clear();
    session.set("c", "x".repeat(57)).unwrap();
    session.destroy();
    session.set("c", "x".repeat(57)).unwrap();
    session.discard();
    session.set("c", "x".repeat(57)).unwrap();
    assert!(session.set("c", "x".repeat(58)).is_err());
}

#[tokio::test]
async fn a_value_that_only_looks_another_does_not_count_twice() {
    let spy = Spy::default();
    let session = Session::new(spy.clone(), options().max_size(30));
    // As Python writes it.
    let spaced = serde_json::value::RawValue::from_string(r#"{"a": [1, 2]}"#.to_owned()).unwrap();
    session.set("v", &spaced).unwrap();
    for _ in 0..10 {
        session.set("v", serde_json::json!({"a": [1, 2]})).unwrap();
    }
    session.set("w", "x".repeat(13)).unwrap();
    assert!(session.set("w", "x".repeat(14)).is_err());
}
