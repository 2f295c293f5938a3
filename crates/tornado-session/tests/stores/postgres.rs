//! PostgreSQL: held to the contract, killed, stalled, cut and refused.

use std::sync::Arc;
use std::time::{Duration, Instant};

use test_support::{PostgresServer, Proxy};
use tornado_session::store::{
    ApplyError, CreateError, Grace, LoadError, OpenErrorKind, RenameError,
};
use tornado_session::{Json, Patch, PostgresStore, SessionStore, StoreOptions, conformance};

use crate::hammer::{self, chain, key, record, set};

async fn connect(url: &str) -> PostgresStore {
    PostgresStore::connect(url, StoreOptions::new())
        .await
        .unwrap()
}

/// The URL of a new database that is reached through a proxy.
pub(crate) fn database_behind_a_proxy(server: &PostgresServer) -> (Proxy, String) {
    let proxy = Proxy::start(server.address());
    let url = server.new_database();
    let url = url.replace(&server.address().to_string(), &proxy.address().to_string());
    (proxy, url)
}

async fn behind_a_proxy(server: &PostgresServer, options: StoreOptions) -> (Proxy, PostgresStore) {
    let (proxy, url) = database_behind_a_proxy(server);
    let store = PostgresStore::connect(&url, options).await.unwrap();
    (proxy, store)
}

