//! Redis: held to the contract, killed, stalled, cut and refused.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use test_support::{Proxy, RedisCluster, RedisServer};
use tornado_session::store::{
    ApplyError, CreateError, Grace, LoadError, OpenErrorKind, RenameError,
};
use tornado_session::{RedisStore, SessionStore, StoreOptions, conformance};

use crate::hammer::{self, chain, key, record, set};

async fn connect(server: &RedisServer) -> RedisStore {
    RedisStore::connect(&server.url(), StoreOptions::new())
        .await
        .unwrap()
}

async fn connect_through(proxy: &Proxy) -> RedisStore {
    let url = format!("redis://{}", proxy.address());
    RedisStore::connect(&url, StoreOptions::new())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_conforms() {
    let server = RedisServer::start();
    for protocol in ["", "?protocol=resp3"] {
        let count = Cell::new(0);
        conformance::run(async || {
            count.set(count.get() + 1);
            let options = StoreOptions::new().key_prefix(format!("{protocol}{}:", count.get()));
            let url = format!("{}/0{protocol}", server.url());
            RedisStore::connect(&url, options).await.unwrap()
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_stands_the_hammer() {
    let server = RedisServer::start();
    let store = Arc::new(connect(&server).await);
    hammer::every_key_is_there_at_the_end(Arc::clone(&store)).await;
    hammer::no_session_comes_back(store).await;
}

#[tokio::test]
async fn every_operation_is_one_round_trip() {
    let server = RedisServer::start();
    let proxy = Proxy::start(server.address());
    let store = connect_through(&proxy).await;
    let (key, new) = (key(), key());
    // The first time, a script is sent to the server.
    for round in 0..2 {
        let trips = || proxy.packets_sent();
        let before = trips();
        store
            .create(&key, record().with_owner("kim"))
            .await
            .unwrap();
        let created = trips();
        store.load(&key).await.unwrap().unwrap();
        let loaded = trips();
        store.apply(&key, &set("b")).await.unwrap();
        let applied = trips();
        store
            .rename(&key, &new, &set("c"), Grace::None)
            .await
            .unwrap();
        let renamed = trips();
        assert_eq!(store.list_owned("kim").await.unwrap().len(), 1);
        let listed = trips();
        store.delete(&new).await.unwrap();
        let deleted = trips();
        assert_eq!(loaded - created, 1);
        if round == 1 {
            let steps = [
                created - before,
                applied - loaded,
                renamed - applied,
                listed - renamed,
                deleted - listed,
            ];
            assert_eq!(steps, [1; 5]);
        }
    }
}

#[tokio::test]
async fn requests_at_the_same_time_share_a_write() {
    const REQUESTS: usize = 100;
    let server = RedisServer::start();
    let proxy = Proxy::start(server.address());
    let store = connect_through(&proxy).await;
    let keys: Vec<_> = (0..REQUESTS).map(|_| key()).collect();
    for (n, key) in keys.iter().enumerate() {
        let record = record().with_owner(n.to_string());
        store.create(key, record).await.unwrap();
    }
    let before = proxy.packets_sent();
    let loads: Vec<_> = keys
        .into_iter()
        .map(|key| {
            let store = store.clone();
            tokio::spawn(async move { store.load(&key).await })
        })
        .collect();
    for (n, load) in loads.into_iter().enumerate() {
        // Each has the answer to its own command.
        let record = load.await.unwrap().unwrap().unwrap();
        assert_eq!(record.owner(), Some(n.to_string().as_str()));
    }
    let packets = proxy.packets_sent() - before;
    assert!(packets <= 3, "{packets} for {REQUESTS} requests");
}

#[tokio::test]
async fn a_request_that_is_given_up_does_not_mix_up_answers() {
    let server = RedisServer::start();
    let store = connect(&server).await;
    let keys = [key(), key(), key()];
    for (n, key) in keys.iter().enumerate() {
        let record = record().with_owner(n.to_string());
        store.create(key, record).await.unwrap();
    }
    let first = store.load(&keys[0]);
    let second = store.load(&keys[1]);
    let third = store.load(&keys[2]);
    let given_up = async {
        // Long enough to be sent, but too short for an answer.
        tokio::time::timeout(Duration::ZERO, second).await.ok();
    };
    let (first, third, ()) = tokio::join!(first, third, given_up);
    assert_eq!(first.unwrap().unwrap().owner(), Some("0"));
    assert_eq!(third.unwrap().unwrap().owner(), Some("2"));
}

#[tokio::test]
async fn it_is_reached_by_a_unix_socket_and_in_another_database() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("redis.sock");
    let socket = socket.to_str().unwrap();
    let server = RedisServer::start_with(&["--unixsocket", socket, "--requirepass", "right"]);
    let here = format!("redis+unix://{socket}?db=3&pass=right");
    let there = format!("redis://default:right@{}/3", server.address());
    let elsewhere = format!("redis://:right@{}/0", server.address());
    let key = key();
    let [here, there, elsewhere] = [here, there, elsewhere].map(async |url| {
        RedisStore::connect(&url, StoreOptions::new())
            .await
            .unwrap()
    });
    here.await.create(&key, record()).await.unwrap();
    assert!(there.await.load(&key).await.unwrap().is_some());
    assert!(elsewhere.await.load(&key).await.unwrap().is_none());
}

#[tokio::test]
async fn it_is_shown_by_its_address_and_without_the_password() {
    let server = RedisServer::start_with(&["--requirepass", "s3cret"]);
    let url = format!("redis://:s3cret@{}/3", server.address());
    let store = RedisStore::connect(&url, StoreOptions::new()).await;
    let shown = format!("{:?}", store.unwrap());
    assert_eq!(shown, format!("RedisStore({})", server.address()));
}

#[tokio::test]
async fn with_the_store_its_connection_ends() {
    let server = RedisServer::start();
    let clients = || server.text(&["CLIENT", "LIST"]).lines().count();
    let store = connect(&server).await;
    store.load(&key()).await.unwrap();
    let other = store.clone();
    // This one, and the one that asks.
    assert_eq!(clients(), 2);
    drop(store);
    other.load(&key()).await.unwrap();
    drop(other);
    let start = Instant::now();
    while clients() > 1 {
        assert!(start.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let accepted = || {
        let stats = server.text(&["INFO", "stats"]);
        let name = "total_connections_received:";
        let line = stats.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().parse::<u32>().unwrap()
    };
    let before = accepted();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(accepted() - before, 1, "none is made but the one that asks");
}

#[tokio::test]
async fn after_a_failover_it_follows_the_name_to_the_new_primary() {
    let (old, new) = (RedisServer::start(), RedisServer::start());
    let proxy = Proxy::start(old.address());
    let store = connect_through(&proxy).await;
    let (first, second) = (key(), key());
    store.create(&first, record()).await.unwrap();
    proxy.lead_to(new.address());
    let port = new.address().port().to_string();
    // The connection stays, and now leads to a replica.
    assert_eq!(old.command(&["REPLICAOF", "127.0.0.1", &port]), "+OK");
    store.create(&second, record()).await.unwrap();
    let there = connect(&new).await;
    assert!(there.load(&second).await.unwrap().is_some());
}

#[test]
fn a_store_outlives_the_runtime_that_it_was_opened_in() {
    let server = RedisServer::start();
    let runtime = || tokio::runtime::Runtime::new().unwrap();
    let key = key();
    let store = runtime().block_on(async {
        let store = connect(&server).await;
        store.create(&key, record()).await.unwrap();
        store
    });
    let found = runtime().block_on(store.load(&key));
    assert!(found.unwrap().is_some());
}

#[tokio::test]
async fn a_restart_is_one_error_at_most_and_no_loss() {
    let mut server = RedisServer::start();
    let store = connect(&server).await;
    let key = key();
    store.create(&key, record()).await.unwrap();
    server.kill();
    let start = Instant::now();
    let error = store.apply(&key, &set("b")).await.unwrap_err();
    assert!(matches!(error, ApplyError::Other(_)));
    assert!(chain(&error).contains("Redis"), "{}", chain(&error));
    assert!(start.elapsed() < Duration::from_secs(6));
    assert!(matches!(store.load(&key).await, Err(LoadError::Other(_))));

    server.start_again();
    let start = Instant::now();
    while let Err(error) = store.apply(&key, &set("c")).await {
        assert!(matches!(error, ApplyError::Other(_)), "{error:?}");
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{}",
            chain(&error)
        );
    }
    let data = store.load(&key).await.unwrap().unwrap();
    assert!(data.data().contains_key("a") && data.data().contains_key("c"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_under_load_it_has_all_that_it_has_answered() {
    let mut server = RedisServer::start();
    let store = Arc::new(connect(&server).await);
    let pause = Duration::from_millis(20);
    hammer::what_was_answered_is_kept(store, 200, pause, async || {
        tokio::time::sleep(Duration::from_millis(60)).await;
        server.kill();
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.start_again();
    })
    .await;
}

#[tokio::test]
async fn a_dead_connection_is_made_again_for_every_operation() {
    let server = RedisServer::start();
    let proxy = Proxy::start(server.address());
    let store = connect_through(&proxy).await;
    let (key, new) = (key(), key());
    proxy.cut();
    store.create(&key, record()).await.unwrap();
    proxy.cut();
    store.load(&key).await.unwrap().unwrap();
    proxy.cut();
    store.apply(&key, &set("b")).await.unwrap();
    proxy.cut();
    store
        .rename(&key, &new, &set("c"), Grace::None)
        .await
        .unwrap();
    proxy.cut();
    store.delete(&new).await.unwrap();
}

#[tokio::test]
async fn what_was_done_before_the_connection_broke_is_not_refused() {
    let server = RedisServer::start();
    let proxy = Proxy::start(server.address());
    let store = connect_through(&proxy).await;
    // The scripts are there from now on.
    let (one, two) = (key(), key());
    store.create(&one, record()).await.unwrap();
    store
        .rename(&one, &two, &set("b"), Grace::None)
        .await
        .unwrap();

    let (one, two) = (key(), key());
    proxy.swallow_next_answer();
    store.create(&one, record()).await.unwrap();
    for grace in [Grace::None, Grace::InFlight(Duration::from_secs(60))] {
        let (old, new) = (key(), key());
        store.create(&old, record()).await.unwrap();
        proxy.swallow_next_answer();
        store.rename(&old, &new, &set("b"), grace).await.unwrap();
        assert!(store.load(&new).await.unwrap().is_some());
    }
    // What is really taken or gone stays so.
    proxy.swallow_next_answer();
    let other = store.create(&one, record().with_owner("kim")).await;
    assert!(matches!(other, Err(CreateError::Exists)), "{other:?}");
    proxy.swallow_next_answer();
    let gone = store.rename(&key(), &two, &set("b"), Grace::None).await;
    assert!(matches!(gone, Err(RenameError::NotFound)), "{gone:?}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_an_error_in_time() {
    let server = RedisServer::start();
    let options = StoreOptions::new().timeout(Duration::from_millis(300));
    let store = RedisStore::connect(&server.url(), options.clone())
        .await
        .unwrap();
    let key = key();
    store.create(&key, record()).await.unwrap();
    server.pause();
    let start = Instant::now();
    let error = store.load(&key).await.unwrap_err();
    assert!(
        chain(&error).contains("no answer within 300ms"),
        "{}",
        chain(&error)
    );
    assert!(store.apply(&key, &set("b")).await.is_err());
    let opened = RedisStore::connect(&server.url(), options)
        .await
        .unwrap_err();
    assert_eq!(opened.kind(), OpenErrorKind::Unreachable);
    assert!(start.elapsed() < Duration::from_secs(2));
    server.resume();
    assert!(store.load(&key).await.unwrap().is_some());
}

#[tokio::test]
async fn what_is_no_record_is_corrupt_and_its_values_are_not_told() {
    let server = RedisServer::start();
    let store = connect(&server).await;
    for damage in [
        ["d:a", "{4111"],
        ["created_at", "4111x"],
        ["expires_at", "-4111"],
        ["expiry", "4111"],
        ["deadline", ""],
    ] {
        let key = key();
        store.create(&key, record()).await.unwrap();
        let hash = format!("session:{}", key.as_str());
        server.command(&["HSET", &hash, damage[0], damage[1]]);
        let error = store.load(&key).await.unwrap_err();
        assert!(matches!(error, LoadError::Corrupt(_)), "{error:?}");
        let shown = format!("{} {error:?}", chain(&error));
        assert!(
            shown.contains(damage[0]) && !shown.contains("4111"),
            "{shown}"
        );
        store.delete(&key).await.unwrap();
    }
    let key = key();
    server.command(&["SET", &format!("session:{}", key.as_str()), "4111"]);
    let error = store.load(&key).await.unwrap_err();
    assert!(matches!(error, LoadError::Corrupt(_)), "{error:?}");
    let applied = store.apply(&key, &set("b")).await;
    assert!(matches!(applied, Err(ApplyError::Other(_))), "{applied:?}");
}

#[tokio::test]
async fn what_can_not_be_opened_says_why_and_shows_no_password() {
    let server = RedisServer::start_with(&["--requirepass", "right"]);
    let address = server.address();
    for (url, kind, message) in [
        (
            format!("redis://:s3cret@{address}"),
            OpenErrorKind::Denied,
            "refuses the user",
        ),
        (
            format!("redis://kim:s3cret@{address}"),
            OpenErrorKind::Denied,
            "refuses the user",
        ),
        (
            format!("redis://{address}"),
            OpenErrorKind::Denied,
            "refuses the user",
        ),
        (
            "redis://:s3cret@127.0.0.1:1".to_owned(),
            OpenErrorKind::Unreachable,
            "can't be reached",
        ),
        (
            "redis://:s3cret/@127.0.0.1:port".to_owned(),
            OpenErrorKind::Url,
            "`%40` for an `@`",
        ),
        (
            "redis://:s3cret@".to_owned(),
            OpenErrorKind::Url,
            "`%40` for an `@`",
        ),
    ] {
        let error = RedisStore::connect(&url, StoreOptions::new())
            .await
            .unwrap_err();
        let shown = format!("{} {error:?}", chain(&error));
        assert_eq!(error.kind(), kind, "{shown}");
        assert!(
            shown.contains(message) && !shown.contains("s3cret"),
            "{shown}"
        );
    }
    let url = format!("redis://:right@{address}");
    let store = RedisStore::connect(&url, StoreOptions::new())
        .await
        .unwrap();
    assert!(!format!("{store:?}").contains("right"));
}

#[tokio::test]
async fn a_version_that_is_not_known_and_a_replica_are_refused() {
    let server = RedisServer::start();
    connect(&server).await;
    assert_eq!(server.command(&["SET", "session:schema", "2"]), "+OK");
    let error = RedisStore::connect(&server.url(), StoreOptions::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), OpenErrorKind::Schema);
    assert!(error.to_string().contains("are of version 2"), "{error}");

    let replica = RedisServer::start_with(&["--replicaof", "127.0.0.1", "1"]);
    let error = RedisStore::connect(&replica.url(), StoreOptions::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), OpenErrorKind::Denied, "{}", chain(&error));
}

#[tokio::test]
async fn without_memory_a_save_fails_once_and_says_why() {
    let server = RedisServer::start();
    let proxy = Proxy::start(server.address());
    let store = connect_through(&proxy).await;
    let key = key();
    store.create(&key, record()).await.unwrap();
    store.apply(&key, &set("a")).await.unwrap();
    assert_eq!(server.command(&["CONFIG", "SET", "maxmemory", "1"]), "+OK");
    let before = proxy.packets_sent();
    let error = store.apply(&key, &set("b")).await.unwrap_err();
    assert!(
        chain(&error).contains("no memory left"),
        "{}",
        chain(&error)
    );
    let created = store.create(&self::key(), record()).await;
    assert!(matches!(created, Err(CreateError::Other(_))), "{created:?}");
    let sent = proxy.packets_sent() - before;
    assert_eq!(sent, 2, "what the server refuses is not tried again");
    assert!(store.load(&key).await.unwrap().is_some());
}

#[tokio::test]
async fn the_set_of_an_owner_does_not_grow_and_ends() {
    let server = RedisServer::start();
    let store = connect(&server).await;
    for _ in 0..50 {
        let key = key();
        store
            .create(&key, record().with_owner("kim"))
            .await
            .unwrap();
        // As if it had expired.
        server.command(&["DEL", &format!("session:{}", key.as_str())]);
    }
    let size: u32 = server
        .command(&["ZCARD", "session:owner:kim"])
        .trim_start_matches(':')
        .parse()
        .unwrap();
    assert!(size <= 3, "{size}");
    let left = server.command(&["PTTL", "session:owner:kim"]);
    assert_ne!(left, ":-1", "the set must expire");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_conforms_in_a_cluster() {
    let cluster = RedisCluster::start();
    let count = Cell::new(0);
    conformance::run(async || {
        count.set(count.get() + 1);
        let options = StoreOptions::new().key_prefix(format!("{{{}}}:", count.get()));
        RedisStore::connect(&cluster.url(), options).await.unwrap()
    })
    .await;
    let store = RedisStore::connect(&cluster.url(), StoreOptions::new()).await;
    let store = Arc::new(store.unwrap());
    hammer::every_key_is_there_at_the_end(Arc::clone(&store)).await;
    hammer::no_session_comes_back(store).await;
}

#[tokio::test]
async fn a_cluster_needs_its_url_and_a_hash_tag() {
    let cluster = RedisCluster::start();
    for node in cluster.nodes() {
        let error = RedisStore::connect(&node.url(), StoreOptions::new())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), OpenErrorKind::Url, "{}", chain(&error));
        assert!(error.to_string().contains("redis-cluster://"), "{error}");
    }
    for prefix in ["session:", "{}session:", "{session:"] {
        let options = StoreOptions::new().key_prefix(prefix);
        let error = RedisStore::connect(&cluster.url(), options)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("hash tag"), "{error}");
    }
    let error =
        RedisStore::connect("redis-cluster://:s3cret@127.0.0.1:1", StoreOptions::new()).await;
    let error = error.unwrap_err();
    let shown = format!("{} {error:?}", chain(&error));
    assert_eq!(error.kind(), OpenErrorKind::Unreachable, "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
}

/// The permissions that the guide names.
#[tokio::test]
async fn a_user_with_few_rights_is_enough() {
    let server = RedisServer::start();
    let rights = "~session:* +@hash +@sortedset +@scripting +@keyspace +@connection -@dangerous \
                  +set +get +time +info";
    let mut words = vec!["ACL", "SETUSER", "app", "on", ">right"];
    words.extend(rights.split_whitespace());
    assert_eq!(server.command(&words), "+OK");
    let url = format!("redis://app:right@{}", server.address());
    let store = RedisStore::connect(&url, StoreOptions::new())
        .await
        .unwrap();
    let (old, new) = (key(), key());
    store
        .create(&old, record().with_owner("kim"))
        .await
        .unwrap();
    store.apply(&old, &set("b")).await.unwrap();
    let grace = Grace::Full(Duration::from_secs(60));
    store.rename(&old, &new, &set("c"), grace).await.unwrap();
    assert!(store.load(&old).await.unwrap().is_some());
    assert_eq!(store.list_owned("kim").await.unwrap().len(), 1);
    store.delete(&old).await.unwrap();
    assert!(store.load(&new).await.unwrap().is_none());
}
