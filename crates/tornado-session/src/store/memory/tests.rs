use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::{Json, SessionId};

fn store(max: usize) -> (MemoryStore, Arc<AtomicU64>) {
    let clock = Arc::new(AtomicU64::new(1000));
    (
        MemoryStore::build(max, MAX_BYTES, TimeSource::Test(Arc::clone(&clock))),
        clock,
    )
}

fn key(n: u8) -> StoreKey {
    let mut text = [b'A'; 43];
    // Keys that fall into different shards, as real ones do.
    text[1] = b'A' + n;
    SessionId::parse(text).unwrap().store_key()
}

fn name(owner: u8) -> String {
    format!("user {owner}")
}

fn record(expires_at: u64) -> Record {
    Record::new(
        Timestamp::from_unix_millis(0),
        Timestamp::from_unix_millis(expires_at),
    )
}

/// Polls a future of the memory store, which never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("the memory store waited"),
    }
}

#[test]
fn the_soonest_to_expire_makes_room_and_the_expired_first() {
    let (store, clock) = store(2);
    now(store.create(&key(1), record(3000))).unwrap();
    now(store.create(&key(2), record(2000))).unwrap();
    now(store.create(&key(3), record(4000))).unwrap();
    assert!(now(store.load(&key(2))).unwrap().is_none());
    now(store.apply(
        &key(1),
        &Patch::new().with_expires_at(Timestamp::from_unix_millis(5000)),
    ))
    .unwrap();
    clock.store(4500, Ordering::SeqCst);
    now(store.create(&key(4), record(9000))).unwrap();
    assert!(now(store.load(&key(1))).unwrap().is_some());
    assert!(now(store.load(&key(3))).unwrap().is_none());
}

#[test]
fn a_full_store_renames_without_losing_the_session() {
    let (store, _) = store(1);
    now(store.create(&key(1), record(3000))).unwrap();
    now(store.rename(
        &key(1),
        &key(2),
        &Patch::new(),
        Grace::Full(Duration::from_secs(9)),
    ))
    .unwrap();
    assert!(now(store.load(&key(2))).unwrap().is_some());
}

#[test]
fn what_is_loaded_shares_the_data_with_the_store() {
    let (store, _) = store(1);
    now(store.create(
        &key(1),
        record(3000).with_value("a", Json::new(&1).unwrap()),
    ))
    .unwrap();
    let (a, b) = (
        now(store.load(&key(1))).unwrap().unwrap(),
        now(store.load(&key(1))).unwrap().unwrap(),
    );
    assert!(Arc::ptr_eq(a.shared_data(), b.shared_data()));
}

#[test]
fn a_store_larger_than_a_shard_is_bounded_too() {
    let max = SESSIONS_PER_SHARD * 3 + 2;
    let (store, _) = store(max);
    assert_eq!(store.0.shards.len(), 3);
    for _ in 0..SESSIONS_PER_SHARD * 4 {
        let key = SessionId::generate().unwrap().store_key();
        now(store.create(&key, record(3000))).unwrap();
    }
    assert_eq!(store.len(), max);
}

#[test]
fn new_sessions_without_end_are_bounded_if_nobody_says() {
    let store = MemoryStore::new();
    let mut last = key(1);
    for n in 0..MAX_SESSIONS as u64 + 8_000 {
        last = SessionId::generate().unwrap().store_key();
        let end = Timestamp::now().saturating_add(Duration::from_secs(600 + n / 1000));
        now(store.create(&last, Record::new(Timestamp::now(), end))).unwrap();
    }
    assert_eq!(store.len(), MAX_SESSIONS);
    assert!(now(store.load(&last)).unwrap().is_some());
}

#[test]
fn a_flood_of_visitors_logs_nobody_out() {
    let (store, clock) = store(10);
    // It expires first, and is the last to go.
    now(store.create(&key(1), record(2000).with_owner("kim"))).unwrap();
    now(store.create(&key(2), record(3000))).unwrap();
    now(store.apply(&key(2), &Patch::new().with_owner("lee"))).unwrap();
    for n in 0..50 {
        let key = SessionId::generate().unwrap().store_key();
        now(store.create(&key, record(9000 + n))).unwrap();
    }
    let there = |n| now(store.load(&key(n))).unwrap().is_some();
    assert!(there(1) && there(2));
    assert_eq!(store.len(), 10);
    // A user who has logged out is a visitor, and expired sessions go first.
    now(store.apply(&key(2), &Patch::new().without_owner())).unwrap();
    clock.store(2000, Ordering::SeqCst);
    now(store.create(&key(3), record(9999))).unwrap();
    assert!(!there(1) && there(2));
    now(store.create(&key(4), record(9999))).unwrap();
    assert!(!there(2) && there(3) && there(4));
    store.0.all().iter().for_each(|shard| shard.check());
    // If all have users, the one that expires soonest goes.
    for n in 5..20 {
        now(store.create(&key(n), record(9999 + u64::from(n)).with_owner("kim"))).unwrap();
    }
    assert!(!there(3) && !there(5) && there(19));
    assert_eq!(store.len(), 10);
}