pub(crate) fn name_of(url: &str) -> &str {
    url.rsplit_once('/').unwrap().1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_conforms() {
    let server = PostgresServer::shared();
    conformance::run(async || connect(&server.new_database()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_stands_the_hammer() {
    let server = PostgresServer::shared();
    let store = Arc::new(connect(&server.new_database()).await);
    hammer::every_key_is_there_at_the_end(Arc::clone(&store)).await;
    hammer::no_session_comes_back(store).await;
}

#[tokio::test]
async fn every_operation_is_one_round_trip() {
    let server = PostgresServer::shared();
    let options = StoreOptions::new().pool_size(1);
    let (proxy, store) = behind_a_proxy(&server, options).await;
    let (key, new) = (key(), key());
    // The first time, the statements are prepared.
    for round in 0..2 {
        let mut trips = vec![proxy.packets_sent()];
        store
            .create(&key, record().with_owner("kim"))
            .await
            .unwrap();
        trips.push(proxy.packets_sent());
        store.load(&key).await.unwrap().unwrap();
        trips.push(proxy.packets_sent());
        store.apply(&key, &set("b")).await.unwrap();
        trips.push(proxy.packets_sent());
        store
            .rename(&key, &new, &set("c"), Grace::None)
            .await
            .unwrap();
        trips.push(proxy.packets_sent());
        assert_eq!(store.list_owned("kim").await.unwrap().len(), 1);
        trips.push(proxy.packets_sent());
        store.delete(&new).await.unwrap();
        trips.push(proxy.packets_sent());
        let steps: Vec<usize> = trips.windows(2).map(|pair| pair[1] - pair[0]).collect();
        if round == 1 {
            assert_eq!(steps, [1; 6]);
        }
    }
}

#[tokio::test]
async fn a_restart_is_no_loss() {
    let mut server = PostgresServer::start();
    let store = connect(&server.new_database()).await;
    let key = key();
    store.create(&key, record()).await.unwrap();
    server.kill();
    let start = Instant::now();
    let error = store.apply(&key, &set("b")).await.unwrap_err();
    assert!(matches!(error, ApplyError::Other(_)));
    assert!(chain(&error).contains("PostgreSQL"), "{}", chain(&error));
    assert!(matches!(store.load(&key).await, Err(LoadError::Other(_))));
    assert!(start.elapsed() < Duration::from_secs(6));

    server.start_again();
    store.apply(&key, &set("c")).await.unwrap();
    let data = store.load(&key).await.unwrap().unwrap();
    assert!(data.data().contains_key("a") && data.data().contains_key("c"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_under_load_it_has_all_that_it_has_answered() {
    let mut server = PostgresServer::start();
    let store = Arc::new(connect(&server.new_database()).await);
    let pause = Duration::from_millis(50);
    hammer::what_was_answered_is_kept(store, 60, pause, async || {
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.kill();
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.start_again();
    })
    .await;
}

#[tokio::test]
async fn a_dead_connection_is_made_again_for_every_operation() {
    let server = PostgresServer::shared();
    let (proxy, store) = behind_a_proxy(&server, StoreOptions::new()).await;
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
    let server = PostgresServer::shared();
    let options = StoreOptions::new().pool_size(1);
    let (proxy, store) = behind_a_proxy(&server, options).await;
    let (one, two) = (key(), key());
    // So that the statements are prepared on the connection whose answer is lost.
    let prepare = async || {
        let (one, two) = (key(), key());
        store.create(&one, record()).await.unwrap();
        store
            .rename(&one, &two, &set("b"), Grace::None)
            .await
            .unwrap();
    };
    prepare().await;
    proxy.swallow_next_answer();
    store.create(&one, record()).await.unwrap();
    for grace in [Grace::None, Grace::InFlight(Duration::from_secs(60))] {
        let (old, new) = (key(), key());
        store.create(&old, record()).await.unwrap();
        prepare().await;
        proxy.swallow_next_answer();
        store.rename(&old, &new, &set("b"), grace).await.unwrap();
        assert!(store.load(&new).await.unwrap().is_some());
    }
    // What is really taken or gone stays so.
    prepare().await;
    proxy.swallow_next_answer();
    let other = store.create(&one, record().with_owner("kim")).await;
    assert!(matches!(other, Err(CreateError::Exists)), "{other:?}");
    prepare().await;
    proxy.swallow_next_answer();
    let gone = store.rename(&key(), &two, &set("b"), Grace::None).await;
    assert!(matches!(gone, Err(RenameError::NotFound)), "{gone:?}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_an_error_in_time() {
    let server = PostgresServer::shared();
    let options = StoreOptions::new()
        .timeout(Duration::from_millis(500))
        .pool_size(2);
    let (proxy, store) = behind_a_proxy(&server, options).await;
    let key = key();
    store.create(&key, record()).await.unwrap();
    proxy.stall(true);
    let start = Instant::now();
    let error = store.load(&key).await.unwrap_err();
    assert!(
        chain(&error).contains("no answer within 500ms"),
        "{}",
        chain(&error)
    );
    assert!(store.apply(&key, &set("b")).await.is_err());
    assert!(store.apply(&key, &set("b")).await.is_err());
    assert!(start.elapsed() < Duration::from_secs(2));
    proxy.stall(false);
    // A new connection may take longer than the limit on a busy machine.
    let mut loaded = store.load(&key).await;
    while loaded.is_err() && start.elapsed() < Duration::from_secs(20) {
        loaded = store.load(&key).await;
    }
    assert!(loaded.unwrap().is_some());
}

#[tokio::test]
async fn a_lock_of_somebody_else_is_an_error_in_time_and_reads_go_on() {
    let server = PostgresServer::shared();
    let url = server.new_database();
    let options = StoreOptions::new().timeout(Duration::from_millis(500));
    let store = PostgresStore::connect(&url, options).await.unwrap();
    let session = key();
    store.create(&session, record()).await.unwrap();
    let (holder, name) = (Arc::clone(&server), name_of(&url).to_owned());
    let holding = tokio::task::spawn_blocking(move || {
        holder.psql(
            &name,
            "SELECT count(pg_sleep(1.5)) FROM (SELECT FROM tornado_sessions FOR UPDATE) AS held",
        )
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let error = store.apply(&session, &set("b")).await.unwrap_err();
    assert!(matches!(error, ApplyError::Other(_)));
    assert!(
        chain(&error).contains("session_store_timeout"),
        "{}",
        chain(&error)
    );
    assert!(store.load(&session).await.unwrap().is_some());
    holding.await.unwrap();
    store.apply(&session, &set("b")).await.unwrap();
}

#[tokio::test]
async fn what_is_no_record_is_corrupt_and_its_values_are_not_told() {
    let server = PostgresServer::shared();
    let url = server.new_database();
    let store = connect(&url).await;
    for damage in [
        "data = '[4111]'",
        "data = '\"4111\"'",
        "data = '{\"a\": 4111}'",
        "data = '{\"a\": \"{4111\"}'",
        "expiry = '4111'",
        "created_at = -4111",
        "deadline = -1",
    ] {
        let key = key();
        store
            .create(&key, record().with_owner("kim"))
            .await
            .unwrap();
        server.psql(
            name_of(&url),
            &format!("UPDATE tornado_sessions SET {damage}"),
        );
        for error in [
            store.load(&key).await.unwrap_err(),
            store.list_owned("kim").await.unwrap_err(),
        ] {
            assert!(
                matches!(error, LoadError::Corrupt(_)),
                "{damage}: {error:?}"
            );
            let shown = format!("{} {error:?}", chain(&error));
            assert!(!shown.contains("4111"), "{shown}");
        }
        store.delete(&key).await.unwrap();
    }
    // Somebody has changed the table.
    let key = key();
    store.create(&key, record()).await.unwrap();
    server.psql(
        name_of(&url),
        "ALTER TABLE tornado_sessions ALTER created_at TYPE text",
    );
    let error = store.load(&key).await.unwrap_err();
    assert!(chain(&error).contains("PostgreSQL") || chain(&error).contains("created_at"));
}

#[tokio::test]
async fn a_key_with_a_nul_is_refused_and_a_value_with_one_is_not() {
    let server = PostgresServer::shared();
    let store = connect(&server.new_database()).await;
    let key = key();
    store.create(&key, record()).await.unwrap();
    let error = store.apply(&key, &set("a\u{0}b")).await.unwrap_err();
    assert!(chain(&error).contains("U+0000"), "{}", chain(&error));
    let patch = Patch::new().set("nul", Json::new("a\u{0}b").unwrap());
    store.apply(&key, &patch).await.unwrap();
    let data = store.load(&key).await.unwrap().unwrap();
    assert_eq!(data.data()["nul"].read::<String>().unwrap(), "a\u{0}b");
}

#[tokio::test]
async fn what_can_not_be_opened_says_why_and_shows_no_password() {
    let server = PostgresServer::shared();
    let (address, good) = (server.address(), server.new_database());
    for (url, kind, message) in [
        (
            format!("postgres://postgres:s3cret@{address}/postgres"),
            OpenErrorKind::Denied,
            "refuses the user or its password",
        ),
        (
            format!("postgres://nobody:s3cret@{address}/postgres"),
            OpenErrorKind::Denied,
            "refuses the user or its password",
        ),
        (
            server.url("nowhere"),
            OpenErrorKind::Other,
            "\"nowhere\" does not exist",
        ),
        (
            "postgres://kim:s3cret@127.0.0.1:1/app".to_owned(),
            OpenErrorKind::Unreachable,
            "can't be made",
        ),
        (
            "postgres://kim:s3cret@localhost:port/app".to_owned(),
            OpenErrorKind::Url,
            "`%40` for an `@`",
        ),
        (
            "postgres://kim:s3cret@localhost/app?s3cret=1".to_owned(),
            OpenErrorKind::Url,
            "`%40` for an `@`",
        ),
    ] {
        let opened = PostgresStore::connect(&url, StoreOptions::new()).await;
        let error = opened.unwrap_err();
        let shown = format!("{} {error:?}", chain(&error));
        assert_eq!(error.kind(), kind, "{shown}");
        assert!(
            shown.contains(message) && !shown.contains("s3cret"),
            "{shown}"
        );
    }
    let store = connect(&good).await;
    let shown = format!("{store:?}");
    assert!(
        shown.contains(&address.to_string()) && !shown.contains("p@ss"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_user_without_rights_and_a_version_that_is_not_known_are_refused() {
    let server = PostgresServer::shared();
    let url = server.new_database();
    let name = name_of(&url);
    server.psql(
        name,
        &format!("CREATE ROLE {name}_reader LOGIN PASSWORD 'reader'"),
    );
    let reader = format!(
        "postgres://{name}_reader:reader@{}/{name}",
        server.address()
    );
    let opened = PostgresStore::connect(&reader, StoreOptions::new()).await;
    assert_eq!(opened.unwrap_err().kind(), OpenErrorKind::Denied);

    // If the tables exist, it does not need the right to create any.
    connect(&url).await;
    server.psql(
        name,
        &format!(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON tornado_sessions TO {name}_reader; \
             GRANT SELECT ON tornado_session_schema TO {name}_reader"
        ),
    );
    let store = connect(&reader).await;
    store.create(&key(), record()).await.unwrap();

    server.psql(name, "UPDATE tornado_session_schema SET version = 2");
    let error = PostgresStore::connect(&url, StoreOptions::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), OpenErrorKind::Schema);
    assert!(error.to_string().contains("are of version 2"), "{error}");
}

/// PostgreSQL says so when two transactions conflict, and asks for a retry.
#[tokio::test]
async fn a_conflict_is_tried_again_a_few_times() {
    let server = PostgresServer::shared();
    let url = server.new_database();
    let store = connect(&url).await;
    let key = key();
    store.create(&key, record()).await.unwrap();
    // A sequence advances even if everything else is rolled back.
    server.psql(
        name_of(&url),
        "CREATE SEQUENCE tries;
         CREATE TABLE conflicts AS SELECT 3 AS number;
         CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF nextval('tries') <= (SELECT number FROM conflicts) THEN
                 RAISE EXCEPTION 'in the way' USING ERRCODE = '40001';
             END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER conflict BEFORE UPDATE ON tornado_sessions
             FOR EACH ROW EXECUTE FUNCTION conflict()",
    );
    let tries = || server.psql(name_of(&url), "SELECT last_value FROM tries");
    store.apply(&key, &set("b")).await.unwrap();
    assert_eq!(tries(), "4");
    server.psql(name_of(&url), "UPDATE conflicts SET number = 100");
    let error = store.apply(&key, &set("c")).await.unwrap_err();
    assert!(chain(&error).contains("in the way"), "{}", chain(&error));
    assert_eq!(tries(), "8");
    let (new, patch) = (self::key(), set("c"));
    let renamed = store.rename(&key, &new, &patch, Grace::None);
    let error = renamed.await.unwrap_err();
    assert!(matches!(error, RenameError::Other(_)), "{error:?}");
    assert!(chain(&error).contains("in the way"), "{}", chain(&error));
}

#[tokio::test]
async fn a_key_that_is_taken_at_this_moment_is_taken() {
    let server = PostgresServer::shared();
    let url = server.new_database();
    let store = connect(&url).await;
    let (old, new) = (key(), key());
    store.create(&old, record()).await.unwrap();
    let (taker, name, taken) = (Arc::clone(&server), name_of(&url).to_owned(), new);
    let taking = tokio::task::spawn_blocking(move || {
        let key = taken.as_str();
        // In one transaction, whose row nobody sees before it ends.
        taker.psql(
            &name,
            &format!(
                "INSERT INTO tornado_sessions (key, created_at, expires_at)
                 VALUES ('{key}', 0, 4000000000000);
                 SELECT pg_sleep(1.5)"
            ),
        )
    });
    tokio::time::sleep(Duration::from_millis(700)).await;
    let renamed = store.rename(&old, &new, &set("b"), Grace::None).await;
    assert!(matches!(renamed, Err(RenameError::Exists)), "{renamed:?}");
    taking.await.unwrap();
    let data = store.load(&old).await.unwrap().unwrap();
    assert!(!data.data().contains_key("b"));
}

#[tokio::test]
async fn many_that_start_together_make_the_tables_once() {
    let server = PostgresServer::shared();
    let url = server.new_database();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { PostgresStore::connect(&url, StoreOptions::new()).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}
