//! A Tornado process and a tornado-web process on one store, each reading what
//! the other writes.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use test_support::{Client, Program, RedisServer};
use tokio::task::JoinSet;

struct Pair {
    rust: Program,
    python: Program,
}

impl Pair {
    fn start(store: &str) -> Pair {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shared-session"));
        command.env("STORE", store);
        // First, as it makes the tables where there are any.
        let rust = Program::start_with(command);
        let script = "examples/shared-session/python/server.py";
        let python = Program::python_with(script, &[("STORE", store)]);
        Pair { rust, python }
    }

    /// One browser that goes to both, in this order.
    fn both_ways(&self) -> [Browser; 2] {
        let [rust, python] = [self.rust.client(), self.python.client()];
        [
            Browser([rust.clone(), python.clone()]),
            Browser([python, rust]),
        ]
    }
}

/// A client of two servers with one jar.
struct Browser([Client; 2]);

impl Browser {
    fn post(&mut self, at: usize, path: &str, form: &str) -> u16 {
        let status = self.0[at].post_form(path, form).status();
        self.share(at);
        status
    }

    fn show(&mut self, at: usize) -> Value {
        let response = self.0[at].get("/");
        self.share(at);
        assert_eq!(response.header("Vary"), Some("Cookie"));
        assert_eq!(response.header("Cache-Control"), Some("private"));
        serde_json::from_slice(&response.body).expect("it is JSON")
    }

    fn share(&mut self, at: usize) {
        self.0[1 - at].cookies = self.0[at].cookies.clone();
    }
}

/// What begins on the one goes on on the other.
fn each_reads_what_the_other_writes(pair: &Pair) {
    for mut browser in pair.both_ways() {
        assert_eq!(browser.show(0), json!({"owner": null, "values": {}}));
        assert!(browser.0[0].cookies.is_empty());
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
            let text: String = form_encode(&value.to_string());
            assert_eq!(
                browser.post(here, "/set", &format!("key=k{n}&value={text}")),
                200
            );
            assert_eq!(&browser.show(there)["values"][format!("k{n}")], value);
        }
        let before = browser.0[0].cookies.clone();
        // The other side finds nothing to write in what it has read.
        assert_eq!(browser.post(0, "/set", "key=k0&value=1"), 200);
        assert_eq!(browser.post(1, "/delete", "key=k0"), 200);
        let values = browser.show(0)["values"].clone();
        assert!(values.get("k0").is_none() && values.get("k1").is_some());
        assert_eq!(browser.0[0].cookies, before);

        // After an error of ours, nothing is saved.
        assert_eq!(browser.post(0, "/fail", ""), 500);
        assert_eq!(browser.post(1, "/fail", ""), 500);
        assert_eq!(browser.show(1)["values"], values);

        // A login here is one there, under a new id; so is a logout.
        assert_eq!(browser.post(0, "/login", "user=kim"), 200);
        assert_ne!(browser.0[0].cookies, before);
        assert_eq!(browser.show(1), json!({"owner": "kim", "values": values}));
        let mut stale = browser.0[1].clone();
        stale.cookies = before;
        assert!(stale.get("/").text().contains("null"), "the old id is dead");
        assert_eq!(browser.post(1, "/logout", ""), 200);
        assert!(browser.0[0].cookies.is_empty());
        assert_eq!(browser.show(0), json!({"owner": null, "values": {}}));
    }
}

/// The sessions that Python has begun are in the list of the user, and end with
/// the others.
fn the_sessions_of_a_user_are_those_of_both_sides(pair: &Pair) {
    let [mut first, mut second] = pair.both_ways();
    assert_eq!(first.post(0, "/login", "user=lee"), 200);
    assert_eq!(second.post(0, "/login", "user=lee"), 200);
    assert_eq!(first.0[0].get("/devices").text(), "2");
    let ended = first.0[0].send("DELETE", "/devices", &[], b"");
    assert_eq!(ended.text(), "1");
    assert_eq!(second.show(0)["owner"], Value::Null);
    assert_eq!(first.show(1)["owner"], "lee");
}

/// Both write to one session at once: all is there at the end; and what one has
/// ended, the other does not bring back.
async fn neither_loses_what_the_other_writes(pair: &Pair) {
    const CLIENTS: usize = 6;
    const WRITES: usize = 25;
    let nodes = [pair.rust.address(), pair.python.address()];
    let form = |key: &str| format!("key={key}&value=1");
    let mut first = session_hammer::Client::new(&nodes, "shared");
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

fn form_encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn run(store: &str) {
    let pair = Pair::start(store);
    each_reads_what_the_other_writes(&pair);
    the_sessions_of_a_user_are_those_of_both_sides(&pair);
    let _ = pair.rust.stop(&["500 POST /fail"]);

    // Which requests are under way when the session ends is chance, and so are
    // the log lines of it.
    let pair = Pair::start(store);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    runtime.block_on(neither_loses_what_the_other_writes(&pair));
}

#[test]
fn on_one_redis() {
    run(&RedisServer::start().url());
}

#[test]
fn on_one_sqlite_file() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    run(&format!("sqlite:{}", folder.path().join("s.db").display()));
}
