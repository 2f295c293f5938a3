//! HTTP/2, frame by frame: the rules that it must obey like HTTP/1.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use tornado_core::{
    Context as _, Exchange, Handler, Output as _, RequestHandler, Result, Settings, url,
};
use tornado_testing::TestClient;

use crate::support::{client_with, connect, wait_for};

/// Answers with the host that it was asked for, and the protocol.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Echo(Exchange);

impl RequestHandler for Echo {
    async fn get(&mut self) -> Result {
        let request = self.request();
        let text = format!("{} {}", request.host(), request.uri());
        self.write(text);
        Ok(())
    }
}

/// More than any window.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Large(Exchange);

/// How many have left before they had everything.
#[derive(Default)]
struct Left(std::sync::atomic::AtomicUsize);

impl RequestHandler for Large {
    async fn get(&mut self) -> Result {
        for _ in 0..100 {
            self.write("x".repeat(65_536));
            self.flush().await?;
        }
        Ok(())
    }

    fn on_connection_close(&mut self) {
        let left = self.application().state_or_init(|_| Left::default());
        left.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
}

/// Sends an event now and then.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Events(Exchange);

impl RequestHandler for Events {
    async fn get(&mut self) -> Result {
        for _ in 0..3 {
            self.write("event");
            self.flush().await?;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Ok(())
    }
}

async fn start(settings: Settings) -> TestClient {
    let rules = [
        url("/large", Large),
        url("/events", Events),
        url("/(?!nowhere).*", Echo),
    ];
    client_with(rules, settings).serve().await
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const GO_AWAY: u8 = 7;

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags, 0, 0, 0, stream]);
    frame.extend_from_slice(payload);
    frame
}

/// A connection on which HTTP/2 has begun.
fn begin(server: &TestClient) -> TcpStream {
    let mut stream = connect(server);
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .unwrap();
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).unwrap();
    stream
}

/// A request with these headers and without a body, or with one that is still
/// to come.
fn headers(stream: u8, headers: &[(&str, &str)], ended: bool) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in headers {
        // A literal that must not be indexed, with its own name.
        block.push(0);
        for text in [name, value] {
            block.push(u8::try_from(text.len()).unwrap());
            block.extend_from_slice(text.as_bytes());
        }
    }
    frame(HEADERS, 4 | u8::from(ended), stream, &block)
}

fn get<'a>(path: &'a str, rest: &[(&'a str, &'a str)]) -> Vec<u8> {
    let mut all = vec![(":method", "GET"), (":scheme", "http"), (":path", path)];
    all.extend_from_slice(rest);
    headers(1, &all, true)
}

/// The next frame: kind, flags and payload. `None` at the end.
fn read_frame(stream: &mut TcpStream) -> Option<(u8, u8, Vec<u8>)> {
    let mut head = [0; 9];
    match stream.read_exact(&mut head) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("nothing comes"),
        Err(_) => return None,
    }
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    let mut payload = vec![0; usize::try_from(length).unwrap()];
    stream.read_exact(&mut payload).ok()?;
    Some((head[3], head[4], payload))
}

/// The status and body of the single answer, or how else it ended.
fn answer(stream: &mut TcpStream) -> String {
    let mut found = String::new();
    while let Some((kind, flags, payload)) = read_frame(stream) {
        match kind {
            HEADERS => {
                // These are in the static table (RFC 7541, A); a 413 is not.
                let status = match payload.iter().find(|byte| **byte >= 0x80) {
                    Some(0x88) => "200",
                    Some(0x8c) => "400",
                    Some(0x8d) => "404",
                    _ => "other",
                };
                found.push_str(status);
            }
            DATA => found.push_str(&format!(" {}", String::from_utf8_lossy(&payload))),
            RESET => return "reset".to_owned(),
            _ => continue,
        }
        if flags & 1 == 1 {
            return found;
        }
    }
    "closed".to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_checked_as_over_http_1() {
    let server = start(Settings::new()).await;
    for (path, rest, expected) in [
        (
            "/a",
            &[(":authority", "example.com")][..],
            "200 example.com /a",
        ),
        (
            "/a",
            &[(":authority", "example.com"), ("host", "evil.example")],
            "200 example.com /a",
        ),
        ("/a", &[("host", "example.com")], "200 example.com /a"),
        ("/a", &[("host", "a b")], "400"),
        ("/a", &[(":authority", "h"), ("host", "a b")], "400"),
        (
            "/a",
            &[(":authority", "h"), ("host", "h"), ("host", "h")],
            "400",
        ),
        ("/a", &[], "400"),
        ("/a", &[(":authority", "user@h")], "400"),
        ("/é\"{}", &[(":authority", "h")], "200 h /%C3%A9%22%7B%7D"),
        ("/a?q=\"x\"", &[(":authority", "h")], "reset"),
    ] {
        let mut stream = begin(&server);
        stream.write_all(&get(path, rest)).unwrap();
        assert_eq!(answer(&mut stream), expected, "{path} {rest:?}");
    }
}

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(5);

/// How long the server takes to end this, and whether it announced the end.
fn until_closed(stream: &mut TcpStream) -> (Duration, bool) {
    let begun = Instant::now();
    let mut said = false;
    while let Some((kind, _, _)) = read_frame(stream) {
        said |= kind == GO_AWAY;
    }
    (begun.elapsed(), said)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_has_its_time_and_an_answer_takes_what_it_takes() {
    let server = start(Settings::new().idle_connection_timeout(SHORT)).await;
    for request in [Vec::new(), get("/a", &[(":authority", "h")])] {
        let mut stream = begin(&server);
        stream.write_all(&request).unwrap();
        let (time, said) = until_closed(&mut stream);
        assert!((SHORT..LONG).contains(&time), "{time:?}");
        assert!(said);
    }
    let mut stream = begin(&server);
    stream
        .write_all(&get("/events", &[(":authority", "h")]))
        .unwrap();
    assert_eq!(answer(&mut stream), "200 event event event ");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_takes_nothing_is_cut_off() {
    let server = start(Settings::new().write_timeout(SHORT)).await;
    let begun = Instant::now();
    let mut stream = begin(&server);
    stream
        .write_all(&get("/large", &[(":authority", "h")]))
        .unwrap();
    // It reads, but makes no room in its window.
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(
        (SHORT..LONG).contains(&begun.elapsed()),
        "{:?}",
        begun.elapsed()
    );
    let left = server.application().state_or_init(|_| Left::default());
    wait_for(|| left.0.load(std::sync::atomic::Ordering::Relaxed) == 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_does_not_wait_for_who_says_nothing() {
    let server = start(Settings::new()).await;
    let mut silent: Vec<_> = (0..3).map(|_| begin(&server)).collect();
    for stream in &mut silent {
        stream
            .write_all(&get("/a", &[(":authority", "h")]))
            .unwrap();
        assert_eq!(answer(stream), "200 h /a");
    }
    // It does not answer the PING that comes with GOAWAY.
    let begun = Instant::now();
    server.stop().await;
    assert!(begun.elapsed() < LONG, "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_nobody_wants_is_not_waited_for() {
    let server = start(Settings::new()).await;
    let mut stream = begin(&server);
    let post = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/nowhere"),
        (":authority", "h"),
        ("content-length", "20000000"),
    ];
    stream.write_all(&headers(1, &post, false)).unwrap();
    assert!(answer(&mut stream).starts_with("404 <html>"));
}
