//! The tests that every session store must pass.
//!
//! Write one test that tells [`run`] how to make an empty store:
//!
//! ```
//! # #[tokio::main]
//! # async fn main() {
//! use tornado_session::{MemoryStore, conformance};
//!
//! conformance::run(async || MemoryStore::new()).await;
//! # }
//! ```
//!
//! Use a multi-threaded runtime, so that concurrent operations do run in
//! parallel. A database store needs a fresh schema or prefix each time, or must
//! be emptied. The tests take a second or two, as some sessions have to expire.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::store::{ApplyError, CreateError, Grace, Owned, Place, RenameError, SessionStore};
use crate::{Expiry, Json, Lifetime, Patch, Record, SessionId, StoreKey, Timestamp};

/// Runs all tests, each with a new store.
///
/// # Panics
///
/// When the store fails a test. The message says what was expected; the
/// backtrace names the test (`RUST_BACKTRACE=1`).
pub async fn run<S, F>(new_store: F)
where
    S: SessionStore,
    F: AsyncFn() -> S,
{
    macro_rules! checks {
        ($($check:ident)*) => {
            $( $check(Kit { store: Arc::new(new_store().await) }).await; )*
        };
    }
    checks! {
        what_is_created_is_loaded_whole
        a_key_that_is_not_there_is_no_error_to_load_and_to_delete
        create_does_not_overwrite
        create_at_once_lets_one_through
        apply_changes_what_the_patch_names_and_nothing_else
        apply_clears_before_it_sets
        apply_takes_values_of_every_sort
        apply_in_parallel_keeps_every_key
        apply_does_not_make_a_session
        apply_after_delete_at_once_never_brings_it_back
        apply_moves_the_expiry_and_leaves_the_data
        rename_moves_the_session_and_takes_the_patch_along
        rename_checks_both_keys
        rename_at_once_lets_one_through
        a_key_in_flight_writes_and_does_not_read
        a_key_in_full_grace_is_as_good_as_the_new_one
        a_chain_of_moved_keys_is_no_better_than_its_last
        a_grace_ends
        a_grace_may_be_without_end
        delete_by_a_moved_key_ends_the_session
        the_expired_can_not_be_reached
        a_session_expires_by_itself
        delete_expired_goes_in_batches_and_spares_the_living
        an_owner_is_kept_until_a_patch_names_another
        list_owned_has_the_living_sessions_of_one_owner
        delete_owned_ends_what_it_is_told_and_nothing_else
        delete_owned_takes_a_moved_key_for_its_session
        delete_owned_and_a_new_key_at_once_let_no_session_escape
        delete_owned_and_logins_at_once_leave_nothing_half
    }
}

struct Kit<S> {
    store: Arc<S>,
}

const LONG: Duration = Duration::from_secs(600);

/// The number of tasks that act at once.
const CROWD: usize = 16;

fn key() -> StoreKey {
    SessionId::generate()
        .expect("the system has random bytes")
        .store_key()
}

fn json(text: &str) -> Json {
    Json::from_text(text).expect("the tests write good JSON")
}

fn in_time(duration: Duration) -> Timestamp {
    Timestamp::now().saturating_add(duration)
}

fn past() -> Timestamp {
    Timestamp::from_unix_millis(Timestamp::now().as_unix_millis() - 5_000)
}

fn record() -> Record {
    Record::new(Timestamp::now(), in_time(LONG)).with_value("a", json("1"))
}

impl<S: SessionStore> Kit<S> {
    async fn load(&self, key: &StoreKey) -> Option<Record> {
        self.store.load(key).await.expect("load must not fail")
    }

    /// The data of a session as one line, or nothing if there is none.
    async fn data(&self, key: &StoreKey) -> Option<String> {
        let record = self.load(key).await?;
        let words: Vec<_> = record
            .data()
            .iter()
            .map(|(key, value)| format!("{key}={}", value.as_str()))
            .collect();
        Some(words.join(" "))
    }

    async fn create(&self, record: Record) -> StoreKey {
        let key = key();
        self.store
            .create(&key, record)
            .await
            .expect("a new key must be free");
        key
    }

    async fn apply(&self, key: &StoreKey, patch: &Patch) -> Place {
        self.store
            .apply(key, patch)
            .await
            .expect("a patch must reach a session that exists")
    }

    async fn rename(&self, old: &StoreKey, grace: Grace) -> StoreKey {
        let new = key();
        self.store
            .rename(old, &new, &Patch::new(), grace)
            .await
            .expect("a session must take a free key");
        new
    }

