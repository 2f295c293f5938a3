//! A client's limits in time and space, over HTTP/1 and HTTP/2.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tornado_core::log::GENERAL;
use tornado_core::{
    Context as _, Exchange, Handler, Output as _, RequestHandler, Result, Settings, url,
};
use tornado_testing::{ExpectLog, TestClient};

use crate::support::{client_with, connect, connect_and_send, wait_for};

/// How many handlers have begun, were abandoned, and have finished.
#[derive(Default)]
struct Counts {
    begun: AtomicUsize,
    left: AtomicUsize,
    finished: AtomicUsize,
}

fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Waits for as long as the query says, in milliseconds.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Waits(Exchange);

impl RequestHandler for Waits {
    async fn get(&mut self) -> Result {
        count(
            &self
                .application()
                .state_or_init(|_| Counts::default())
                .begun,
        );
        let millis = self.request().query().parse().unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(millis)).await;
        self.write("done");
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let length = self.request().body().len();
        self.write(format!("{length} bytes"));
        Ok(())
    }

    fn on_connection_close(&mut self) {
        count(&self.application().state_or_init(|_| Counts::default()).left);
    }

    fn on_finish(&mut self) {
        count(
            &self
                .application()
                .state_or_init(|_| Counts::default())
                .finished,
        );
    }
}

/// Never stops writing.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Endless(Exchange);

impl RequestHandler for Endless {
    async fn get(&mut self) -> Result {
        loop {
            self.write("x".repeat(65_536));
            self.flush().await?;
        }
    }

    fn on_connection_close(&mut self) {
        count(&self.application().state_or_init(|_| Counts::default()).left);
    }
}

/// Writes now and then.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Events(Exchange);

