//! The last section of `docs/guide/websockets.md`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;
use tornado_web::ServerSentEvent;
use tornado_web::prelude::*;
use tornado_web::testing::TestClient;

/// All messages so far, and their number, which tells waiting clients of a new one.
#[derive(Clone)]
struct Messages {
    all: Arc<Mutex<Vec<String>>>,
    count: watch::Sender<usize>,
    left: Arc<Mutex<usize>>,
}

impl Messages {
    fn new() -> Messages {
        Messages {
            all: Arc::default(),
            count: watch::Sender::new(0),
            left: Arc::default(),
        }
    }

    fn add(&self, text: String) {
        let mut all = self.all.lock().unwrap();
        all.push(text);
        self.count.send_replace(all.len());
    }

    fn since(&self, seen: usize) -> Vec<String> {
        self.all
            .lock()
            .unwrap()
            .iter()
            .skip(seen)
            .cloned()
            .collect()
    }
}

// ANCHOR: events
#[derive(Handler)]
struct EventsHandler {
    base: Exchange,
    #[state]
    messages: Messages,
}

impl RequestHandler for EventsHandler {
    async fn get(&mut self) -> Result {
        let mut count = self.messages.count.subscribe();
        // The last message that the page saw, if it is reconnecting.
        let id = self.last_event_id();
        let mut seen = id.and_then(|id| id.parse().ok()).unwrap_or(0);
        loop {
            for text in self.messages.since(seen) {
                seen += 1;
                let event = ServerSentEvent::new(text).id(seen.to_string());
                self.send_event(event).await?;
            }
            let more = count.wait_for(|&count| count > seen);
            let more = self.keep_alive(Duration::from_secs(15), async { more.await.is_ok() });
            if !more.await? {
                return Ok(());
            }
        }
    }
}
// ANCHOR_END: events

// ANCHOR: polling
#[derive(Handler)]
struct UpdatesHandler {
    base: Exchange,
    #[state]
    messages: Messages,
}

impl RequestHandler for UpdatesHandler {
    /// Returns the messages after `cursor`, as soon as there are any.
    async fn post(&mut self) -> Result {
        let seen: usize = self.get_argument_or("cursor", 0)?;
        let mut count = self.messages.count.subscribe();
        let news = count.wait_for(|&count| count > seen);
        let waited = tokio::time::timeout(Duration::from_secs(60), news).await;
        drop(waited); // after a minute, the answer is an empty list
        let messages = self.messages.since(seen);
        let cursor = seen + messages.len();
        self.write(json!({ "messages": messages, "cursor": cursor }));
        Ok(())
    }

    fn on_connection_close(&mut self) {
        *self.messages.left.lock().unwrap() += 1;
    }
}

#[derive(Handler)]
struct NewHandler {
    base: Exchange,
    #[state]
    messages: Messages,
}

impl RequestHandler for NewHandler {
    async fn post(&mut self) -> Result {
        let text = self.get_body_argument("text")?;
        self.messages.add(text);
        Ok(())
    }
}
// ANCHOR_END: polling

async fn chat() -> (TestClient, Messages) {
    let messages = Messages::new();
    let routes = [
        route::<EventsHandler>("/events"),
        route::<UpdatesHandler>("/updates"),
        route::<NewHandler>("/new"),
    ];
    let app = Application::new(routes, Settings::new().state(messages.clone()));
    (TestClient::new(app.unwrap()).serve().await, messages)
}

async fn say(client: &TestClient, text: &str) {
    let response = client.post("/new").form([("text", text)]).await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_page_goes_on_where_it_was() {
    let (client, _) = chat().await;
    say(&client, "one").await;
    let mut stream = client.get("/events").stream().await;
    assert_eq!(stream.header("Content-Type"), Some("text/event-stream"));
    assert_eq!(stream.header("Cache-Control"), Some("no-cache"));
    let chunk = stream.chunk().await;
    assert_eq!(chunk.as_deref(), Some(&b"id: 1\ndata: one\n\n"[..]));
    say(&client, "two\nlines").await;
    let chunk = stream.chunk().await;
    let expected = &b"id: 2\ndata: two\ndata: lines\n\n"[..];
    assert_eq!(chunk.as_deref(), Some(expected));
    drop(stream);
    say(&client, "three").await;
    let again = client.get("/events").header("Last-Event-ID", "2");
    let chunk = again.stream().await.chunk().await;
    assert_eq!(chunk.as_deref(), Some(&b"id: 3\ndata: three\n\n"[..]));
}

#[tokio::test]
async fn a_poll_waits_for_news() {
    let (client, messages) = chat().await;
    say(&client, "one").await;
    let poll = |cursor: &'static str| client.post("/updates").form([("cursor", cursor)]);
    let response = poll("0").await;
    assert_eq!(response.text(), r#"{"messages": ["one"], "cursor": 1}"#);
    let (response, ()) = tokio::join!(poll("1"), async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        say(&client, "two").await;
    });
    assert_eq!(response.text(), r#"{"messages": ["two"], "cursor": 2}"#);

    // A client that leaves stops waiting.
    let waiting = async {
        let poll = async { poll("2").await };
        tokio::time::timeout(Duration::from_millis(50), poll).await
    };
    assert!(waiting.await.is_err());
    for _ in 0..200 {
        if messages.count.receiver_count() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(messages.count.receiver_count(), 0);
    assert_eq!(*messages.left.lock().unwrap(), 1);
}
