//! Handlers that take the body piece by piece, over real sockets.

use std::io::{BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use test_support::RawResponse;
use tornado_core::{
    Context as _, Exchange, Handler, HttpError, Input as _, Output as _, RequestHandler, Result,
    Settings, url,
};

use tornado_testing::TestClient;

use crate::support::{client_with, connect_and_send, failure, wait_for};

/// What has happened, in the application's slot.
type Steps = Mutex<Vec<String>>;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Streams(Exchange);

impl Streams {
    fn step(&self, step: impl Into<String>) {
        let steps = self.application().state_or_init(|_| Steps::default());
        steps.lock().unwrap().push(step.into());
    }
}

impl RequestHandler for Streams {
    const STREAM_REQUEST_BODY: bool = true;

    async fn prepare(&mut self) -> Result {
        self.step("prepare");
        match self.request().query() {
            "refuse" => return Err(HttpError::new(401).into()),
            "finish" => self.finish(),
            "more" => self.set_max_body_size(1 << 20),
            "hurry" => self.set_body_timeout(Duration::from_millis(50)),
            "sleep" => tokio::time::sleep(Duration::from_secs(60)).await,
            _ => {}
        }
        Ok(())
    }

    async fn data_received(&mut self, chunk: Bytes) -> Result {
        // Whatever it waits for, nothing else happens in this request.
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.step(chunk.len().to_string());
        match self.request().query() {
            "enough" => {
                self.write("thanks");
                self.finish();
                Ok(())
            }
            "fail" => Err(HttpError::new(507).into()),
            _ => Ok(()),
        }
    }

    async fn post(&mut self) -> Result {
        self.step("post");
        let argument = self.get_argument_opt("a")?;
        self.write(format!("done {argument:?}"));
        Ok(())
    }

    fn on_connection_close(&mut self) {
        self.step("on_connection_close");
    }
}

/// It inherits how it receives its body.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Inherits(Streams);

impl RequestHandler for Inherits {
    async fn post(&mut self) -> Result {
        self.write("inherited");
        Ok(())
    }
}

/// It receives its body whole, and can't change its limits.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct TooLate(Exchange);

impl RequestHandler for TooLate {
    async fn prepare(&mut self) -> Result {
        self.set_max_body_size(1 << 20);
        Ok(())
    }
}

struct Server(TestClient);

impl Server {
    async fn start(settings: Settings) -> Server {
        let rules = [
            url("/", Streams),
            url("/inherits", Inherits),
            url("/late", TooLate),
        ];
        Server(client_with(rules, settings).serve().await)
    }

    fn steps(&self) -> Vec<String> {
        let steps = self.0.application().state_or_init(|_| Steps::default());
        steps.lock().unwrap().clone()
    }

    fn send(&self, bytes: &[u8]) -> TcpStream {
        connect_and_send(&self.0, bytes)
    }

    /// Sends a request on a connection that would be kept, and returns the
    /// answer and whether the connection was then closed.
    fn ask(&self, request: &[u8]) -> (RawResponse, bool) {
        let mut reader = BufReader::new(self.send(request));
        let response = RawResponse::read(&mut reader);
        reader
            .get_ref()
            .set_read_timeout(Some(Duration::from_millis(300)))
            .unwrap();
        let closed = match reader.read(&mut [0; 1]) {
            Ok(count) => count == 0,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        };
        (response, closed)
    }
}

fn small_chunks() -> Settings {
    Settings::new().chunk_size(10).max_body_size(100)
}

fn fixed(query: &str, length: usize, body: &str) -> Vec<u8> {
    format!("POST /?{query} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";

#[tokio::test]
async fn the_hooks_come_in_tornados_order_and_pieces_have_a_size() {
    let server = Server::start(small_chunks()).await;
    let (response, closed) = server.ask(&fixed("a=1", 26, LETTERS));
    assert_eq!((response.text(), closed), ("done Some(\"1\")", false));
    assert_eq!(server.steps(), ["prepare", "10", "10", "6", "post"]);
}

#[tokio::test]
async fn small_chunks_are_joined() {
    let server = Server::start(small_chunks()).await;
    let mut request = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for piece in LETTERS.as_bytes().chunks(4) {
        request.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        request.extend_from_slice(piece);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(server.ask(&request).0.text(), "done None");
    assert_eq!(server.steps(), ["prepare", "10", "10", "6", "post"]);
}

#[tokio::test]
async fn pieces_are_handed_over_as_they_come() {
    let server = Server::start(Settings::new()).await;
    let mut stream = server.send(&fixed("", 4, "ab"));
    wait_for(|| server.steps() == ["prepare", "2"]);
    stream.write_all(b"cd").unwrap();
    assert_eq!(
        RawResponse::read(&mut BufReader::new(stream)).text(),
        "done None"
    );
    assert_eq!(server.steps(), ["prepare", "2", "2", "post"]);
}

#[tokio::test]
async fn a_form_is_not_read_and_no_body_is_no_piece() {
    let server = Server::start(Settings::new()).await;
    let request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\
        Content-Type: application/x-www-form-urlencoded\r\n\r\na=1";
    assert_eq!(server.ask(request).0.text(), "done None");
    assert_eq!(server.ask(&fixed("more", 0, "")).0.text(), "done None");
    assert_eq!(server.steps(), ["prepare", "3", "post", "prepare", "post"]);
}

#[tokio::test]
async fn it_is_inherited() {
    let server = Server::start(small_chunks()).await;
    let request = b"POST /inherits HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    assert_eq!(server.ask(request).0.text(), "inherited");
    assert_eq!(server.steps(), ["prepare", "3"]);
}

#[tokio::test]
async fn an_answer_before_the_body_ends_the_connection() {
    let server = Server::start(small_chunks()).await;
    for (query, status) in [("refuse", 401), ("finish", 200)] {
        // Nothing of the body is sent, and nobody waits for it.
        let (response, closed) = server.ask(&fixed(query, 26, ""));
        assert_eq!((response.status(), closed), (status, true), "{query}");
        assert_eq!(response.header("Connection"), Some("close"));
    }
    for (query, status) in [("enough", 200), ("fail", 507)] {
        let (response, closed) = server.ask(&fixed(query, 26, "abc"));
        assert_eq!((response.status(), closed), (status, true), "{query}");
    }
    let steps = server.steps();
    assert_eq!(
        steps,
        ["prepare", "prepare", "prepare", "3", "prepare", "3"]
    );
}

#[tokio::test]
async fn the_last_piece_may_end_the_request_and_the_connection_goes_on() {
    let server = Server::start(small_chunks()).await;
    let (response, closed) = server.ask(&fixed("enough", 3, "abc"));
    assert_eq!((response.text(), closed), ("thanks", false));
}

#[tokio::test]
async fn the_limit_of_a_body_is_set_per_request() {
    let server = Server::start(small_chunks()).await;
    let big = "x".repeat(101);
    let (response, closed) = server.ask(&fixed("", 101, &big));
    assert_eq!((response.status(), closed), (413, true));
    let chunked = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n{big}\r\n0\r\n\r\n"
    );
    assert_eq!(server.ask(chunked.as_bytes()).0.status(), 413);

    let mut both = fixed("more", 101, &big);
    both.extend_from_slice(&fixed("", 101, &big));
    let stream = server.send(&both);
    let mut reader = BufReader::new(stream);
    assert_eq!(RawResponse::read(&mut reader).status(), 200);
    assert_eq!(
        RawResponse::read(&mut reader).status(),
        413,
        "it was for one request"
    );
}

#[tokio::test]
async fn a_slow_body_is_given_up_without_an_answer() {
    let server = Server::start(Settings::new()).await;
    let mut stream = server.send(&fixed("hurry", 4, "ab"));
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "");
    assert_eq!(server.steps(), ["prepare", "2", "on_connection_close"]);

    let server = Server::start(Settings::new().body_timeout(Duration::from_millis(50))).await;
    let request = b"POST /late HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n";
    let mut stream = server.send(request);
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "");
}

#[tokio::test]
async fn a_time_beyond_the_clock_is_no_limit() {
    let server = Server::start(Settings::new().body_timeout(Duration::MAX)).await;
    let mut stream = server.send(&fixed("enough", 4, "abcd"));
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[tokio::test]
async fn a_client_that_leaves_is_noticed() {
    let server = Server::start(Settings::new()).await;
    let stream = server.send(&fixed("", 4, "ab"));
    wait_for(|| server.steps().len() == 2);
    stream.shutdown(Shutdown::Both).unwrap();
    wait_for(|| server.steps() == ["prepare", "2", "on_connection_close"]);

    // Even if the whole body is there, and nobody has read it.
    let server = Server::start(Settings::new()).await;
    let stream = server.send(&fixed("sleep", 4, "abcd"));
    wait_for(|| server.steps().len() == 1);
    stream.shutdown(Shutdown::Both).unwrap();
    wait_for(|| server.steps() == ["prepare", "on_connection_close"]);
}

#[tokio::test]
async fn a_limit_that_comes_too_late_is_an_error() {
    let server = Server::start(Settings::new()).await;
    let _failure = failure("GET /late");
    assert_eq!(server.0.get("/late").await.status(), 500);
}

mod gzip {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    /// Says what it has received, and how.
    #[derive(Handler)]
    #[handler(crate = tornado_core)]
    struct Form(Exchange);

    impl RequestHandler for Form {
        async fn post(&mut self) -> Result {
            let headers = self.request().headers();
            let encoding = |name| headers.get(name).map(|value| value.to_str().unwrap());
            let text = format!(
                "{} {:?} {:?}",
                self.get_arguments("a")?.join(","),
                encoding("Content-Encoding"),
                encoding("X-Consumed-Content-Encoding"),
            );
            self.write(text);
            Ok(())
        }
    }

    async fn start(settings: Settings) -> Server {
        let rules = [url("/", Streams), url("/form", Form)];
        let settings = settings.decompress_request(true);
        Server(client_with(rules, settings).serve().await)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn post(path: &str, encoding: &str, body: &[u8]) -> Vec<u8> {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\nContent-Encoding: {encoding}\r\n\
            Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        );
        [head.as_bytes(), body].concat()
    }

    #[tokio::test]
    async fn a_form_is_inflated() {
        let server = start(Settings::new()).await;
        let whole = gzip(b"a=1&a=2");
        let members = [gzip(b"a=1&"), gzip(b"a=2")].concat();
        for (encoding, body) in [("gzip", &whole), ("GZIP", &whole), ("gzip", &members)] {
            let (response, closed) = server.ask(&post("/form", encoding, body));
            let expected = format!("1,2 None Some({encoding:?})");
            assert_eq!((response.text(), closed), (&*expected, false));
        }
        assert_eq!(server.ask(&post("/form", "br", b"x")).0.status(), 400);
    }

    #[tokio::test]
    async fn what_is_no_gzip_is_no_message() {
        let server = start(Settings::new()).await;
        let good = gzip(b"a=1");
        for body in [
            b"text".to_vec(),
            [&good[..], b"\0"].concat(),
            good[..good.len() - 1].to_vec(),
        ] {
            for path in ["/form", "/"] {
                let mut stream = server.send(&post(path, "gzip", &body));
                let mut answer = String::new();
                stream.read_to_string(&mut answer).unwrap();
                assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{path}");
            }
        }
    }

    #[tokio::test]
    async fn a_bomb_does_not_go_off() {
        let server = start(Settings::new().max_body_size(1 << 20)).await;
        let bomb = gzip(&vec![0; 8 << 20]);
        assert!(bomb.len() < 1 << 20);
        for path in ["/form", "/"] {
            let (response, closed) = server.ask(&post(path, "gzip", &bomb));
            assert_eq!((response.status(), closed), (413, true), "{path}");
        }
    }

    #[tokio::test]
    async fn a_body_inflates_to_so_many_times_its_size_and_no_more() {
        let bomb = gzip(&vec![0; 4 << 20]);
        let head = |path: &str, body: &[u8]| post(path, "gzip", &[body, b"and more"].concat());
        let server = start(Settings::new()).await;
        for path in ["/form", "/"] {
            // It does not wait for the end, which never comes.
            let mut request = head(path, &bomb);
            request.truncate(request.len() - 8);
            let (response, closed) = server.ask(&request);
            assert_eq!((response.status(), closed), (413, true), "{path}");
        }
        // A small body may be anything, and a setting lets larger ones in.
        let small = [&b"a="[..], &vec![b' '; (1 << 20) - 10]].concat();
        assert_eq!(
            server.ask(&post("/form", "gzip", &gzip(&small))).0.status(),
            200
        );
        let large = [&b"a="[..], &vec![b' '; 2 << 20]].concat();
        let large = post("/form", "gzip", &gzip(&large));
        assert_eq!(server.ask(&large).0.status(), 413);
        let server = start(Settings::new().max_decompress_ratio(2000)).await;
        assert_eq!(server.ask(&large).0.status(), 200);
    }

    #[tokio::test]
    async fn pieces_have_their_size() {
        let server = start(small_chunks()).await;
        let body = gzip(LETTERS.as_bytes());
        assert_eq!(server.ask(&post("/", "gzip", &body)).0.text(), "done None");
        assert_eq!(server.steps(), ["prepare", "10", "10", "6", "post"]);
    }
}
