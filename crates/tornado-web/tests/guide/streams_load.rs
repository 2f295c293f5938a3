//! The streams of the last section of `docs/guide/websockets.md` under load: hundreds come
//! and go, and nobody misses anything.
//!
//! `TORNADO_WEB_LOAD=20` has twenty times as many messages.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tornado_web::testing::TestClient;

use crate::streams::chat;

/// Of each kind. Each takes two of the files that a process may have open.
const CLIENTS: usize = 200;

/// How many messages there are.
fn count() -> usize {
    let times = std::env::var("TORNADO_WEB_LOAD").map_or(1, |times| times.parse().unwrap());
    30 * times
}

/// Reads events, and connects again behind every few of them.
async fn follow(client: Arc<TestClient>, number: usize, count: usize) -> Vec<String> {
    let mut heard = Vec::new();
    let mut last = String::new();
    while heard.len() < count {
        let request = client.get("/events");
        let mut stream = match &*last {
            "" => request.stream().await,
            last => request.header("Last-Event-ID", last).stream().await,
        };
        let goes_after = heard.len() + 1 + (number + heard.len()) % 17;
        let mut text = String::new();
        while heard.len() < count.min(goes_after) {
            let chunk = stream.chunk().await.expect("it does not end");
            text.push_str(std::str::from_utf8(&chunk).unwrap());
            while let Some((event, rest)) = text.split_once("\n\n") {
                let (id, data) = event.split_once('\n').unwrap();
                last = id.strip_prefix("id: ").unwrap().to_owned();
                heard.push(data.strip_prefix("data: ").unwrap().to_owned());
                text = rest.to_owned();
            }
        }
    }
    heard
}

/// Asks again and again; some leave often, and ask once more.
async fn poll(client: Arc<TestClient>, number: usize, count: usize) -> Vec<String> {
    let mut heard = Vec::<String>::new();
    let patience = Duration::from_millis(if number.is_multiple_of(5) { 15 } else { 60_000 });
    while heard.len() < count {
        let cursor = heard.len().to_string();
        let answer = async { client.post("/updates").form([("cursor", &*cursor)]).await };
        let Ok(answer) = tokio::time::timeout(patience, answer).await else {
            continue;
        };
        let answer: serde_json::Value = answer.json();
        let messages = answer["messages"].as_array().unwrap().iter();
        heard.extend(messages.map(|text| text.as_str().unwrap().to_owned()));
    }
    heard
}

/// Waits for what comes soon.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_come_and_go_and_miss_nothing() {
    let count = count();
    let expected: Vec<String> = (0..count)
        .map(|number| format!("message {number}"))
        .collect();
    let alive = || {
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks()
    };
    let before = alive();
    let (client, messages) = chat().await;
    let client = Arc::new(client);
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        clients.spawn(follow(Arc::clone(&client), number, count));
        clients.spawn(poll(Arc::clone(&client), number, count));
    }
    for text in &expected {
        messages.add(text.clone());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    while let Some(heard) = clients.join_next().await {
        assert_eq!(heard.unwrap(), expected);
    }
    until("nobody waits", || messages.count.receiver_count() == 0).await;

    // All who leave where nothing comes are told of.
    let left = || *messages.left.lock().unwrap();
    let before_them = left();
    let mut leaving = JoinSet::new();
    for _ in 0..CLIENTS {
        let client = Arc::clone(&client);
        leaving.spawn(async move {
            let form = [("cursor", count.to_string())];
            let answer = async { client.post("/updates").form(form).await };
            let answer = tokio::time::timeout(Duration::from_secs(1), answer).await;
            assert!(answer.is_err());
        });
    }
    until("all wait", || messages.count.receiver_count() == CLIENTS).await;
    while let Some(gone) = leaving.join_next().await {
        gone.unwrap();
    }
    until("all have left", || left() == before_them + CLIENTS).await;
    assert_eq!(messages.count.receiver_count(), 0);

    // A stop ends the connections that clients keep, and no task is left.
    let client = Arc::into_inner(client).expect("nobody else has it");
    client.stop().await;
    until("no task is left", || alive() <= before).await;
}