    /// The keys of an owner's sessions, sorted.
    async fn owned(&self, owner: &str) -> Vec<StoreKey> {
        let listed = self.store.list_owned(owner).await;
        let listed = listed.expect("list_owned must not fail");
        assert!(
            listed
                .iter()
                .all(|(_, record)| record.owner() == Some(owner)),
            "a session of somebody else is listed"
        );
        let mut keys: Vec<_> = listed.into_iter().map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys
    }

    /// Ends sessions of an owner, and returns how many.
    async fn end(&self, owner: &str, which: Owned) -> usize {
        self.store
            .delete_owned(owner, which)
            .await
            .expect("delete_owned must not fail")
    }

    /// Checks that nothing of it can be reached.
    async fn assert_gone(&self, key: &StoreKey) {
        assert_eq!(self.data(key).await, None, "it must not be loaded");
        let applied = self
            .store
            .apply(key, &Patch::new().set("b", json("2")))
            .await;
        assert!(
            matches!(applied, Err(ApplyError::NotFound)),
            "apply must be NotFound, not {applied:?}"
        );
        let new = self::key();
        let renamed = self
            .store
            .rename(key, &new, &Patch::new(), Grace::None)
            .await;
        assert!(
            matches!(renamed, Err(RenameError::NotFound)),
            "rename must be NotFound, not {renamed:?}"
        );
        for key in [key, &new] {
            assert_eq!(
                self.data(key).await,
                None,
                "what was NotFound must not have made a session"
            );
        }
    }
}

