//! Responses that leave in pieces.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use test_support::Response;
use tornado_core::{
    Context as _, Error, Exchange, Handler, Output as _, RequestHandler, Result, url,
};

use crate::support::{Running, app, wait_for};

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
                // The flush is polled by something that only polls what was woken.
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

fn start() -> (Running, Arc<Seen>) {
    let seen = Arc::new(Seen::default());
    let shared = Arc::clone(&seen);
    (
        Running::start(app([url("/", move |base| Streams {
            base,
            seen: Arc::clone(&shared),
        })])),
        seen,
    )
}

#[test]
fn each_flush_is_a_chunk() {
    let (server, seen) = start();
    let response = server.client().get("/");
    assert_eq!(
        (response.text(), response.header("Transfer-Encoding")),
        ("one two three", Some("chunked"))
    );
    assert!(response.complete);
    assert_eq!(response.header("Etag"), None);
    assert_eq!(server.client().get("/?joined").text(), "one two joined");
    assert_eq!(seen.finished.load(Ordering::Relaxed), 2);
}

#[test]
fn head_runs_the_handler_and_sends_no_body() {
    let (server, seen) = start();
    let response = server.client().send("HEAD", "/", &[], b"");
    assert_eq!((response.status(), response.body.len()), (200, 0));
    assert_eq!(
        (
            seen.flushed.load(Ordering::Relaxed),
            seen.finished.load(Ordering::Relaxed)
        ),
        (3, 1)
    );
}

#[test]
fn http_1_0_gets_the_bytes_and_the_end_of_the_connection() {
    let (server, _) = start();
    let response = server.client().send_raw(b"GET / HTTP/1.0\r\n\r\n", false);
    assert_eq!(
        (response.text(), response.header("Transfer-Encoding")),
        ("one two three", None)
    );
}

#[test]
fn an_error_after_the_headers_does_not_look_like_success() {
    let (server, _) = start();
    let response = server.client().get("/?fail");
    assert_eq!(response.status(), 200);
    assert!(!response.complete, "{:?}", response.text());
}

#[test]
fn the_pace_is_the_clients_and_a_client_that_leaves_ends_the_handler() {
    let (server, seen) = start();
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream
        .write_all(b"GET /?forever HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut start = [0; 64];
    stream.read_exact(&mut start).unwrap();
    // Nobody reads on: soon the buffers are full and the handler waits.
    let settled = settle(&seen.flushed);
    assert!(settled < 4096, "{settled} flushes that nobody has read");
    drop(stream);
    wait_for(|| seen.closed.load(Ordering::Relaxed) == 1);
    assert_eq!(seen.finished.load(Ordering::Relaxed), 0);
}

#[test]
fn two_requests_share_a_connection() {
    let (server, _) = start();
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut reader = BufReader::new(stream);
    for _ in 0..2 {
        assert_eq!(Response::read(&mut reader, false).text(), "one two three");
    }
}

/// Waits until the count stands still.
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
