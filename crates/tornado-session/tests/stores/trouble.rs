//! Failures look as the guide says: in the response, and in the log.

use std::path::Path;
use std::time::Duration;

use test_support::{PostgresServer, RedisServer};
use tornado_core::Settings;
use tornado_session::SessionSettings as _;
use tornado_testing::{ExpectLog, TestClient, WatchLogs};

use crate::application::{self, application, failure};
use crate::postgres::{database_behind_a_proxy, name_of};

/// The page of the guide, and a log without lines that the page does not
/// mention.
struct Page {
    text: String,
    _watch: WatchLogs,
}

impl Page {
    fn open() -> Page {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let page = folder.join("../../docs/guide/session-stores.md");
        Page {
            text: std::fs::read_to_string(page).unwrap(),
            _watch: WatchLogs::new(),
        }
    }

    fn has(&self, text: &str) {
        assert!(self.text.contains(text), "the guide does not say: {text}");
    }

    /// A request fails, and the log gives the reason in the words of the page.
    async fn fails(&self, client: &TestClient, why: &str) {
        let lines = failure(why);
        let response = client.get("/").await;
        assert_eq!(response.status(), 500, "{why}");
        let sent = response.set_cookie("session");
        assert_eq!(sent, None, "no cookie for what was not stored");
        for hidden in [why, "Redis", "PostgreSQL", "SQLite", "127.0.0.1"] {
            assert!(!response.text().contains(hidden), "{response:?}");
        }
        for line in lines {
            assert_eq!(line.matched(), 1, "{line:?}");
        }
        self.has(&why.replace("within 2s", "within 5s"));
    }

    /// An application does not start, and gives the reason in the words of the
    /// page.
    async fn does_not_start(&self, url: &str, why: &str) {
        let settings = Settings::new().session_store(url);
        let error = application(settings).start().await.unwrap_err();
        let shown = error.to_string();
        assert!(shown.contains(why) && !shown.contains("s3cret"), "{shown}");
        self.has(why);
    }
}

/// A browser with a session, for an application that waits for its store no
/// longer than a test can.
async fn begun(url: &str) -> TestClient {
    let settings = Settings::new()
        .session_store(url)
        .session_store_timeout(Duration::from_secs(2))
        // So that none happens by chance while the store is down.
        .session_sweep_interval(Duration::from_secs(24 * 3600));
    application::begun(settings).await
}

/// Everything works again, and confirmed writes are there.
async fn goes_on(client: &TestClient) {
    assert_eq!(client.get("/").await.rethrow().text(), "visit 2");
}

#[tokio::test]
async fn nobody_answers() {
    let page = Page::open();
    let (mut redis, mut postgres) = (RedisServer::start(), PostgresServer::start());
    let on_redis = begun(&redis.url()).await;
    redis.kill();
    let why = "Redis can't be reached";
    page.fails(&on_redis, why).await;
    page.fails(&on_redis.another(), why).await;
    page.does_not_start(&redis.url(), why).await;
    redis.start_again();
    goes_on(&on_redis).await;

    let url = postgres.new_database();
    let on_postgres = begun(&url).await;
    // What the pool reports.
    let _connection = ExpectLog::new("", ".*Connection error");
    let _pool = ExpectLog::new("", ".*could not be recycled");
    postgres.kill();
    // Until its connection has been told.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let why = "the connection to PostgreSQL broke, or can't be made";
    page.fails(&on_postgres, why).await;
    page.fails(&on_postgres.another(), why).await;
    page.does_not_start(&url, why).await;
    postgres.start_again();
    goes_on(&on_postgres).await;
}

#[tokio::test]
async fn the_answer_takes_too_long() {
    let page = Page::open();
    let why = "no answer within 2s (the setting `session_store_timeout`)";
    let redis = RedisServer::start();
    let on_redis = begun(&redis.url()).await;
    redis.pause();
    page.fails(&on_redis, why).await;
    redis.resume();
    goes_on(&on_redis).await;

    let postgres = PostgresServer::shared();
    let (proxy, url) = database_behind_a_proxy(&postgres);
    let on_postgres = begun(&url).await;
    proxy.stall(true);
    page.fails(&on_postgres, why).await;
    proxy.stall(false);
    goes_on(&on_postgres).await;
}