impl RequestHandler for Events {
    async fn get(&mut self) -> Result {
        for _ in 0..3 {
            self.write("event\n");
            self.flush().await?;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Ok(())
    }
}

/// Has no method for a body.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Reads(Exchange);

impl RequestHandler for Reads {
    async fn get(&mut self) -> Result {
        Ok(())
    }
}

async fn start(settings: Settings) -> TestClient {
    let rules = [
        url("/endless", Endless),
        url("/events", Events),
        url("/reads", Reads),
        url("/waits", Waits),
    ];
    client_with(rules, settings).serve().await
}

/// Everything that arrives until the connection ends, and how long that took.
fn until_closed(stream: &mut TcpStream) -> (String, Duration) {
    let begun = Instant::now();
    let mut answer = Vec::new();
    // A reset is an end, too.
    let _ = stream.read_to_end(&mut answer);
    (
        String::from_utf8_lossy(&answer).into_owned(),
        begun.elapsed(),
    )
}

fn left(server: &TestClient) -> usize {
    let counts = server.application().state_or_init(|_| Counts::default());
    counts.left.load(Ordering::Relaxed)
}

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(5);

/// Longer than any limit in these tests.
fn is_in_time(time: Duration) -> bool {
    (SHORT..LONG).contains(&time)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_has_its_time_and_so_has_the_silence_before_it() {
    let server = start(Settings::new().header_timeout(SHORT)).await;
    let mut stream = connect_and_send(&server, b"GET /waits HTTP/1.1\r\nHo");
    let (answer, time) = until_closed(&mut stream);
    assert_eq!(answer, "");
    assert!(is_in_time(time), "{time:?}");
    // It does not limit silence between two requests.
    let mut stream = connect_and_send(&server, b"GET /waits HTTP/1.1\r\nHost: h\r\n\r\n");
    std::thread::sleep(SHORT * 2);
    let last = b"GET /waits HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    stream.write_all(last).unwrap();
    let (answer, _) = until_closed(&mut stream);
    assert_eq!(answer.matches("done").count(), 2);
    // It does limit the head of the second.
    let mut stream = connect_and_send(&server, b"GET /waits HTTP/1.1\r\nHost: h\r\n\r\n");
    std::thread::sleep(Duration::from_millis(100));
    stream.write_all(b"GET /wai").unwrap();
    let (answer, time) = until_closed(&mut stream);
    assert_eq!(answer.matches("done").count(), 1);
    assert!(is_in_time(time), "{time:?}");

    let server = start(Settings::new().idle_connection_timeout(SHORT)).await;
    let mut stream = connect_and_send(&server, b"GET /waits HTTP/1.1\r\nHost: h\r\n\r\n");
    let (answer, time) = until_closed(&mut stream);
    assert_eq!(answer.matches("done").count(), 1);
    assert!(is_in_time(time), "{time:?}");
    // An answer may take longer than that, and so may a stream.
    for target in ["/waits?800", "/events"] {
        let get = format!("GET {target} HTTP/1.1\r\nHost: h\r\n\r\n");
        let (answer, _) = until_closed(&mut connect_and_send(&server, get.as_bytes()));
        let whole = answer.ends_with("done") || answer.matches("event\n").count() == 3;
        assert!(whole, "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_has_its_pace() {
    let server = start(Settings::new().body_idle_timeout(SHORT)).await;
    let head = b"POST /waits HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n";
    let mut stream = connect_and_send(&server, head);
    let mut trickle = stream.try_clone().unwrap();
    std::thread::spawn(move || {
        while trickle.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let (answer, time) = until_closed(&mut stream);
    assert_eq!(answer, "");
    assert!(is_in_time(time), "{time:?}");
    // It takes longer in total, but keeps coming.
    let head =
        b"POST /waits HTTP/1.1\r\nHost: h\r\nContent-Length: 20480\r\nConnection: close\r\n\r\n";
    let mut stream = connect_and_send(&server, head);
    for _ in 0..10 {
        stream.write_all(&[b'x'; 2048]).unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
    let (answer, _) = until_closed(&mut stream);
    assert!(answer.ends_with("20480 bytes"), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_is_cut_off() {
    let server = start(Settings::new().write_timeout(SHORT)).await;
    let begun = Instant::now();
    let _stream = connect_and_send(&server, b"GET /endless HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_for(|| left(&server) == 1);
    assert!(is_in_time(begun.elapsed()), "{:?}", begun.elapsed());
    // A client that reads may stay for as long as it does.
    let mut stream = connect_and_send(&server, b"GET /endless HTTP/1.1\r\nHost: h\r\n\r\n");
    let begun = Instant::now();
    let mut buffer = vec![0; 1 << 20];
    while begun.elapsed() < SHORT * 4 {
        assert_ne!(stream.read(&mut buffer).unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_closed_one_side_gets_an_answer_and_who_has_left_is_noticed() {
    let server = start(Settings::new().half_close_timeout(SHORT)).await;
    for target in ["/waits?100", "/events"] {
        // Even behind a request that nobody has read yet.
        for count in [1, 2] {
            let get = format!("GET {target} HTTP/1.1\r\nHost: h\r\n\r\n").repeat(count);
            let mut stream = connect_and_send(&server, get.as_bytes());
            stream.shutdown(Shutdown::Write).unwrap();
            let (answer, time) = until_closed(&mut stream);
            if target == "/events" {
                // It is silent for too long.
                assert!(time < LONG, "{time:?}");
                assert_eq!(answer.matches("event\n").count(), 1, "{answer}");
            } else {
                assert_eq!(answer.matches("done").count(), count, "{answer}");
            }
        }
    }
    let before = left(&server);
    let short = "GET /waits HTTP/1.1\r\nHost: h\r\n\r\n";
    let long = "GET /waits?60000 HTTP/1.1\r\nHost: h\r\n\r\n";
    // The last one leaves with a reset, since it has an unread answer.
    for (index, requests) in [&[long][..], &[long, short], &[short, long]]
        .iter()
        .enumerate()
    {
        let stream = connect_and_send(&server, requests.concat().as_bytes());
        std::thread::sleep(Duration::from_millis(50));
        drop(stream);
        wait_for(|| left(&server) == before + index + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_body_that_nobody_wants_is_answered_by_the_head() {
    let server = start(Settings::new().max_body_size(1 << 20)).await;
    for (target, length, status) in [
        ("/nowhere", "Content-Length: 1000000", "404"),
        ("/nowhere", "Transfer-Encoding: chunked", "404"),
        ("/reads", "Content-Length: 1000000", "405"),
        ("/waits", "Content-Length: 2000000", "413"),
    ] {
        let head = format!("POST {target} HTTP/1.1\r\nHost: h\r\n{length}\r\n\r\n");
        let (answer, time) = until_closed(&mut connect_and_send(&server, head.as_bytes()));
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{target}: {answer}"
        );
        assert!(answer.contains("connection: close\r\n"), "{answer}");
        assert_eq!(
            answer.contains("allow: GET, HEAD\r\n"),
            status == "405",
            "{answer}"
        );
        assert!(time < LONG);
    }
    // A small one is read, and the connection continues.
    let post = "POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
    let get = "GET /waits HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let (answer, _) = until_closed(&mut connect_and_send(
        &server,
        format!("{post}{get}").as_bytes(),
    ));
    assert!(
        answer.starts_with("HTTP/1.1 404 ") && answer.ends_with("done"),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_bodies_together_have_a_limit() {
    let _full = ExpectLog::new(GENERAL, "503 POST /waits .*max_bodies_size");
    let server = start(Settings::new().max_bodies_size(300_000)).await;
    let head =
        b"POST /waits HTTP/1.1\r\nHost: h\r\nContent-Length: 200001\r\nConnection: close\r\n\r\n";
    let mut first = connect_and_send(&server, head);
    first.write_all(&[b'x'; 200_000]).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let mut second = connect_and_send(&server, head);
    second.write_all(&[b'x'; 200_000]).unwrap();
    let (answer, _) = until_closed(&mut second);
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    first.write_all(b"x").unwrap();
    let (answer, _) = until_closed(&mut first);
    assert!(answer.ends_with("200001 bytes"), "{answer}");
    // Afterwards there is room again.
    let mut third = connect_and_send(&server, head);
    third.write_all(&[b'x'; 200_001]).unwrap();
    assert!(until_closed(&mut third).0.ends_with("200001 bytes"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_have_a_limit_in_all_and_by_address() {
    let get = b"GET /waits HTTP/1.1\r\nHost: h\r\n\r\n";
    let server = start(Settings::new().max_connections(2)).await;
    let first = connect_and_send(&server, get);
    let second = connect_and_send(&server, get);
    for mut stream in [&first, &second] {
        assert_ne!(stream.read(&mut [0; 1024]).unwrap(), 0);
    }
    let mut third = connect_and_send(&server, get);
    third.set_read_timeout(Some(SHORT)).unwrap();
    assert!(third.read(&mut [0; 1024]).is_err(), "it has to wait");
    drop(first);
    third.set_read_timeout(Some(LONG)).unwrap();
    assert_ne!(third.read(&mut [0; 1024]).unwrap(), 0);

    let server = start(Settings::new().max_connections_per_address(1)).await;
    let mut first = connect_and_send(&server, get);
    assert_ne!(first.read(&mut [0; 1024]).unwrap(), 0);
    assert_eq!(until_closed(&mut connect(&server)).0, "");
    drop(first);
    wait_for(|| {
        let mut stream = connect(&server);
        // It may be closed before anything is written to it.
        let _ = stream.write_all(get);
        matches!(stream.read(&mut [0; 1024]), Ok(1..))
    });

    let settings = Settings::new()
        .max_connections_per_address(1)
        .xheaders(true);
    let server = start(settings).await;
    let ask = |ip: &str, millis: u32| {
        let get = format!(
            "GET /waits?{millis} HTTP/1.1\r\nHost: h\r\nX-Real-Ip: {ip}\r\nConnection: close\r\n\r\n"
        );
        connect_and_send(&server, get.as_bytes())
    };
    let mut slow = ask("10.0.0.1", 400);
    std::thread::sleep(Duration::from_millis(100));
    assert!(
        until_closed(&mut ask("10.0.0.1", 0))
            .0
            .starts_with("HTTP/1.1 429 ")
    );
    assert!(until_closed(&mut ask("10.0.0.2", 0)).0.ends_with("done"));
    assert!(until_closed(&mut slow).0.ends_with("done"));
    assert!(until_closed(&mut ask("10.0.0.1", 0)).0.ends_with("done"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stop_cuts_no_request_that_is_on_its_way() {
    for delay in [Duration::ZERO, SHORT] {
        let server = start(Settings::new().shutdown_delay(delay)).await;
        let port = server.port();
        let clients: Vec<_> = (0..20)
            .map(|_| {
                std::thread::spawn(move || {
                    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
                    let mut answers = 0;
                    loop {
                        let get = b"GET /waits?2 HTTP/1.1\r\nHost: h\r\n\r\n";
                        stream.write_all(get).unwrap();
                        let mut buffer = [0; 2048];
                        let count = stream.read(&mut buffer).unwrap();
                        let answer = String::from_utf8_lossy(&buffer[..count]);
                        assert!(
                            answer.ends_with("done"),
                            "cut off after {answers}: {answer:?}"
                        );
                        answers += 1;
                        if answer.contains("connection: close\r\n") {
                            return;
                        }
                    }
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(200));
        assert!(!server.application().is_stopping());
        let begun = Instant::now();
        let stopping = server.clone();
        let stopping = tokio::spawn(async move { stopping.stop().await });
        if !delay.is_zero() {
            wait_for(|| server.application().is_stopping());
            let get = b"GET /waits HTTP/1.1\r\nHost: h\r\n\r\n";
            let (answer, _) = until_closed(&mut connect_and_send(&server, get));
            assert!(answer.contains("connection: close\r\n"), "{answer}");
        }
        stopping.await.unwrap();
        assert!(begun.elapsed() >= delay && begun.elapsed() < LONG);
        for client in clients {
            client.join().unwrap();
        }
    }
}