fn text(bytes: usize) -> Json {
    Json::new(&"x".repeat(bytes)).unwrap()
}

#[test]
fn what_they_hold_is_bounded_as_well() {
    let store = MemoryStore::new();
    let text = text(1 << 20);
    let session = || record(u64::MAX).with_value("text", text.clone());
    for _ in 0..300 {
        let key = SessionId::generate().unwrap().store_key();
        now(store.create(&key, session())).unwrap();
    }
    let held: usize = store.0.all().iter().map(|shard| shard.bytes()).sum();
    assert!(held <= MAX_BYTES && held > MAX_BYTES / 2, "{held}");
    store.0.all().iter().for_each(|shard| shard.check());
}

#[test]
fn a_session_that_grows_makes_room_and_stays() {
    let clock = TimeSource::Test(Arc::new(AtomicU64::new(1000)));
    let store = MemoryStore::build(9, 20_000, clock);
    for n in 1..=3 {
        now(store.create(&key(n), record(3000 + u64::from(n)))).unwrap();
    }
    // The one that expires first grows, so another must go.
    let grow = |bytes| Patch::new().set("text", text(bytes));
    now(store.apply(&key(1), &grow(18_500))).unwrap();
    let there = |n| now(store.load(&key(n))).unwrap().is_some();
    assert_eq!([1, 2, 3].map(there), [true, false, true]);
    now(store.apply(&key(1), &grow(30_000))).unwrap();
    assert_eq!([1, 2, 3].map(there), [true, false, false]);
    // Shrinking leaves room.
    now(store.apply(&key(1), &Patch::new().clear())).unwrap();
    now(store.create(&key(2), record(9000))).unwrap();
    assert_eq!([1, 2, 3].map(there), [true, true, false]);
    store.0.all().iter().for_each(|shard| shard.check());
}

#[test]
fn a_sweep_takes_no_more_than_it_is_told() {
    let (store, clock) = store(9);
    for n in 1..=5 {
        now(store.create(&key(n), record(3000))).unwrap();
    }
    clock.store(9000, Ordering::SeqCst);
    assert_eq!(now(store.delete_expired(2)).unwrap(), 2);
    assert_eq!(store.len(), 3);
}

#[test]
fn it_tells_how_many_sessions_there_are() {
    let (store, _) = store(9);
    assert!(store.is_empty());
    now(store.create(&key(1), record(3000))).unwrap();
    now(store.create(&key(2), record(3000))).unwrap();
    assert!(!store.is_empty());
    assert_eq!(format!("{store:?}"), "MemoryStore(2 sessions)");
}

#[tokio::test(start_paused = true)]
async fn expired_sessions_are_swept_by_themselves() {
    let (store, clock) = store(10_000);
    for _ in 0..1000 {
        let key = SessionId::generate().unwrap().store_key();
        store.create(&key, record(2000)).await.unwrap();
    }
    store.create(&key(1), record(9000)).await.unwrap();
    clock.store(3000, Ordering::SeqCst);
    assert_eq!(store.len(), 1001);
    tokio::time::sleep(Duration::from_secs(31)).await;
    assert_eq!(store.len(), 1);
}

#[test]
fn the_sweeping_task_ends_with_the_store_and_starts_anew_in_another_runtime() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap()
    };
    let (store, clock) = store(10);
    let first = runtime();
    first.block_on(store.create(&key(1), record(2000))).unwrap();
    assert_eq!(first.metrics().num_alive_tasks(), 1);
    drop(first);
    let second = runtime();
    second.block_on(async {
        store.create(&key(2), record(2000)).await.unwrap();
        clock.store(3000, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_secs(31)).await;
        assert!(store.is_empty());
        drop(store);
        tokio::time::sleep(Duration::from_secs(31)).await;
    });
    assert_eq!(second.metrics().num_alive_tasks(), 0);
}

#[test]
fn renames_in_both_directions_at_once_do_not_wait_for_each_other() {
    let (store, _) = store(SESSIONS_PER_SHARD * 16);
    let (a, b) = (key(1), key(2));
    now(store.create(&a, record(9000))).unwrap();
    std::thread::scope(|scope| {
        for (from, to) in [(a, b), (b, a)] {
            let store = &store;
            scope.spawn(move || {
                for _ in 0..10_000 {
                    let _ = now(store.rename(&from, &to, &Patch::new(), Grace::None));
                }
            });
        }
    });
    assert_eq!(store.len(), 1);
}