#[tokio::test]
async fn the_password_is_wrong_or_a_right_is_missing() {
    let page = Page::open();
    let redis = RedisServer::start_with(&["--requirepass", "right"]);
    let address = redis.address();
    let why = "Redis refuses the user, its password, or the command";
    for user in ["", ":s3cret@", "kim:s3cret@"] {
        page.does_not_start(&format!("redis://{user}{address}"), why)
            .await;
    }
    let postgres = PostgresServer::shared();
    let url = format!("postgres://kim:s3cret@{}/postgres", postgres.address());
    page.does_not_start(&url, "PostgreSQL refuses the user or its password")
        .await;

    let url = postgres.new_database();
    let name = name_of(&url);
    begun(&url).await;
    postgres.psql(
        name,
        &format!(
            "CREATE ROLE {name}_app LOGIN PASSWORD 'app';
             GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}_app"
        ),
    );
    let theirs = format!("postgres://{name}_app:app@{}/{name}", postgres.address());
    let client = begun(&theirs).await;
    let update = |verb| format!("{verb} UPDATE ON tornado_sessions");
    postgres.psql(name, &format!("{} FROM {name}_app", update("REVOKE")));
    let why = "PostgreSQL does not let the user do this";
    page.fails(&client, why).await;
    postgres.psql(name, &format!("{} TO {name}_app", update("GRANT")));
    goes_on(&client).await;
}

#[tokio::test]
async fn there_is_no_room() {
    let page = Page::open();
    let redis = RedisServer::start();
    let client = begun(&redis.url()).await;
    redis.command(&["CONFIG", "SET", "maxmemory", "1"]);
    let why = "Redis has no memory left (`maxmemory`)";
    page.fails(&client, why).await;
    redis.command(&["CONFIG", "SET", "maxmemory", "0"]);
    goes_on(&client).await;

    // Caused, or looked up, by the tests of these stores.
    page.has("no room for the database: its disk, or its `max_page_count`, is full");
    page.has("the disk of PostgreSQL is full");
    page.has("Redis can't write its files");
}

#[tokio::test]
async fn somebody_else_holds_the_file() {
    let page = Page::open();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/sessions.db", folder.path().display());
    let client = begun(&url).await;
    // Locks are between connections, whoever owns them.
    let other = rusqlite::Connection::open(folder.path().join("sessions.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let why = "another process holds the database for too long";
    page.fails(&client, why).await;
    other.execute_batch("ROLLBACK").unwrap();
    goes_on(&client).await;
}

#[tokio::test]
async fn what_is_stored_is_no_session() {
    let page = Page::open();
    let why = "of the session is not in the expected form";
    let postgres = PostgresServer::shared();
    let url = postgres.new_database();
    let client = begun(&url).await;
    let name = name_of(&url);
    postgres.psql(name, "UPDATE tornado_sessions SET data = '[\"s3cret\"]'");
    page.fails(&client, why).await;
    page.has("the session store holds what is not a session record");
    // A client without that cookie is served.
    assert_eq!(client.another().get("/").await.status(), 200);
    postgres.psql(name, "DELETE FROM tornado_sessions");
    assert_eq!(client.get("/").await.rethrow().text(), "visit 1");
}

#[tokio::test]
async fn it_is_something_else_or_of_another_version() {
    let page = Page::open();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    std::fs::write(&file, "a text, and long enough to be read as a database").unwrap();
    let url = format!("sqlite:{}", file.display());
    page.does_not_start(&url, "the file is not an SQLite database")
        .await;
    page.does_not_start(
        "sqlite:/no/such/folder/sessions.db",
        "the file can't be opened",
    )
    .await;

    let postgres = PostgresServer::shared();
    let url = postgres.new_database();
    begun(&url).await;
    let name = name_of(&url);
    postgres.psql(name, "UPDATE tornado_session_schema SET version = 2");
    let why = "are of version 2, and this program knows version 1";
    page.does_not_start(&url, why).await;
    let redis = RedisServer::start();
    redis.command(&["SET", "session:schema", "2"]);
    page.does_not_start(&redis.url(), why).await;
    redis.command(&["DEL", "session:schema"]);
    redis.command(&["REPLICAOF", "127.0.0.1", "1"]);
    page.does_not_start(
        &redis.url(),
        "Redis is a replica here, which can't be written",
    )
    .await;
}
