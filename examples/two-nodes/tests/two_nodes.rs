//! Two processes on one store.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use session_hammer::Client;
use test_support::{PostgresServer, Program, RedisServer};
use tokio::task::JoinSet;
use tornado_web::testing::TestClient;

fn node(name: &str, store: &str) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_two-nodes"));
    command.env("NODE", name).env("STORE", store);
    Program::start_with(command)
}

/// A session begins on one node, continues on the other, and returns to the first.
async fn a_session_moves(store: &str) {
    let (a, b) = (node("a", store), node("b", store));
    let [on_a, on_b] = [&a, &b].map(|node| TestClient::connect(&node.url()));
    on_a.post("/").form([("text", "milk")]).await;
    let cookie = on_a.get_cookie("session").expect("it was set");
    on_b.set_cookie("session", &cookie);
    assert_eq!(on_b.get("/").await.text(), "milk by node a\n");
    on_b.post("/").form([("text", "eggs")]).await;
    assert_eq!(
        on_a.get("/").await.text(),
        "eggs by node b\nmilk by node a\n"
    );
    for client in [&on_a, &on_b] {
        assert_eq!(client.get_cookie("session").as_ref(), Some(&cookie));
    }

    // One node is stopped, and another is started later.
    let _ = a.stop(&[]);
    let c = node("c", store);
    let on_c = TestClient::connect(&c.url());
    on_c.set_cookie("session", &cookie);
    assert_eq!(on_c.get("/").await.text(), on_b.get("/").await.text());
    for node in [b, c] {
        let _ = node.stop(&[]);
    }
}

const CLIENTS: usize = 8;
const NOTES: usize = 150;

/// Clients of one session write through both nodes; one node is killed in the
/// middle of it, and they continue with the other. What was acknowledged is kept.
async fn nothing_is_lost_when_a_node_is_killed(store: &str) {
    let (a, b) = (node("a", store), node("b", store));
    let mut first = Client::new(&[b.address()], "session");
    first.post("/", "text=first").await.expect("node b runs");
    let cookie = first.cookie.clone();

    let done = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    for c in 0..CLIENTS {
        let [mut on_a, mut on_b] = [&a, &b].map(|node| {
            let mut client = Client::new(&[node.address()], "session");
            client.cookie.clone_from(&cookie);
            client
        });
        let done = Arc::clone(&done);
        clients.spawn(async move {
            let (mut acknowledged, mut failed) = (Vec::new(), 0);
            for n in 0..NOTES {
                let text = format!("note.{c}.{n}");
                let form = format!("text={text}");
                let answer = match n % 2 {
                    0 => on_a.post("/", &form).await,
                    _ => on_b.post("/", &form).await,
                };
                let answer = match answer {
                    Ok(answer) => answer,
                    // The node is gone; a proxy would send the request to the other.
                    Err(_) => {
                        failed += 1;
                        on_b.post("/", &form).await.expect("node b runs")
                    }
                };
                assert_eq!(answer.status, 200, "{}", answer.body);
                acknowledged.push(text);
                done.fetch_add(1, Ordering::SeqCst);
            }
            (acknowledged, failed)
        });
    }
    while done.load(Ordering::SeqCst) < CLIENTS * NOTES / 3 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // Dropping it kills it, with requests in flight.
    drop(a);

    let mut failures = 0;
    let notes = first.get("/").await.expect("node b runs").body;
    assert!(
        notes.lines().count() < CLIENTS * NOTES,
        "it was killed too late"
    );
    for (_, failed) in &clients.join_all().await {
        failures += failed;
    }
    assert!(failures > 0, "node a was missed by nobody");
    let notes = first.get("/").await.expect("node b runs").body;
    for c in 0..CLIENTS {
        for n in 0..NOTES {
            let note = format!("note.{c}.{n} by node ");
            assert!(notes.contains(&note), "{note} was acknowledged and lost");
        }
    }
    assert_eq!(notes.lines().count(), CLIENTS * NOTES + 1);
    let _ = b.stop(&[]);
}

async fn run(store: &str) {
    a_session_moves(store).await;
    nothing_is_lost_when_a_node_is_killed(store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_one_redis() {
    run(&RedisServer::start().url()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_one_postgresql() {
    let server = PostgresServer::start();
    run(&server.new_database()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_one_sqlite_file() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    run(&format!("sqlite:{}", folder.path().join("s.db").display())).await;
}
