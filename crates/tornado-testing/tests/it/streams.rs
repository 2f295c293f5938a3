//! Bodies piece by piece, and concurrent requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use tokio::sync::watch;
use tornado_core::{
    Application, Context as _, Exchange, Handler, Output as _, RequestHandler, Result, Settings,
    url,
};
use tornado_testing::{ExpectLog, TestClient, block_on};

use crate::support::{client, panic_of};

/// Sends each posted value to all listeners.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Feed {
    base: Exchange,
    values: watch::Sender<Bytes>,
    _left: Left,
}

/// Records that the handler has ended.
struct Left(Arc<AtomicBool>);

impl Drop for Left {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl RequestHandler for Feed {
    async fn get(&mut self) -> Result {
        let mut values = self.values.subscribe();
        self.flush().await?;
        while values.changed().await.is_ok() {
            let value = values.borrow_and_update().clone();
            self.write(value);
            self.flush().await?;
        }
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let value = self.request().body().clone();
        self.values.send_replace(value);
        Ok(())
    }
}

/// The client, and whether a handler has ended.
fn feed() -> (TestClient, Arc<AtomicBool>) {
    let (values, _) = watch::channel(Bytes::new());
    let left = Arc::new(AtomicBool::new(false));
    let ended = Arc::clone(&left);
    let handler = move |base| Feed {
        base,
        values: values.clone(),
        _left: Left(Arc::clone(&ended)),
    };
    let app = Application::new([url("/", handler)], Settings::new());
    (TestClient::new(app.expect("the pattern is good")), left)
}

#[tokio::test]
async fn pieces_come_as_they_are_flushed() {
    let (client, _) = feed();
    let served = client.clone().serve().await;
    for client in [client, served] {
        let mut stream = client.get("/").stream().await;
        assert_eq!(stream.status(), 200);
        for value in ["one", "two"] {
            client.post("/").body(value).await.rethrow();
            assert_eq!(stream.chunk().await.as_deref(), Some(value.as_bytes()));
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_dropped_has_left() {
    let (client, left) = feed();
    let stream = client.get("/").stream().await;
    left.store(false, Ordering::SeqCst);
    drop(stream);
    while !left.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
}

/// Flushes, and only then listens.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Late {
    base: Exchange,
    values: watch::Sender<Bytes>,
}

impl RequestHandler for Late {
    async fn get(&mut self) -> Result {
        self.write("hello");
        self.flush().await?;
        let mut values = self.values.subscribe();
        values.changed().await?;
        let value = values.borrow().clone();
        self.write(value);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let heard = self.values.receiver_count();
        self.values.send_replace(self.request().body().clone());
        self.write(heard.to_string());
        Ok(())
    }
}

#[tokio::test]
async fn a_handler_goes_on_while_nobody_reads() {
    let values = watch::Sender::new(Bytes::new());
    let handler = move |base| Late {
        base,
        values: values.clone(),
    };
    let app = Application::new([url("/", handler)], Settings::new());
    let client = TestClient::new(app.expect("the pattern is good"));
    let mut stream = client.get("/").stream().await;
    assert_eq!(stream.chunk().await.as_deref(), Some(&b"hello"[..]));
    while client.post("/").body("news").await.text() == "0" {
        tokio::task::yield_now().await;
    }
    assert_eq!(stream.chunk().await.as_deref(), Some(&b"news"[..]));
}

#[test]
fn an_error_behind_the_last_piece_is_seen() {
    let message = panic_of(|| {
        block_on(async {
            let client = client();
            let mut stream = client.get("/trouble/half").stream().await;
            stream.chunk().await;
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        });
    });
    assert!(message.contains("the other half is missing"), "{message}");
}

#[tokio::test]
async fn a_request_waits_beside_others() {
    let (client, _) = feed();
    let first = tokio::spawn(async move {
        let mut stream = client.get("/").stream().await;
        let poll = tokio::spawn(client.post("/").body("x").send());
        let chunk = stream.chunk().await;
        poll.await.unwrap().rethrow();
        chunk
    });
    assert_eq!(first.await.unwrap().as_deref(), Some(&b"x"[..]));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_told() {
    let _expected = ExpectLog::new(
        "tornado.application",
        "Uncaught exception GET /trouble/half",
    );
    let _again = ExpectLog::new("tornado.general", "Cannot send error response");
    let client = client();
    let served = client.clone().serve().await;
    for client in [client, served] {
        let mut stream = client.get("/trouble/half").stream().await;
        assert_eq!(stream.chunk().await.as_deref(), Some(&b"half"[..]));
        assert!(stream.try_chunk().await.is_err());
    }
}

#[test]
fn a_whole_answer_does_not_break_off() {
    let message = panic_of(|| {
        block_on(async {
            let _expected = ExpectLog::new("tornado.application", "Uncaught exception");
            client().get("/trouble/half").await;
        });
    });
    assert!(message.contains("the body broke off"), "{message}");
}
