//! A Tornado process and a tornado-web process on one store, each reading what
//! the other writes.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use test_support::{Program, RedisServer};
use tokio::task::JoinSet;
use tornado_web::testing::TestClient;

const COOKIE: &str = "shared";

struct Pair {
    rust: Program,
    python: Program,
}

impl Pair {
    fn start(store: &str) -> Pair {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shared-session"));
        command.env("STORE", store);
        // First, because it creates the tables, if the store has any.
        let rust = Program::start_with(command);
        let script = "examples/shared-session/python/server.py";
        let python = Program::python_with(script, &[("STORE", store)]);
        Pair { rust, python }
    }

    /// One browser that visits both, in this order.
    fn both_ways(&self) -> [Browser; 2] {
        let client = |program: &Program| TestClient::connect(&program.url());
        let [rust, python] = [&self.rust, &self.python].map(client);
        let turned = Browser([python.another(), rust.another()]);
        [Browser([rust, python]), turned]
    }
}

/// A client of two servers with one cookie.
struct Browser([TestClient; 2]);

impl Browser {
    async fn post(&self, at: usize, path: &str, form: &[(&str, &str)]) -> u16 {
        let status = self.0[at].post(path).form(form).await.status();
        self.share(at);
        status.as_u16()
    }

    async fn show(&self, at: usize) -> Value {
        let response = self.0[at].get("/").await;
        self.share(at);
        assert_eq!(response.header("Vary"), Some("Cookie"));
        assert_eq!(response.header("Cache-Control"), Some("private"));
        response.json()
    }

    fn share(&self, at: usize) {
        let other = &self.0[1 - at];
        other.clear_cookies();
        if let Some(cookie) = self.0[at].get_cookie(COOKIE) {
            other.set_cookie(COOKIE, &cookie);
        }
    }

    fn cookie(&self) -> Option<String> {
        self.0[0].get_cookie(COOKIE)
    }
}

/// A session that begins on one side continues on the other.
async fn each_reads_what_the_other_writes(pair: &Pair) {
    for browser in pair.both_ways() {
        assert_eq!(browser.show(0).await, json!({"owner": null, "values": {}}));
        assert!(browser.cookie().is_none());
        for (n, value) in [
            json!("caf\u{e9} \u{1f600} </script>"),
            json!({"b": [1, 2.5, null, {"c": false}], "a": "x"}),
            json!(12_345_678_901_234_567_890_u64),
            json!(null),
            json!(1.0),
            json!([]),
        ]
        .iter()
        .enumerate()
        {
            let (here, there) = (n % 2, 1 - n % 2);
            let (key, text) = (format!("k{n}"), value.to_string());
            let form = [("key", key.as_str()), ("value", text.as_str())];
            assert_eq!(browser.post(here, "/set", &form).await, 200);
            assert_eq!(&browser.show(there).await["values"][key], value);
        }
        let before = browser.cookie();
        // Reading what the other side wrote causes no write.
        assert_eq!(
            browser
                .post(0, "/set", &[("key", "k0"), ("value", "1")])
                .await,
            200
        );
        assert_eq!(browser.post(1, "/delete", &[("key", "k0")]).await, 200);
        let values = browser.show(0).await["values"].clone();
        assert!(values.get("k0").is_none() && values.get("k1").is_some());
        assert_eq!(browser.cookie(), before);

        // After a server error, nothing is saved.
        assert_eq!(browser.post(0, "/fail", &[]).await, 500);
        assert_eq!(browser.post(1, "/fail", &[]).await, 500);
        assert_eq!(browser.show(1).await["values"], values);

        // A login on one side counts on the other, under a new id; so does a logout.
        assert_eq!(browser.post(0, "/login", &[("user", "kim")]).await, 200);
        assert_ne!(browser.cookie(), before);
        assert_eq!(
            browser.show(1).await,
            json!({"owner": "kim", "values": values})
        );
        let stale = browser.0[1].another();
        stale.set_cookie(COOKIE, &before.expect("there was a session"));
        let shown = stale.get("/").await;
        assert!(shown.text().contains("null"), "the old id is dead");
        assert_eq!(browser.post(1, "/logout", &[]).await, 200);
        assert!(browser.cookie().is_none());
        assert_eq!(browser.show(0).await, json!({"owner": null, "values": {}}));
    }
}