async fn what_is_created_is_loaded_whole<S: SessionStore>(kit: Kit<S>) {
    let created = Timestamp::from_unix_millis(1_700_000_000_123);
    let deadline = Some(in_time(LONG));
    for expiry in [
        Expiry::Default,
        Expiry::Idle(Duration::from_millis(90_001)),
        Expiry::At(in_time(LONG)),
        Expiry::Browser,
    ] {
        let record = Record::new(created, in_time(LONG))
            .with_lifetime(Lifetime::new(expiry, deadline))
            .with_value("text", json(r#""a \" \u0000 \\ \ud83d\ude00 <\/b>""#))
            .with_value("nested", json(r#"{"b":[1,2.5,null,{"c":false}]}"#))
            .with_value("big", json("12345678901234567890"))
            .with_value("null", json("null"))
            .with_value("", json("0"))
            .with_value("a.b['c']$ \"\u{e9}\u{1f600}", json("1"));
        let key = kit.create(record.clone()).await;
        let loaded = kit.load(&key).await.expect("it was created just now");
        assert_eq!(loaded.created_at(), record.created_at());
        assert_eq!(loaded.expires_at(), record.expires_at());
        assert_eq!(loaded.lifetime(), record.lifetime());
        let keys = |record: &Record| record.data().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&loaded), keys(&record));
        for (key, value) in record.data() {
            assert!(
                loaded.data()[key].same_as(value),
                "the value of {key:?} has changed"
            );
        }
    }
    let empty = kit.create(Record::new(created, in_time(LONG))).await;
    assert_eq!(
        kit.data(&empty).await.as_deref(),
        Some(""),
        "a session may be empty"
    );
}

async fn a_key_that_is_not_there_is_no_error_to_load_and_to_delete<S: SessionStore>(kit: Kit<S>) {
    let key = key();
    kit.assert_gone(&key).await;
    for _ in 0..2 {
        kit.store
            .delete(&key)
            .await
            .expect("there need not be a session to delete");
    }
    let key = kit.create(record()).await;
    let other = kit.create(record()).await;
    for _ in 0..2 {
        kit.store
            .delete(&key)
            .await
            .expect("delete must not fail the second time");
    }
    kit.assert_gone(&key).await;
    assert!(
        kit.data(&other).await.is_some(),
        "delete must spare other sessions"
    );
}

async fn create_does_not_overwrite<S: SessionStore>(kit: Kit<S>) {
    let key = kit.create(record()).await;
    let other = Record::new(Timestamp::now(), in_time(LONG)).with_value("b", json("2"));
    let again = kit.store.create(&key, other.clone()).await;
    assert!(
        matches!(again, Err(CreateError::Exists)),
        "create must be Exists, not {again:?}"
    );
    assert_eq!(kit.data(&key).await.as_deref(), Some("a=1"));

    kit.rename(&key, Grace::InFlight(LONG)).await;
    let moved = kit.store.create(&key, other).await;
    assert!(
        matches!(moved, Err(CreateError::Exists)),
        "a moved key is taken, too: {moved:?}"
    );
}

async fn create_at_once_lets_one_through<S: SessionStore>(kit: Kit<S>) {
    let key = key();
    let mut tasks = JoinSet::new();
    for n in 0..CROWD {
        let store = Arc::clone(&kit.store);
        let record =
            Record::new(Timestamp::now(), in_time(LONG)).with_value("n", json(&n.to_string()));
        tasks.spawn(async move { (n, store.create(&key, record).await) });
    }
    let results = tasks.join_all().await;
    let winners: Vec<_> = results
        .iter()
        .filter(|(_, result)| result.is_ok())
        .map(|(n, _)| n)
        .collect();
    assert_eq!(winners.len(), 1, "one create must win");
    assert_eq!(
        kit.data(&key).await,
        Some(format!("n={}", winners[0])),
        "the winner's record must be there"
    );
}

async fn apply_changes_what_the_patch_names_and_nothing_else<S: SessionStore>(kit: Kit<S>) {
    let key = kit
        .create(
            record()
                .with_value("b", json("2"))
                .with_value("c", json("3")),
        )
        .await;
    let other = kit.create(record()).await;
    let before = kit.load(&key).await.expect("it was created just now");
    let place = kit
        .apply(
            &key,
            &Patch::new()
                .set("b", json("[4]"))
                .delete("c")
                .delete("x")
                .set("d", json("5")),
        )
        .await;
    assert_eq!(place, Place::Here);
    assert_eq!(kit.data(&key).await.as_deref(), Some("a=1 b=[4] d=5"));
    let after = kit.load(&key).await.expect("it is still there");
    assert_eq!(
        after.expires_at(),
        before.expires_at(),
        "a patch without an expiry must leave it"
    );
    assert_eq!(
        (after.created_at(), after.lifetime()),
        (before.created_at(), before.lifetime())
    );

    let lifetime = Lifetime::new(Expiry::Browser, Some(in_time(LONG * 2)));
    let end = in_time(LONG * 2);
    kit.apply(
        &key,
        &Patch::new().with_expires_at(end).with_lifetime(lifetime),
    )
    .await;
    let after = kit.load(&key).await.expect("it is still there");
    assert_eq!((after.expires_at(), after.lifetime()), (end, lifetime));
    assert_eq!(kit.data(&key).await.as_deref(), Some("a=1 b=[4] d=5"));
    kit.apply(&key, &Patch::new()).await;
    assert_eq!(kit.data(&key).await.as_deref(), Some("a=1 b=[4] d=5"));
    assert_eq!(
        kit.data(&other).await.as_deref(),
        Some("a=1"),
        "apply must spare other sessions"
    );
}

async fn apply_clears_before_it_sets<S: SessionStore>(kit: Kit<S>) {
    let key = kit.create(record().with_value("b", json("2"))).await;
    kit.apply(&key, &Patch::new().set("b", json("3")).delete("c").clear())
        .await;
    assert_eq!(kit.data(&key).await.as_deref(), Some("b=3"));
    kit.apply(&key, &Patch::new().clear()).await;
    assert_eq!(
        kit.data(&key).await.as_deref(),
        Some(""),
        "a session that was cleared is still there"
    );
}

async fn apply_takes_values_of_every_sort<S: SessionStore>(kit: Kit<S>) {
    let key = kit.create(record()).await;
    for text in [
        "null",
        "true",
        "-1",
        "0.5",
        "\"\"",
        "[]",
        "{}",
        r#"{"a":null}"#,
        r#""\u0000 \ud83d\ude00""#,
        r#""'); DROP TABLE sessions; --""#,
    ] {
        kit.apply(
            &key,
            &Patch::new()
                .set("a", json(text))
                .set("it's \"odd\".x[0]", json(text)),
        )
        .await;
        let loaded = kit.load(&key).await.expect("it is still there");
        assert_eq!(loaded.data().len(), 2);
        assert!(
            loaded
                .data()
                .values()
                .all(|value| value.same_as(&json(text))),
            "{text} has changed"
        );
    }
    kit.apply(&key, &Patch::new().delete("it's \"odd\".x[0]"))
        .await;
    assert_eq!(
        kit.load(&key)
            .await
            .expect("it is still there")
            .data()
            .len(),
        1
    );
}

async fn apply_in_parallel_keeps_every_key<S: SessionStore>(kit: Kit<S>) {
    let key = kit.create(record()).await;
    let mut tasks = JoinSet::new();
    for n in 0..CROWD {
        let store = Arc::clone(&kit.store);
        tasks.spawn(async move {
            for round in 0..5 {
                let patch = Patch::new()
                    .set(format!("k{n}.{round}"), json(&n.to_string()))
                    .delete("a");
                store
                    .apply(&key, &patch)
                    .await
                    .expect("a patch must reach a session that exists");
            }
        });
    }
    tasks.join_all().await;
    let data = kit.load(&key).await.expect("it is still there");
    assert_eq!(data.data().len(), CROWD * 5, "an update was lost");
}

async fn apply_does_not_make_a_session<S: SessionStore>(kit: Kit<S>) {
    let key = kit.create(record()).await;
    kit.store.delete(&key).await.expect("delete must not fail");
    let patch = Patch::new()
        .clear()
        .set("a", json("1"))
        .with_expires_at(in_time(LONG));
    let applied = kit.store.apply(&key, &patch).await;
    assert!(
        matches!(applied, Err(ApplyError::NotFound)),
        "apply must be NotFound, not {applied:?}"
    );
    kit.assert_gone(&key).await;
}

async fn apply_after_delete_at_once_never_brings_it_back<S: SessionStore>(kit: Kit<S>) {
    for _ in 0..10 {
        let key = kit.create(record()).await;
        let mut tasks = JoinSet::new();
        for n in 0..CROWD {
            let store = Arc::clone(&kit.store);
            tasks.spawn(async move {
                if n == CROWD / 2 {
                    store.delete(&key).await.expect("delete must not fail");
                    return;
                }
                let patch = Patch::new()
                    .set(format!("k{n}"), json("1"))
                    .with_expires_at(in_time(LONG));
                match store.apply(&key, &patch).await {
                    Ok(_) | Err(ApplyError::NotFound) => {}
                    Err(error) => panic!("apply must work or be NotFound, not {error:?}"),
                }
            });
        }
        tasks.join_all().await;
        kit.assert_gone(&key).await;
    }
}

async fn apply_moves_the_expiry_and_leaves_the_data<S: SessionStore>(kit: Kit<S>) {
    let key = kit.create(record()).await;
    for end in [in_time(LONG * 3), in_time(LONG / 2)] {
        let place = kit
            .store
            .apply(&key, &Patch::new().with_expires_at(end))
            .await
            .expect("apply must reach a session that exists");
        assert_eq!(place, Place::Here);
        let loaded = kit.load(&key).await.expect("it is still there");
        assert_eq!(
            (loaded.expires_at(), loaded.lifetime()),
            (end, Lifetime::default())
        );
    }
    assert_eq!(kit.data(&key).await.as_deref(), Some("a=1"));
}

async fn rename_moves_the_session_and_takes_the_patch_along<S: SessionStore>(kit: Kit<S>) {
    let old = kit.create(record().with_value("b", json("2"))).await;
    let before = kit.load(&old).await.expect("it was created just now");
    let (new, end) = (key(), in_time(LONG * 2));
    let patch = Patch::new()
        .delete("b")
        .set("user", json("\"kim\""))
        .with_expires_at(end);
    kit.store
        .rename(&old, &new, &patch, Grace::None)
        .await
        .expect("a session must take a free key");
    kit.assert_gone(&old).await;
    assert_eq!(kit.data(&new).await.as_deref(), Some("a=1 user=\"kim\""));
    let after = kit.load(&new).await.expect("it is there");
    assert_eq!(
        (after.created_at(), after.expires_at()),
        (before.created_at(), end)
    );
    assert_eq!(
        kit.apply(&new, &Patch::new().set("b", json("3"))).await,
        Place::Here
    );
}

async fn rename_checks_both_keys<S: SessionStore>(kit: Kit<S>) {
    let (one, two) = (
        kit.create(record()).await,
        kit.create(record().with_value("b", json("2"))).await,
    );
    let patch = Patch::new().set("x", json("1"));
    for new in [two, one] {
        let result = kit
            .store
            .rename(&one, &new, &patch, Grace::Full(LONG))
            .await;
        assert!(
            matches!(result, Err(RenameError::Exists)),
            "rename must be Exists, not {result:?}"
        );
    }
    assert_eq!(
        kit.data(&one).await.as_deref(),
        Some("a=1"),
        "nothing may change if the new key is taken"
    );
    assert_eq!(kit.data(&two).await.as_deref(), Some("a=1 b=2"));

    let three = kit.rename(&one, Grace::Full(LONG)).await;
    let again = kit.store.rename(&one, &key(), &patch, Grace::None).await;
    assert!(
        matches!(again, Err(RenameError::Moved)),
        "rename of a moved key must be Moved, not {again:?}"
    );
    let onto = kit.store.rename(&two, &one, &patch, Grace::None).await;
    assert!(
        matches!(onto, Err(RenameError::Exists)),
        "a moved key is taken, too: {onto:?}"
    );
    assert_eq!(kit.data(&three).await.as_deref(), Some("a=1"));
    assert_eq!(kit.data(&two).await.as_deref(), Some("a=1 b=2"));
}

async fn rename_at_once_lets_one_through<S: SessionStore>(kit: Kit<S>) {
    let old = kit.create(record()).await;
    let mut tasks = JoinSet::new();
    for _ in 0..CROWD {
        let store = Arc::clone(&kit.store);
        let new = key();
        tasks.spawn(async move {
            (
                new,
                store.rename(&old, &new, &Patch::new(), Grace::None).await,
            )
        });
    }
    let mut found = 0;
    for (new, result) in tasks.join_all().await {
        match result {
            Ok(()) => found += 1,
            Err(RenameError::NotFound) => assert_eq!(kit.data(&new).await, None),
            Err(error) => panic!("rename must work or be NotFound, not {error:?}"),
        }
        assert_eq!(kit.data(&old).await, None);
    }
    assert_eq!(found, 1, "one rename must win");
}

async fn a_key_in_flight_writes_and_does_not_read<S: SessionStore>(kit: Kit<S>) {
    let old = kit.create(record()).await;
    let new = kit.rename(&old, Grace::InFlight(LONG)).await;
    assert_eq!(
        kit.data(&old).await,
        None,
        "a key in flight must not be loaded"
    );
    assert_eq!(
        kit.apply(&old, &Patch::new().set("b", json("2"))).await,
        Place::Moved
    );
    let end = in_time(LONG * 2);
    assert_eq!(
        kit.store
            .apply(&old, &Patch::new().with_expires_at(end))
            .await
            .expect("apply must follow a moved key"),
        Place::Moved
    );
    assert_eq!(kit.data(&new).await.as_deref(), Some("a=1 b=2"));
    assert_eq!(kit.load(&new).await.expect("it is there").expires_at(), end);
}

async fn a_key_in_full_grace_is_as_good_as_the_new_one<S: SessionStore>(kit: Kit<S>) {
    let old = kit.create(record()).await;
    let new = kit.rename(&old, Grace::Full(LONG)).await;
    assert_eq!(
        kit.apply(&old, &Patch::new().set("b", json("2"))).await,
        Place::Moved
    );
    for key in [&old, &new] {
        assert_eq!(kit.data(key).await.as_deref(), Some("a=1 b=2"));
    }
}

async fn a_chain_of_moved_keys_is_no_better_than_its_last<S: SessionStore>(kit: Kit<S>) {
    for (grace, reads, writes) in [
        (Grace::Full(LONG), true, true),
        (Grace::InFlight(LONG), false, true),
        (Grace::None, false, false),
    ] {
        let first = kit.create(record()).await;
        let second = kit.rename(&first, Grace::Full(LONG)).await;
        let third = kit.rename(&second, grace).await;
        for old in [&first, &second] {
            assert_eq!(
                kit.data(old).await.is_some(),
                reads,
                "to load, after {grace:?}"
            );
            let applied = kit
                .store
                .apply(old, &Patch::new().set("b", json("2")))
                .await;
            assert_eq!(applied.is_ok(), writes, "to apply, after {grace:?}");
        }
        assert!(kit.data(&third).await.is_some());
    }
}

async fn a_grace_ends<S: SessionStore>(kit: Kit<S>) {
    let soon = Duration::from_millis(150);
    let (one, two) = (kit.create(record()).await, kit.create(record()).await);
    let (new_one, new_two) = (
        kit.rename(&one, Grace::Full(soon)).await,
        kit.rename(&two, Grace::InFlight(soon)).await,
    );
    tokio::time::sleep(soon * 2).await;
    kit.assert_gone(&one).await;
    kit.assert_gone(&two).await;
    assert!(kit.data(&new_one).await.is_some() && kit.data(&new_two).await.is_some());
}

async fn a_grace_may_be_without_end<S: SessionStore>(kit: Kit<S>) {
    let (one, two) = (kit.create(record()).await, kit.create(record()).await);
    kit.rename(&one, Grace::Full(Duration::MAX)).await;
    kit.rename(&two, Grace::InFlight(Duration::MAX)).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(kit.data(&one).await.as_deref(), Some("a=1"));
    let patch = Patch::new().set("b", json("2"));
    assert_eq!(kit.apply(&two, &patch).await, Place::Moved);
}

async fn delete_by_a_moved_key_ends_the_session<S: SessionStore>(kit: Kit<S>) {
    for grace in [Grace::Full(LONG), Grace::InFlight(LONG)] {
        let old = kit.create(record()).await;
        let new = kit.rename(&old, grace).await;
        kit.store.delete(&old).await.expect("delete must not fail");
        assert_eq!(
            kit.data(&new).await,
            None,
            "a logout by the old key must end the session"
        );
        let applied = kit
            .store
            .apply(&old, &Patch::new().set("b", json("2")))
            .await;
        assert!(
            matches!(applied, Err(ApplyError::NotFound)),
            "apply must be NotFound, not {applied:?}"
        );
    }
}

async fn the_expired_can_not_be_reached<S: SessionStore>(kit: Kit<S>) {
    let born = kit
        .create(Record::new(past(), past()).with_value("a", json("1")))
        .await;
    let patched = kit.create(record()).await;
    kit.apply(&patched, &Patch::new().with_expires_at(past()))
        .await;
    for key in [&born, &patched] {
        kit.assert_gone(key).await;
        // Its key is free, whatever remains of it.
        kit.store
            .create(key, Record::new(Timestamp::now(), in_time(LONG)))
            .await
            .expect("the key is free");
        assert_eq!(
            kit.data(key).await.as_deref(),
            Some(""),
            "a new session must have nothing of the old one"
        );
    }
    let taken = kit
        .create(Record::new(past(), past()).with_value("old", json("1")))
        .await;
    let session = kit.create(record()).await;
    let renamed = kit
        .store
        .rename(&session, &taken, &Patch::new(), Grace::None)
        .await;
    assert!(
        renamed.is_ok(),
        "an expired session must not keep its key: {renamed:?}"
    );
    assert_eq!(kit.data(&taken).await.as_deref(), Some("a=1"));
}

async fn a_session_expires_by_itself<S: SessionStore>(kit: Kit<S>) {
    let soon = Duration::from_millis(200);
    let key = kit
        .create(Record::new(Timestamp::now(), in_time(soon)).with_value("a", json("1")))
        .await;
    let kept = kit
        .create(Record::new(Timestamp::now(), in_time(soon)))
        .await;
    kit.store
        .apply(&kept, &Patch::new().with_expires_at(in_time(LONG)))
        .await
        .expect("apply must reach a session that exists");
    tokio::time::sleep(soon * 2).await;
    kit.assert_gone(&key).await;
    assert!(
        kit.data(&kept).await.is_some(),
        "a session that was prolonged must live on"
    );
}

async fn delete_expired_goes_in_batches_and_spares_the_living<S: SessionStore>(kit: Kit<S>) {
    let alive = kit.create(record()).await;
    let mut dead = Vec::new();
    for _ in 0..7 {
        dead.push(kit.create(Record::new(past(), past())).await);
    }
    for _ in 0..100 {
        let removed = kit
            .store
            .delete_expired(3)
            .await
            .expect("delete_expired must not fail");
        assert!(removed <= 3, "a batch of 3 must not remove {removed}");
        if removed < 3 {
            let rest = kit
                .store
                .delete_expired(3)
                .await
                .expect("delete_expired must not fail");
            assert_eq!(rest, 0, "a batch that was not full must have been the last");
            for key in &dead {
                kit.assert_gone(key).await;
            }
            assert_eq!(kit.data(&alive).await.as_deref(), Some("a=1"));
            return;
        }
    }
    panic!("delete_expired never came to an end");
}

async fn an_owner_is_kept_until_a_patch_names_another<S: SessionStore>(kit: Kit<S>) {
    let key = kit.create(record()).await;
    assert_eq!(kit.load(&key).await.expect("it is there").owner(), None);
    for (patch, owner) in [
        (Patch::new().with_owner("kim"), Some("kim")),
        (Patch::new().set("b", json("2")), Some("kim")),
        (Patch::new().clear(), Some("kim")),
        (
            Patch::new().with_owner("lee").set("a", json("1")),
            Some("lee"),
        ),
        (Patch::new().without_owner(), None),
        (Patch::new().with_expires_at(in_time(LONG)), None),
    ] {
        kit.apply(&key, &patch).await;
        let loaded = kit.load(&key).await.expect("it is still there");
        assert_eq!(loaded.owner(), owner, "after {patch:?}");
        for name in ["kim", "lee"] {
            let listed = usize::from(owner == Some(name));
            assert_eq!(kit.owned(name).await.len(), listed, "after {patch:?}");
        }
    }
    assert_eq!(kit.data(&key).await.as_deref(), Some("a=1"));
    let new = self::key();
    let login = Patch::new().with_owner("kim");
    kit.store
        .rename(&key, &new, &login, Grace::InFlight(LONG))
        .await
        .expect("a session must take a free key");
    assert_eq!(kit.owned("kim").await, [new]);
    kit.store
        .apply(&new, &Patch::new().with_expires_at(in_time(LONG * 2)))
        .await
        .expect("apply must reach a session that exists");
    assert_eq!(
        kit.load(&new).await.expect("it is there").owner(),
        Some("kim")
    );
    let again = kit.rename(&new, Grace::Full(LONG)).await;
    assert_eq!(
        kit.owned("kim").await,
        [again],
        "a session is listed once, by its own key"
    );
}

async fn list_owned_has_the_living_sessions_of_one_owner<S: SessionStore>(kit: Kit<S>) {
    let long = "x".repeat(1024);
    for owner in [
        "kim",
        "KIM",
        "kim ",
        "kim%",
        "k_m",
        "*",
        "{kim}:1",
        "o'neil \"\\",
        "\u{1f600}\u{e9}\n",
        &long,
    ] {
        assert_eq!(kit.owned(owner).await, [], "{owner:?} has no session yet");
        let mut keys = Vec::new();
        for n in 0..3 {
            let record = record().with_value("n", json(&n.to_string()));
            keys.push(kit.create(record.with_owner(owner)).await);
        }
        // None of these should be listed.
        kit.create(record()).await;
        kit.create(Record::new(past(), past()).with_owner(owner))
            .await;
        let gone = kit.create(record().with_owner(owner)).await;
        kit.store.delete(&gone).await.expect("delete must not fail");
        keys.sort_unstable();
        assert_eq!(kit.owned(owner).await, keys, "the sessions of {owner:?}");
    }
    let listed = kit.store.list_owned("kim").await;
    for (key, record) in listed.expect("list_owned must not fail") {
        assert_eq!(
            Some(record),
            kit.load(&key).await,
            "what is listed must be the record"
        );
    }

    let soon = Duration::from_millis(200);
    let brief = Record::new(Timestamp::now(), in_time(soon)).with_owner("brief");
    let (key, kept) = (kit.create(brief.clone()).await, kit.create(brief).await);
    kit.apply(&kept, &Patch::new().with_expires_at(in_time(LONG)))
        .await;
    tokio::time::sleep(soon * 2).await;
    assert_eq!(kit.owned("brief").await, [kept], "one has expired");
    // Its key is free, and another user's session may take it.
    kit.store
        .create(&key, record().with_owner("other"))
        .await
        .expect("the key is free");
    assert_eq!(kit.owned("brief").await, [kept]);
    assert_eq!(kit.owned("other").await, [key]);
}

async fn delete_owned_ends_what_it_is_told_and_nothing_else<S: SessionStore>(kit: Kit<S>) {
    let nobodys = kit.create(record()).await;
    let other = kit.create(record().with_owner("lee")).await;
    assert_eq!(kit.end("kim", Owned::All).await, 0);
    let mut kims = Vec::new();
    for _ in 0..5 {
        kims.push(kit.create(record().with_owner("kim")).await);
    }
    kit.create(Record::new(past(), past()).with_owner("kim"))
        .await;

    for (which, why) in [
        (Owned::One(other), "it is another's"),
        (Owned::One(nobodys), "it is nobody's"),
        (Owned::One(key()), "it is not there"),
    ] {
        assert_eq!(kit.end("kim", which).await, 0, "{why}");
    }
    assert_eq!(kit.end("kim", Owned::One(kims[0])).await, 1);
    kit.assert_gone(&kims[0]).await;
    assert_eq!(kit.owned("kim").await.len(), 4);
    assert_eq!(kit.end("kim", Owned::AllBut(kims[1])).await, 3);
    for key in &kims[2..] {
        kit.assert_gone(key).await;
    }
    assert_eq!(kit.owned("kim").await, [kims[1]]);
    assert_eq!(
        kit.end("kim", Owned::AllBut(other)).await,
        1,
        "there is none to spare"
    );
    kit.assert_gone(&kims[1]).await;
    assert_eq!(kit.end("kim", Owned::All).await, 0);
    for key in [&nobodys, &other] {
        assert_eq!(
            kit.data(key).await.as_deref(),
            Some("a=1"),
            "delete_owned must spare the sessions of others"
        );
    }
    assert_eq!(kit.end("lee", Owned::All).await, 1);
    kit.assert_gone(&other).await;
}

async fn delete_owned_takes_a_moved_key_for_its_session<S: SessionStore>(kit: Kit<S>) {
    for grace in [Grace::Full(LONG), Grace::InFlight(LONG)] {
        let old = kit.create(record().with_owner("kim")).await;
        let middle = kit.rename(&old, grace).await;
        let new = kit.rename(&middle, grace).await;
        assert_eq!(kit.end("kim", Owned::AllBut(old)).await, 0);
        assert_eq!(kit.owned("kim").await, [new]);
        assert_eq!(kit.end("kim", Owned::One(old)).await, 1);
        for key in [&old, &middle, &new] {
            assert_eq!(kit.data(key).await, None);
            let applied = kit
                .store
                .apply(key, &Patch::new().set("b", json("2")))
                .await;
            assert!(
                matches!(applied, Err(ApplyError::NotFound)),
                "apply must be NotFound, not {applied:?}"
            );
        }
    }
    // A session that belongs to someone else by then is spared.
    let old = kit.create(record().with_owner("kim")).await;
    let new = key();
    let login = Patch::new().with_owner("lee");
    kit.store
        .rename(&old, &new, &login, Grace::InFlight(LONG))
        .await
        .expect("a session must take a free key");
    assert_eq!(kit.end("kim", Owned::One(old)).await, 0);
    assert_eq!(kit.owned("lee").await, [new]);
}

async fn delete_owned_and_a_new_key_at_once_let_no_session_escape<S: SessionStore>(kit: Kit<S>) {
    for round in 0..20 {
        let mut sessions = Vec::new();
        for _ in 0..CROWD {
            sessions.push((kit.create(record().with_owner("kim")).await, key()));
        }
        let mut tasks = JoinSet::new();
        for (n, (mut old, new)) in sessions.iter().copied().enumerate() {
            let store = Arc::clone(&kit.store);
            tasks.spawn(async move {
                if n == round % CROWD {
                    store
                        .delete_owned("kim", Owned::All)
                        .await
                        .expect("delete_owned must not fail");
                    return;
                }
                let grace = [Grace::None, Grace::InFlight(LONG), Grace::Full(LONG)][n % 3];
                match store.rename(&old, &new, &Patch::new(), grace).await {
                    Ok(()) => old = new,
                    Err(RenameError::NotFound) => {}
                    Err(error) => panic!("rename must work or be NotFound, not {error:?}"),
                }
                let patch = Patch::new().set("b", json("2"));
                match store.apply(&old, &patch).await {
                    Ok(_) | Err(ApplyError::NotFound) => {}
                    Err(error) => panic!("apply must work or be NotFound, not {error:?}"),
                }
            });
        }
        tasks.join_all().await;
        for (old, new) in &sessions {
            for key in [old, new] {
                assert_eq!(kit.data(key).await, None, "a session has escaped");
            }
        }
        assert_eq!(kit.owned("kim").await, []);
    }
}

async fn delete_owned_and_logins_at_once_leave_nothing_half<S: SessionStore>(kit: Kit<S>) {
    for round in 0..20 {
        let mut sessions = Vec::new();
        for _ in 0..CROWD {
            sessions.push((kit.create(record()).await, key()));
        }
        let mut tasks = JoinSet::new();
        for (n, (old, new)) in sessions.into_iter().enumerate() {
            let store = Arc::clone(&kit.store);
            tasks.spawn(async move {
                if n == round % CROWD {
                    store
                        .delete_owned("kim", Owned::All)
                        .await
                        .expect("delete_owned must not fail");
                    return None;
                }
                let login = Patch::new().with_owner("kim").set("user", json("1"));
                store
                    .rename(&old, &new, &login, Grace::None)
                    .await
                    .expect("a session must take a free key");
                Some(new)
            });
        }
        let mut alive = Vec::new();
        for new in tasks.join_all().await.into_iter().flatten() {
            // It counts as before or as after, but as one of the two.
            match kit.data(&new).await.as_deref() {
                None => kit.assert_gone(&new).await,
                Some("a=1 user=1") => alive.push(new),
                Some(other) => panic!("the session is not whole: {other}"),
            }
        }
        alive.sort_unstable();
        assert_eq!(
            kit.owned("kim").await,
            alive,
            "what lives must be listed, and only that"
        );
        assert_eq!(kit.end("kim", Owned::All).await, alive.len());
    }
}
