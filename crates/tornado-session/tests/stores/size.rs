//! How large a session may be, on every store.

use http::StatusCode;
use test_support::{PostgresServer, RedisServer};
use tornado_core::log::{ACCESS, APPLICATION};
use tornado_core::{
    Application, Exchange, Handler, Input as _, OrStatus as _, Output as _, RequestHandler, Result,
    Settings, url,
};
use tornado_session::{
    MemoryStore, SessionMixin as _, SessionSettings as _, StoreOptions, TowerSessionsStore,
};
use tornado_testing::{ExpectLog, TestClient};

/// Sets `key` to a text of `bytes` bytes, and answers with the keys. With
/// `status`, an oversized value gets that status.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Fill(Exchange);

impl RequestHandler for Fill {
    async fn get(&mut self) -> Result {
        let session = self.get_session().await?;
        let keys = session.keys().join(" ");
        self.write(keys);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let key = self.get_argument("key")?;
        let bytes: usize = self.get_argument_as("bytes")?;
        let status: Option<u16> = self.get_argument_as("status")?;
        let session = self.get_session().await?;
        // As JSON, it has two additional quotes.
        let set = session.set(&key, "x".repeat(bytes - 2));
        match status {
            Some(status) => set.or_status(status)?,
            None => set?,
        }
        Ok(())
    }
}

async fn fill(client: &TestClient, key: &str, bytes: usize) -> StatusCode {
    let form = [("key", key), ("bytes", &bytes.to_string())];
    client.post("/").form(form).await.status()
}

async fn too_large(client: &TestClient, key: &str, bytes: usize) {
    let why = format!("(?s)Uncaught exception POST / .*the session's value '{key}' is too large");
    let lines = [
        ExpectLog::new(APPLICATION, &why),
        ExpectLog::new(ACCESS, "500 POST / "),
    ];
    assert_eq!(fill(client, key, bytes).await, 500);
    for line in lines {
        assert_eq!(line.matched(), 1, "{line:?}");
    }
}

/// A limit of 1,000 bytes.
async fn is_bounded(settings: Settings) {
    let settings = settings.cookie_secret("secret").session_max_size(1000);
    let client = TestClient::new(Application::new([url("/", Fill)], settings).unwrap());
    assert_eq!(fill(&client, "a", 499).await, 200);
    too_large(&client, "b", 500).await;
    assert_eq!(
        fill(&client, "b", 499).await,
        200,
        "that is all there may be"
    );
    too_large(&client, "c", 2).await;
    too_large(&client, "a", 500).await;
    assert_eq!(client.get("/").await.text(), "a b");
    // Shrinking leaves room.
    assert_eq!(fill(&client, "a", 100).await, 200);
    assert_eq!(fill(&client, "c", 398).await, 200);
    assert_eq!(client.get("/").await.text(), "a b c");

    // A handler that takes it from a client reports it.
    let _lines = [
        ExpectLog::new(tornado_core::log::GENERAL, "413 POST / .*'d' is too large"),
        ExpectLog::new(ACCESS, "413 POST / "),
    ];
    let form = [("key", "d"), ("bytes", "2000"), ("status", "413")];
    assert_eq!(client.post("/").form(form).await.status(), 413);
    assert_eq!(client.get("/").await.text(), "a b c");
}

#[tokio::test]
async fn it_is_bounded_on_each() {
    let folder = tempfile::tempdir().unwrap();
    let redis = RedisServer::start();
    let postgres = PostgresServer::shared();
    is_bounded(Settings::new().session_store(MemoryStore::new())).await;
    for store in [
        format!("sqlite:{}/sessions.db", folder.path().display()),
        redis.url(),
        postgres.new_database(),
    ] {
        is_bounded(Settings::new().session_store(store)).await;
    }
    let tower = tower_sessions_memory_store::MemoryStore::default();
    let tower = TowerSessionsStore::new(tower, StoreOptions::new());
    is_bounded(Settings::new().session_store(tower)).await;
}

#[tokio::test]
async fn a_session_that_is_too_large_already_may_get_smaller() {
    let store = MemoryStore::new();
    let of = |bytes| {
        let settings = Settings::new()
            .cookie_secret("secret")
            .session_store(store.clone())
            .session_max_size(bytes);
        TestClient::new(Application::new([url("/", Fill)], settings).unwrap())
    };
    let before = of(5000);
    assert_eq!(fill(&before, "a", 3000).await, 200);
    assert_eq!(fill(&before, "b", 1000).await, 200);
    let after = of(1500);
    after.set_cookie("session", &before.get_cookie("session").unwrap());
    too_large(&after, "b", 1001).await;
    too_large(&after, "c", 2).await;
    assert_eq!(fill(&after, "a", 2900).await, 200);
    assert_eq!(fill(&after, "a", 100).await, 200);
    assert_eq!(fill(&after, "c", 100).await, 200);
    assert_eq!(after.get("/").await.text(), "a b c");
}

#[tokio::test]
async fn it_is_bounded_if_nobody_says() {
    let settings = Settings::new().cookie_secret("secret");
    let client = TestClient::new(Application::new([url("/", Fill)], settings).unwrap());
    assert_eq!(fill(&client, "a", (1 << 20) - 1).await, 200);
    too_large(&client, "b", 2).await;
}