// Compares a store with the simplest possible model of the contract.

#[derive(Clone, Debug)]
enum Op {
    Load(u8),
    Create(u8, u64),
    Apply(u8, u8, Option<u8>, Option<u64>, bool),
    Own(u8, Option<u8>),
    Rename(u8, u8, u8, u64),
    Delete(u8),
    ListOwned(u8),
    DeleteOwned(u8, u8, u8),
    DeleteExpired(usize),
    Wait(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let key = || 0_u8..5;
    prop_oneof![
        3 => key().prop_map(Op::Load),
        3 => (key(), 1_u64..50).prop_map(|(k, t)| Op::Create(k, t)),
        4 => (key(), 0_u8..3, any::<Option<u8>>(), prop::option::of(0_u64..50), any::<bool>())
            .prop_map(|(k, f, v, t, clear)| Op::Apply(k, f, v, t, clear)),
        3 => (key(), key(), 0_u8..3, 0_u64..50).prop_map(|(a, b, g, t)| Op::Rename(a, b, g, t)),
        1 => key().prop_map(Op::Delete),
        3 => (key(), prop::option::of(0_u8..2)).prop_map(|(k, o)| Op::Own(k, o)),
        2 => (0_u8..2).prop_map(Op::ListOwned),
        2 => (0_u8..2, 0_u8..3, key()).prop_map(|(o, w, k)| Op::DeleteOwned(o, w, k)),
        1 => (0_usize..4).prop_map(Op::DeleteExpired),
        2 => (1_u64..20).prop_map(Op::Wait),
    ]
}

#[derive(Clone, Debug)]
enum Model {
    Session(u64, BTreeMap<String, u8>, Option<u8>),
    Moved(u8, bool, u64),
}

#[derive(Default)]
struct World {
    now: u64,
    keys: BTreeMap<u8, Model>,
}

impl World {
    /// Expired entries are gone at once, which nobody can tell apart.
    fn at(&mut self, now: u64) {
        self.now = now;
        self.keys.retain(|_, entry| match entry {
            Model::Session(end, ..) | Model::Moved(_, _, end) => *end > now,
        });
    }

    fn find(&self, mut key: u8, reads: bool) -> Option<u8> {
        for _ in 0..10 {
            match self.keys.get(&key)? {
                Model::Session(..) => return Some(key),
                Model::Moved(_, false, _) if reads => return None,
                Model::Moved(to, ..) => key = *to,
            }
        }
        None
    }

    fn owned(&self, owner: u8) -> Vec<u8> {
        let theirs = |entry: &Model| matches!(entry, Model::Session(.., Some(o)) if *o == owner);
        let owned = self.keys.iter().filter(|(_, entry)| theirs(entry));
        owned.map(|(key, _)| *key).collect()
    }

