//! Responses that leave in pieces.

use std::io::{BufReader, Read as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use test_support::RawResponse;
use tornado_core::log::GENERAL;
use tornado_core::{
    Context as _, Error, Exchange, Handler, Output as _, RequestHandler, Result, url,
};

use tornado_testing::{ExpectLog, TestClient};

use crate::support::{client, connect_and_send, failure, wait_for};

#[derive(Default)]
struct Seen {
    flushed: AtomicUsize,
    closed: AtomicUsize,
    finished: AtomicUsize,
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Streams {
    base: Exchange,
    seen: Arc<Seen>,
}

impl RequestHandler for Streams {
    async fn get(&mut self) -> Result {
        let query = self.request().query().to_owned();
        for piece in ["one ", "two ", ""] {
            self.write(piece);
            self.flush().await?;
            self.seen.flushed.fetch_add(1, Ordering::Relaxed);
        }
        match query.as_str() {
            "fail" => Err(Error::msg("after the headers")),
            "forever" => loop {
                self.write(vec![b'x'; 1 << 16]);
                self.flush().await?;
                self.seen.flushed.fetch_add(1, Ordering::Relaxed);
            },
            "joined" => {
                // The flush is polled by something that polls only what was woken.
                let (a, b) = tokio::join!(
                    tokio::time::timeout(Duration::from_secs(5), async { 1 }),
                    async {
                        self.write("joined");
                        self.flush().await.map(|()| 2)
                    }
                );
                assert_eq!((a.unwrap(), b?), (1, 2));
                Ok(())
            }
            _ => {
                self.write("three");
                Ok(())
            }
        }
    }

    fn on_finish(&mut self) {
        self.seen.finished.fetch_add(1, Ordering::Relaxed);
    }

    fn on_connection_close(&mut self) {
        self.seen.closed.fetch_add(1, Ordering::Relaxed);
    }
}

async fn start() -> (TestClient, Arc<Seen>) {
    let seen = Arc::new(Seen::default());
    let shared = Arc::clone(&seen);
    let rules = [url("/", move |base| Streams {
        base,
        seen: Arc::clone(&shared),
    })];
    (client(rules).serve().await, seen)
}

#[tokio::test]
async fn each_flush_is_a_chunk() {
    let (client, seen) = start().await;
    let response = client.get("/").await;
    assert_eq!(
        (response.text(), response.header("Transfer-Encoding")),
        ("one two three", Some("chunked"))
    );
    assert_eq!(response.header("Etag"), None);
    assert_eq!(client.get("/?joined").await.text(), "one two joined");
    assert_eq!(seen.finished.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn head_runs_the_handler_and_sends_no_body() {
    let (client, seen) = start().await;
    let response = client.head("/").await;
    assert_eq!((response.status().as_u16(), response.text()), (200, ""));
    assert_eq!(
        (
            seen.flushed.load(Ordering::Relaxed),
            seen.finished.load(Ordering::Relaxed)
        ),
        (3, 1)
    );
}

#[tokio::test]
async fn http_1_0_gets_the_bytes_and_the_end_of_the_connection() {
    let (client, _) = start().await;
    let stream = connect_and_send(&client, b"GET / HTTP/1.0\r\n\r\n");
    let response = RawResponse::read(&mut BufReader::new(stream));
    assert_eq!(
        (response.text(), response.header("Transfer-Encoding")),
        ("one two three", None)
    );
}

#[tokio::test]
async fn an_error_after_the_headers_does_not_look_like_success() {
    let (client, _) = start().await;
    let _failure = failure("GET /");
    let _late = ExpectLog::new(GENERAL, "Cannot send error response after headers written");
    let stream = connect_and_send(&client, b"GET /?fail HTTP/1.1\r\nHost: x\r\n\r\n");
    let response = RawResponse::read(&mut BufReader::new(stream));
    assert_eq!(response.status(), 200);
    assert!(!response.complete, "{:?}", response.text());
}

#[tokio::test]
async fn the_pace_is_the_clients_and_a_client_that_leaves_ends_the_handler() {
    let (client, seen) = start().await;
    let mut stream = connect_and_send(&client, b"GET /?forever HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut start = [0; 64];
    stream.read_exact(&mut start).unwrap();
    // Nobody reads on: soon the buffers are full and the handler waits.
    let settled = settle(&seen.flushed);
    assert!(settled < 4096, "{settled} flushes that nobody has read");
    drop(stream);
    wait_for(|| seen.closed.load(Ordering::Relaxed) == 1);
    assert_eq!(seen.finished.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn two_requests_share_a_connection() {
    let (client, _) = start().await;
    let get = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut reader = BufReader::new(connect_and_send(&client, &get.repeat(2)));
    for _ in 0..2 {
        assert_eq!(RawResponse::read(&mut reader).text(), "one two three");
    }
}

/// Waits until the count stops changing.
fn settle(count: &AtomicUsize) -> usize {
    loop {
        let before = count.load(Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(150));
        let after = count.load(Ordering::Relaxed);
        if before == after || after > 4096 {
            return after;
        }
    }
}
