//! The server: connections, headers on the wire, and its end.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use test_support::Response;
use tokio::sync::Notify;
use tornado_core::{
    Application, Context as _, Exchange, Handler, Output as _, RequestHandler, Result, Settings,
    url,
};

use crate::support::{Running, app, wait_for};

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

#[test]
fn headers_have_tornados_case_and_the_reason_is_pythons() {
    let server = Running::start(app([url("/", Slow)]));
    let response = server.client().get("/");
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

#[test]
fn a_connection_is_kept() {
    let server = Running::start(app([url("/", Slow)]));
    let mut stream = TcpStream::connect(server.address).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    for _ in 0..3 {
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            .unwrap();
        assert_eq!(Response::read(&mut reader, false).status(), 200);
    }
}

#[test]
fn a_stop_finishes_what_is_in_flight_and_closes_the_rest() {
    let mut server = Running::start(app([url("/", Slow)]));
    let mut idle = TcpStream::connect(server.address).unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut idle = BufReader::new(idle);
    assert_eq!(Response::read(&mut idle, false).status(), 200);

    let mut client = server.client();
    let in_flight = std::thread::spawn(move || client.get("/?400"));
    std::thread::sleep(Duration::from_millis(150));
    let begun = Instant::now();
    server.stop();
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(in_flight.join().unwrap().text(), "127.0.0.1 http");
    let mut rest = Vec::new();
    assert_eq!(
        idle.read_to_end(&mut rest).unwrap(),
        0,
        "the idle connection is closed"
    );
    assert!(
        TcpStream::connect(server.address).is_err(),
        "nobody listens any more"
    );
}

#[test]
fn a_stop_does_not_wait_for_ever() {
    let settings = Settings::new().shutdown_timeout(Duration::from_millis(200));
    let mut server = Running::start(Application::new([url("/", Slow)], settings).unwrap());
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream
        .write_all(b"GET /?60000 HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let begun = Instant::now();
    server.stop();
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_taken_port_says_so() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let first = app([]).bind("127.0.0.1:0").await.unwrap();
        let error = app([]).bind(first.local_addr()).await.unwrap_err();
        assert_eq!(error.kind(), tornado_core::StartErrorKind::Listen);
        assert!(error.to_string().contains("is the port taken"), "{error}");
        assert!(std::error::Error::source(&error).is_some());
    });
}

/// Sends as long as it is let: each piece when the test says so.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Stream(Exchange);

impl RequestHandler for Stream {
    async fn get(&mut self) -> Result {
        let go_on = self.application().slot(|_| Notify::new());
        for piece in ["one ", "two ", "three"] {
            self.write(piece);
            self.flush().await?;
            go_on.notified().await;
        }
        Ok(())
    }
}

#[test]
fn a_stop_lets_a_stream_come_to_its_end() {
    let app = app([url("/", Stream)]);
    let go_on = app.slot(|_| Notify::new());
    let mut server = Running::start(app);
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while line != "one \r\n" {
        line.clear();
        reader.read_line(&mut line).unwrap();
    }
    let address = server.address;
    let stopping = std::thread::spawn(move || server.stop());
    // Nobody else gets in, and the stream goes on all the same.
    wait_for(|| TcpStream::connect(address).is_err());
    assert!(!stopping.is_finished());
    for _ in 0..3 {
        go_on.notify_one();
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut rest = String::new();
    reader.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("\r\nthree\r\n0\r\n\r\n"), "{rest:?}");
    stopping.join().unwrap();
}

#[test]
fn many_silent_connections_do_not_keep_others_out_nor_a_stop_waiting() {
    let mut server = Running::start(app([url("/", Slow)]));
    let silent: Vec<_> = (0..300)
        .map(|index| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            // Some have never said a thing, some stop in the middle of a head.
            if index % 2 == 0 {
                stream.write_all(b"GET / HTTP/1.1\r\nHo").unwrap();
            }
            stream
        })
        .collect();
    assert_eq!(server.client().get("/").status(), 200);
    let begun = Instant::now();
    server.stop();
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    for mut stream in silent {
        let mut rest = Vec::new();
        // Closed without a word.
        assert!(matches!(stream.read_to_end(&mut rest), Ok(0) | Err(_)));
    }
}
