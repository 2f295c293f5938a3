//! A session in memory.

use std::time::Duration;

use divan::Bencher;
use tokio::runtime::{Builder, Runtime};
use tornado_session::{
    Json, MemoryStore, Patch, Record, SessionId, SessionStore, StoreKey, Timestamp,
};

struct Stored {
    runtime: Runtime,
    store: MemoryStore,
    key: StoreKey,
}

fn stored() -> Stored {
    let runtime = Builder::new_current_thread()
        .build()
        .expect("a runtime can be made");
    let store = MemoryStore::default();
    let key = SessionId::generate()
        .expect("there are random numbers")
        .store_key();
    let now = Timestamp::now();
    let name = Json::new("alice").expect("a text is JSON");
    let record = Record::new(now, now.saturating_add(Duration::from_secs(3600)));
    runtime
        .block_on(store.create(&key, record.with_value("username", name)))
        .expect("memory takes it");
    Stored {
        runtime,
        store,
        key,
    }
}

#[divan::bench]
fn load(bencher: Bencher) {
    let Stored {
        runtime,
        store,
        key,
    } = stored();
    bencher.bench_local(|| runtime.block_on(store.load(&key)).expect("memory has it"));
}

#[divan::bench]
fn change(bencher: Bencher) {
    let Stored {
        runtime,
        store,
        key,
    } = stored();
    let patch = Patch::new().set("username", Json::new("bob").expect("a text is JSON"));
    bencher.bench_local(|| {
        runtime
            .block_on(store.apply(&key, &patch))
            .expect("memory takes it")
    });
}

#[divan::bench]
fn key_of_an_id(bencher: Bencher) {
    let id = SessionId::generate().expect("there are random numbers");
    bencher.bench(|| id.store_key());
}

fn main() {
    divan::main();
}
