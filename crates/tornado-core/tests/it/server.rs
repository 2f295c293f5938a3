//! The server: connections, headers on the wire, and shutting down.

use std::future::IntoFuture as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use test_support::RawResponse;
use tokio::sync::Notify;
use tornado_core::{
    Context as _, Exchange, Handler, Output as _, RequestHandler, Result, Settings, url,
};

use tornado_core::log::GENERAL;
use tornado_testing::{ExpectLog, TestClient};

use crate::support::{app, client, client_with, connect, connect_and_send, wait_for};

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Slow(Exchange);

impl RequestHandler for Slow {
    async fn get(&mut self) -> Result {
        let millis = self.request().query().parse().unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(millis)).await;
        self.set_header("x-multi-hdr", "1");
        let text = format!(
            "{} {}",
            self.request().remote_ip(),
            self.request().protocol()
        );
        self.write(text);
        Ok(())
    }
}

#[tokio::test]
async fn headers_have_tornados_case_where_that_is_set_and_the_reason_is_pythons() {
    let settings = Settings::new().title_case_headers(true);
    let client = client_with([url("/", Slow)], settings).serve().await;
    let get = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let response = RawResponse::read(&mut BufReader::new(connect_and_send(&client, get)));
    assert_eq!(response.status_line, "HTTP/1.1 200 OK");
    assert_eq!(response.text(), "127.0.0.1 http");
    let names: Vec<_> = response
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "Server",
            "Content-Type",
            "X-Multi-Hdr",
            "Etag",
            "Connection",
            "Content-Length",
            "Date"
        ]
    );
    assert!(response.header("Date").unwrap().ends_with(" GMT"));
}

#[tokio::test]
async fn a_connection_is_kept() {
    let client = client([url("/", Slow)]).serve().await;
    let mut reader = BufReader::new(connect(&client));
    for _ in 0..3 {
        reader.get_mut().write_all(GET).unwrap();
        assert_eq!(RawResponse::read(&mut reader).status(), 200);
    }
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight_and_closes_the_rest() {
    let client = client([url("/", Slow)]).serve().await;
    let mut idle = BufReader::new(connect_and_send(&client, GET));
    assert_eq!(RawResponse::read(&mut idle).status(), 200);

    let in_flight = tokio::spawn(client.get("/?400").into_future());
    tokio::time::sleep(Duration::from_millis(150)).await;
    let begun = Instant::now();
    client.stop().await;
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(in_flight.await.unwrap().text(), "127.0.0.1 http");
    let mut rest = Vec::new();
    assert_eq!(
        idle.read_to_end(&mut rest).unwrap(),
        0,
        "the idle connection is closed"
    );
    assert!(!listens(&client), "nobody listens any more");
}

fn listens(client: &TestClient) -> bool {
    TcpStream::connect(("127.0.0.1", client.port())).is_ok()
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let _cut = ExpectLog::new(GENERAL, "requests still running after 200ms are cut off");
    let settings = Settings::new().shutdown_timeout(Duration::from_millis(200));
    let client = client_with([url("/", Slow)], settings).serve().await;
    let _stream = connect_and_send(&client, b"GET /?60000 HTTP/1.1\r\nHost: x\r\n\r\n");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    client.stop().await;
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn a_taken_port_says_so() {
    let first = app([]).bind("127.0.0.1:0").await.unwrap();
    let error = app([]).bind(first.local_addr()).await.unwrap_err();
    assert_eq!(error.kind(), tornado_core::StartErrorKind::Listen);
    assert!(
        error
            .to_string()
            .contains("; stop the process that listens there"),
        "{error}"
    );
    assert!(std::error::Error::source(&error).is_some());
    // The output of a `main` that returns it.
    assert_eq!(format!("{error:?}"), error.to_string());
    let port = first.local_addr().port();
    let error = app([]).bind(port).await.unwrap_err();
    let start = format!("can't listen: port {port}: ");
    assert!(error.to_string().starts_with(&start), "{error}");
}

/// Sends for as long as it may: each piece when the test says so.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Stream(Exchange);

impl RequestHandler for Stream {
    async fn get(&mut self) -> Result {
        let go_on = self.application().state_or_init(|_| Notify::new());
        for piece in ["one ", "two ", "three"] {
            self.write(piece);
            self.flush().await?;
            go_on.notified().await;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_stop_lets_a_stream_come_to_its_end() {
    let client = client([url("/", Stream)]).serve().await;
    let go_on = client.application().state_or_init(|_| Notify::new());
    let mut reader = BufReader::new(connect_and_send(&client, GET));
    let mut line = String::new();
    while line != "one \r\n" {
        line.clear();
        reader.read_line(&mut line).unwrap();
    }
    let stopping = client.clone();
    let stopping = tokio::spawn(async move { stopping.stop().await });
    // It begins at the next turn of this thread.
    tokio::task::yield_now().await;
    // Nobody else gets in, but the stream continues.
    wait_for(|| !listens(&client));
    assert!(!stopping.is_finished());
    for _ in 0..3 {
        go_on.notify_one();
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut rest = String::new();
    reader.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("\r\nthree\r\n0\r\n\r\n"), "{rest:?}");
    stopping.await.unwrap();
}

#[tokio::test]
async fn many_silent_connections_do_not_keep_others_out_nor_a_stop_waiting() {
    let client = client([url("/", Slow)]).serve().await;
    let silent: Vec<_> = (0..300)
        .map(|index| match index % 2 {
            // Some have never sent anything, some stop in the middle of a head.
            0 => connect_and_send(&client, b"GET / HTTP/1.1\r\nHo"),
            _ => connect(&client),
        })
        .collect();
    assert_eq!(client.get("/").await.status(), 200);
    let begun = Instant::now();
    client.stop().await;
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    for mut stream in silent {
        let mut rest = Vec::new();
        // Closed without an answer.
        assert!(matches!(stream.read_to_end(&mut rest), Ok(0) | Err(_)));
    }
}