/// Sessions begun by Python are in the user's list, and end with the others.
async fn the_sessions_of_a_user_are_those_of_both_sides(pair: &Pair) {
    let [first, second] = pair.both_ways();
    assert_eq!(first.post(0, "/login", &[("user", "lee")]).await, 200);
    assert_eq!(second.post(0, "/login", &[("user", "lee")]).await, 200);
    assert_eq!(first.0[0].get("/devices").await.text(), "2");
    let ended = first.0[0].delete("/devices").await;
    assert_eq!(ended.text(), "1");
    assert_eq!(second.show(0).await["owner"], Value::Null);
    assert_eq!(first.show(1).await["owner"], "lee");
}

/// Both write to one session at once, and nothing is lost. A session that one side
/// has ended is not brought back by the other.
async fn neither_loses_what_the_other_writes(pair: &Pair) {
    const CLIENTS: usize = 6;
    const WRITES: usize = 25;
    let nodes = [pair.rust.address(), pair.python.address()];
    let form = |key: &str| format!("key={key}&value=1");
    let mut first = session_hammer::Client::new(&nodes, COOKIE);
    first.post("/set", &form("first")).await.expect("it runs");

    let write = |ended: Arc<AtomicBool>| {
        let mut clients = JoinSet::new();
        for c in 0..CLIENTS {
            let mut client = first.twin(c);
            let (cookie, ended) = (client.cookie.clone(), Arc::clone(&ended));
            clients.spawn(async move {
                for w in 0..WRITES {
                    let gone = ended.load(Ordering::SeqCst);
                    client.cookie.clone_from(&cookie);
                    let answer = client.post("/set", &form(&format!("k.{c}.{w}"))).await;
                    assert_eq!(answer.expect("it runs").status, 200);
                    client.cookie.clone_from(&cookie);
                    let shown = client.get("/").await.expect("it runs").body;
                    assert!(!gone || !shown.contains("first"), "it has come back");
                }
            });
        }
        clients
    };
    let never = Arc::new(AtomicBool::new(false));
    write(never).join_all().await;
    let shown = first.twin(0).get("/").await.expect("it runs").body;
    let shown: Value = serde_json::from_str(&shown).expect("it is JSON");
    for c in 0..CLIENTS {
        for w in 0..WRITES {
            assert_eq!(shown["values"][format!("k.{c}.{w}")], 1, "a write was lost");
        }
    }

    let ended = Arc::new(AtomicBool::new(false));
    let clients = write(Arc::clone(&ended));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut logout = first.twin(1);
    let answer = logout.post("/logout", "").await.expect("it runs");
    assert_eq!(answer.status, 200);
    ended.store(true, Ordering::SeqCst);
    clients.join_all().await;
    for nth in 0..2 {
        let shown = first.twin(nth).get("/").await.expect("it runs").body;
        assert!(!shown.contains("first"), "it has come back: {shown}");
    }
}

async fn run(store: &str) {
    let pair = Pair::start(store);
    each_reads_what_the_other_writes(&pair).await;
    the_sessions_of_a_user_are_those_of_both_sides(&pair).await;
    let _ = pair.rust.stop(&["500 POST /fail"]);

    // Which requests are in flight when the session ends is random, and so are
    // their log lines.
    neither_loses_what_the_other_writes(&Pair::start(store)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_one_redis() {
    run(&RedisServer::start().url()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_one_sqlite_file() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    run(&format!("sqlite:{}", folder.path().join("s.db").display())).await;
}