    fn session(&mut self, key: u8) -> Option<(u8, &mut u64, &mut BTreeMap<String, u8>)> {
        let key = self.find(key, false)?;
        match self.keys.get_mut(&key) {
            Some(Model::Session(end, data, _)) => Some((key, end, data)),
            _ => None,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_does_what_the_model_does(
        shards in prop_oneof![Just(64_usize), Just(SESSIONS_PER_SHARD * 16)],
        ops in prop::collection::vec(op(), 1..60),
    ) {
        let (store, clock) = store(shards);
        let mut world = World::default();
        world.at(1000);
        for op in ops {
            let time = |after: u64| Timestamp::from_unix_millis(clock.load(Ordering::SeqCst) + after);
            match op.clone() {
                Op::Load(k) => {
                    let loaded = now(store.load(&key(k))).unwrap();
                    let expected = world.find(k, true).map(|k| world.keys[&k].clone());
                    match (loaded, expected) {
                        (Some(record), Some(Model::Session(end, data, owner))) => {
                            prop_assert_eq!(record.owner().map(str::to_owned), owner.map(name));
                            prop_assert_eq!(record.expires_at().as_unix_millis(), end);
                            let read: BTreeMap<String, u8> =
                                record.data().iter().map(|(k, v)| (k.to_string(), v.read().unwrap())).collect();
                            prop_assert_eq!(read, data);
                        }
                        (loaded, expected) => prop_assert!(loaded.is_none() && expected.is_none(), "{:?}", op),
                    }
                }
                Op::Create(k, t) => {
                    let created = now(store.create(&key(k), record(time(t).as_unix_millis())));
                    let free = !world.keys.contains_key(&k);
                    prop_assert_eq!(created.is_ok(), free, "{:?}", op);
                    if free {
                        world.keys.insert(k, Model::Session(world.now + t, BTreeMap::new(), None));
                    }
                }
                Op::Apply(k, field, value, t, clear) => {
                    let field = format!("f{field}");
                    let mut patch = Patch::new();
                    patch.change(field.as_str().into(), value.map(|v| Json::new(&v).unwrap()));
                    if clear { patch = patch.clear(); }
                    if let Some(t) = t { patch = patch.with_expires_at(time(t)); }
                    let place = now(store.apply(&key(k), &patch)).ok();
                    let now = world.now;
                    let expected = world.session(k).map(|(found, end, data)| {
                        if clear { data.clear(); }
                        match value {
                            Some(v) => drop(data.insert(field, v)),
                            None => drop(data.remove(&field)),
                        }
                        *end = t.map_or(*end, |t| now + t);
                        if found == k { Place::Here } else { Place::Moved }
                    });
                    prop_assert_eq!(place, expected, "{:?}", op);
                }
                Op::Rename(a, b, grace, t) => {
                    let duration = Duration::from_millis(t);
                    let grace = [Grace::None, Grace::InFlight(duration), Grace::Full(duration)][usize::from(grace)];
                    let patch = Patch::new().set("moved", Json::new(&a).unwrap());
                    let result = now(store.rename(&key(a), &key(b), &patch, grace));
                    match world.keys.get(&a).cloned() {
                        None => prop_assert!(matches!(result, Err(RenameError::NotFound)), "{:?}", op),
                        Some(Model::Moved(..)) => prop_assert!(matches!(result, Err(RenameError::Moved)), "{:?}", op),
                        Some(Model::Session(..)) if world.keys.contains_key(&b) => {
                            prop_assert!(matches!(result, Err(RenameError::Exists)), "{:?}", op);
                        }
                        Some(Model::Session(end, mut data, owner)) => {
                            prop_assert!(result.is_ok(), "{:?}", op);
                            data.insert("moved".to_owned(), a);
                            world.keys.remove(&a);
                            if grace != Grace::None {
                                let full = matches!(grace, Grace::Full(_));
                                world.keys.insert(a, Model::Moved(b, full, world.now + t));
                            }
                            world.keys.insert(b, Model::Session(end, data, owner));
                        }
                    }
                }
                Op::Delete(k) => {
                    now(store.delete(&key(k))).unwrap();
                    if let Some(k) = world.find(k, false) {
                        world.keys.remove(&k);
                    }
                }
                Op::Own(k, owner) => {
                    let patch = match owner {
                        Some(owner) => Patch::new().with_owner(name(owner)),
                        None => Patch::new().without_owner(),
                    };
                    let place = now(store.apply(&key(k), &patch)).ok();
                    let found = world.find(k, false);
                    prop_assert_eq!(place.is_some(), found.is_some(), "{:?}", op);
                    if let Some(Model::Session(_, _, own)) = found.and_then(|k| world.keys.get_mut(&k)) {
                        *own = owner;
                    }
                }
                Op::ListOwned(owner) => {
                    let mut listed: Vec<StoreKey> =
                        now(store.list_owned(&name(owner))).unwrap().into_iter().map(|(key, _)| key).collect();
                    let mut expected: Vec<StoreKey> = world.owned(owner).into_iter().map(key).collect();
                    listed.sort_unstable();
                    expected.sort_unstable();
                    prop_assert_eq!(listed, expected, "{:?}", op);
                }
                Op::DeleteOwned(owner, which, k) => {
                    let named = world.find(k, false).unwrap_or(k);
                    let mut expected = world.owned(owner);
                    let which = match which {
                        0 => Owned::All,
                        1 => {
                            expected.retain(|k| *k != named);
                            Owned::AllBut(key(k))
                        }
                        _ => {
                            expected.retain(|k| *k == named);
                            Owned::One(key(k))
                        }
                    };
                    let ended = now(store.delete_owned(&name(owner), which)).unwrap();
                    prop_assert_eq!(ended, expected.len(), "{:?}", op);
                    for k in expected {
                        world.keys.remove(&k);
                    }
                }
                Op::DeleteExpired(batch) => {
                    prop_assert!(now(store.delete_expired(batch)).unwrap() <= batch);
                }
                Op::Wait(millis) => {
                    clock.fetch_add(millis, Ordering::SeqCst);
                }
            }
            world.at(clock.load(Ordering::SeqCst));
            for shard in &store.0.shards {
                lock(shard).check();
            }
        }
        while now(store.delete_expired(3)).unwrap() == 3 {}
        let sessions = world.keys.values().filter(|entry| matches!(entry, Model::Session(..))).count();
        prop_assert_eq!(store.len(), sessions);
    }
}
