//! What the server makes of HTTP/1 bytes, compared with Tornado.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use tornado_core::{
    Context as _, Exchange, Handler, Input as _, Output as _, ParseBodyConfig, RequestHandler,
    Result, Settings, url,
};

use tornado_testing::TestClient;

use crate::support::{client_with, connect, connect_and_send};

/// Says what it has received.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Echo(Exchange);

impl RequestHandler for Echo {
    async fn get(&mut self) -> Result {
        let request = self.request();
        let host = request
            .headers()
            .get("Host")
            .map(|host| host.as_bytes().escape_ascii());
        let text = format!(
            "{} {} {} host={} x={:?} body={}",
            request.method(),
            request.uri(),
            request.version(),
            host.map_or_else(|| "-".to_owned(), |host| host.to_string()),
            self.get_argument_opt("x")?,
            request.body().escape_ascii(),
        );
        self.write(text);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }
}

/// Takes its time.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Slow(Exchange);

impl RequestHandler for Slow {
    async fn get(&mut self) -> Result {
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.write("slow");
        Ok(())
    }
}

/// More than the buffers of two sockets hold.
const LARGE: usize = 20 << 20;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Large(Exchange);

impl RequestHandler for Large {
    async fn get(&mut self) -> Result {
        self.write("x".repeat(LARGE));
        Ok(())
    }
}

async fn start(settings: Settings) -> TestClient {
    let rules = [url("/slow", Slow), url("/large", Large), url("/.*", Echo)];
    client_with(rules, settings).serve().await
}

/// Everything that comes back until the server closes the connection.
fn talk(server: &TestClient, bytes: &[u8]) -> String {
    read_all(&mut connect_and_send(server, bytes))
}

fn read_all(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

/// The status lines of the answers, and the bodies.
fn answers(text: &str) -> Vec<(&str, &str)> {
    let mut rest = text;
    let mut found = Vec::new();
    while let Some((head, behind)) = rest.split_once("\r\n\r\n") {
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        found.push((head.lines().next().unwrap(), &behind[..length]));
        rest = &behind[length..];
    }
    found
}

const CLOSE: &str = "connection: close\r\n";

/// Whether this is only a 400, and then the end.
fn is_refused(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 400 Bad Request\r\n")
        && answer.contains(CLOSE)
        && answer.contains("content-length: 0\r\n")
        && answer.matches("HTTP/1.").count() == 1
}

#[tokio::test]
async fn what_is_no_http_gets_a_line() {
    refuse_all(&start(Settings::new()).await);
}

fn refuse_all(server: &TestClient) {
    for request in [
        "asdf\r\n\r\n",
        "GET /\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
        "GET / HTTQ/1.1\r\nHost: x\r\n\r\n",
        "GET / http/1.1\r\nHost: x\r\n\r\n",
        "FOO,BAR / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nasdf\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX-A : v\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n folded: v\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX-A: a\rb\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX(A: b\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\nabc",
        "GET /<> HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET word HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://user@x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1_0\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n",
    ] {
        let answer = talk(server, request.as_bytes());
        assert!(is_refused(&answer), "{request:?}: {answer:?}");
    }
}

#[tokio::test]
async fn what_is_odd_is_read_as_tornado_reads_it() {
    let server = start(Settings::new()).await;
    for (request, expected) in [
        (
            "\r\nGET / HTTP/1.1\r\nHost: h\r\n",
            "GET / HTTP/1.1 host=h x=None body=",
        ),
        (
            "GET / HTTP/1.1\nHost: h\n",
            "GET / HTTP/1.1 host=h x=None body=",
        ),
        (
            "GET //a//b HTTP/1.1\r\nHost: h\r\n",
            "GET //a//b HTTP/1.1 host=h x=None body=",
        ),
        (
            "GET /\"?x={é}# HTTP/1.1\r\nHost: h\r\n",
            "GET /%22?x=%7B%C3%A9%7D HTTP/1.1 host=h x=Some(\"{é}\") body=",
        ),
        (
            "GET / HTTP/1.1\r\nHost: [::1]:80\r\n",
            "GET / HTTP/1.1 host=[::1]:80 x=None body=",
        ),
        (
            "GET / HTTP/1.1\r\nHost:\r\n",
            "GET / HTTP/1.1 host= x=None body=",
        ),
        (
            "GET http://a/b HTTP/1.1\r\nHost: h\r\n",
            "GET /b HTTP/1.1 host=a x=None body=",
        ),
        (
            "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n",
            "GET / HTTP/1.1 host=h x=None body=",
        ),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 03\r\n",
            "POST / HTTP/1.1 host=h x=None body=abc",
        ),
    ] {
        let end = if request.ends_with("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let body = if expected.ends_with("abc") { "abc" } else { "" };
        let request = format!("{request}Connection: close{end}{end}{body}");
        let answer = talk(&server, request.as_bytes());
        assert_eq!(
            answers(&answer),
            [("HTTP/1.1 200 OK", expected)],
            "{request:?}"
        );
    }
}

#[tokio::test]
async fn chunked_bodies_are_read_to_their_end() {
    let server = start(Settings::new()).await;
    for body in [
        "3\r\nabc\r\n0\r\n\r\n",
        "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
        "3;x=y\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n",
    ] {
        let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n";
        let next = "GET /next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        let answer = talk(&server, format!("{head}{body}{next}").as_bytes());
        let expected = [
            ("HTTP/1.1 200 OK", "POST / HTTP/1.1 host=h x=None body=abc"),
            ("HTTP/1.1 200 OK", "GET /next HTTP/1.1 host=h x=None body="),
        ];
        assert_eq!(answers(&answer), expected, "{body:?}");
    }
    // RFC 9112, 6.3: the coding counts, and the connection ends.
    for head in [
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
    ] {
        let both = format!("POST / HTTP/1.1\r\nHost: h\r\n{head}\r\n3\r\nabc\r\n0\r\n\r\n");
        let next = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n";
        let answer = talk(&server, format!("{both}{next}").as_bytes());
        let expected = [("HTTP/1.1 200 OK", "POST / HTTP/1.1 host=h x=None body=abc")];
        assert_eq!(answers(&answer), expected, "{head:?}");
        assert!(answer.contains(CLOSE), "{answer}");
    }
}

#[tokio::test]
async fn pieces_of_any_size_make_the_same_request() {
    let server = start(Settings::new()).await;
    let requests = "\r\nPOST /é HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
        POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\ndef\
        GET /c HTTP/1.0\r\n\r\n";
    let expected = [
        (
            "HTTP/1.1 200 OK",
            "POST /%C3%A9 HTTP/1.1 host=h x=None body=abc",
        ),
        ("HTTP/1.1 200 OK", "POST /b HTTP/1.1 host=h x=None body=def"),
        ("HTTP/1.0 200 OK", "GET /c HTTP/1.0 host=- x=None body="),
    ];
    for size in [1, 7, 50, 1000] {
        let mut stream = connect(&server);
        stream.set_nodelay(true).unwrap();
        for piece in requests.as_bytes().chunks(size) {
            stream.write_all(piece).unwrap();
            if size < 50 {
                std::thread::sleep(Duration::from_micros(300));
            }
        }
        assert_eq!(answers(&read_all(&mut stream)), expected, "{size}");
    }
}

#[tokio::test]
async fn answers_come_in_order_and_the_bad_one_is_the_last() {
    let server = start(Settings::new()).await;
    let good = "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n";
    let answer = talk(
        &server,
        format!("{good}{good}GET / HTTP/1.1\r\n\r\n{good}").as_bytes(),
    );
    let expected = [
        ("HTTP/1.1 200 OK", "slow"),
        ("HTTP/1.1 200 OK", "slow"),
        ("HTTP/1.1 400 Bad Request", ""),
    ];
    assert_eq!(answers(&answer), expected);
}

#[tokio::test]
async fn http_1_0_is_kept_when_it_asks_for_it() {
    let server = start(Settings::new()).await;
    let get = |connection: &str| format!("GET / HTTP/1.0\r\n{connection}\r\n");
    let answer = talk(
        &server,
        format!("{}{}", get("Connection: Keep-Alive\r\n"), get("")).as_bytes(),
    );
    assert_eq!(answers(&answer).len(), 2, "{answer}");
    assert_eq!(answer.matches("connection: Keep-Alive\r\n").count(), 1);
    assert_eq!(answer.matches("HTTP/1.0 200 OK\r\n").count(), 2);
    let post = "POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na";
    let answer = talk(&server, format!("{post}{}", get("")).as_bytes());
    assert_eq!(answers(&answer).len(), 2);
}

#[tokio::test]
async fn a_connection_ends_when_the_client_says_so_or_the_setting() {
    let server = start(Settings::new()).await;
    let answer = talk(
        &server,
        b"GET / HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n",
    );
    assert!(answer.contains(CLOSE), "{answer}");
    let server = start(Settings::new().no_keep_alive(true)).await;
    let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    let answer = talk(&server, format!("{get}{get}").as_bytes());
    assert!(answer.contains(CLOSE), "{answer}");
    assert_eq!(answers(&answer).len(), 1);
}

#[tokio::test]
async fn a_head_has_a_limit() {
    let server = start(Settings::new().max_header_size(1024)).await;
    let get = |size: usize| {
        format!(
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Filler: {}\r\n\r\n",
            "x".repeat(size)
        )
    };
    assert_eq!(
        answers(&talk(&server, get(900).as_bytes()))[0].0,
        "HTTP/1.1 200 OK"
    );
    for request in [
        get(1100),
        get(100_000),
        format!("GET /{}", "x".repeat(100_000)),
    ] {
        let answer = talk(&server, request.as_bytes());
        assert_eq!(
            answers(&answer)[0].0,
            "HTTP/1.1 431 Request Header Fields Too Large"
        );
        assert!(answer.contains(CLOSE), "{answer}");
    }
    let server = start(Settings::new()).await;
    let many = format!(
        "GET / HTTP/1.1\r\nHost: h\r\n{}\r\n",
        "X: y\r\n".repeat(101)
    );
    assert_eq!(
        answers(&talk(&server, many.as_bytes()))[0].0,
        "HTTP/1.1 431 Request Header Fields Too Large"
    );
}

#[tokio::test]
async fn a_large_head_is_taken_where_the_limit_allows_it() {
    let server = start(Settings::new().max_header_size(1 << 20)).await;
    let filler = "x".repeat(1_000_000);
    for target in ["/", "/é"] {
        let get = format!(
            "GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Filler: {filler}\r\n\r\n"
        );
        assert_eq!(
            answers(&talk(&server, get.as_bytes()))[0].0,
            "HTTP/1.1 200 OK"
        );
    }
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let server = start(Settings::new().idle_connection_timeout(Duration::from_millis(100))).await;
    // Never used, in the middle of a head, and after a request.
    for request in [
        "",
        "GET / HTTP/1.1\r\nHo",
        "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n",
    ] {
        let begun = Instant::now();
        let answer = talk(&server, request.as_bytes());
        assert_eq!(
            answer.contains("slow"),
            request.ends_with("\r\n\r\n"),
            "{request:?}: {answer}"
        );
        assert!(begun.elapsed() < Duration::from_secs(10));
        assert!(begun.elapsed() >= Duration::from_millis(100));
    }
    // A trickle does not count as a head.
    let mut stream = connect(&server);
    let begun = Instant::now();
    let error = loop {
        std::thread::sleep(Duration::from_millis(20));
        if let Err(error) = stream.write_all(b"G") {
            break error.kind();
        }
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "it is not closed"
        );
    };
    assert!(
        matches!(error, ErrorKind::BrokenPipe | ErrorKind::ConnectionReset),
        "{error}"
    );
}

#[tokio::test]
async fn a_client_may_say_that_it_is_done() {
    let server = start(Settings::new()).await;
    let mut stream = connect_and_send(&server, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    stream.read_exact(&mut [0; 12]).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    assert!(read_all(&mut stream).ends_with("body="));
    // And it may do so at once, if the answer needs no waiting.
    for _ in 0..20 {
        let mut stream = connect_and_send(
            &server,
            b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
        );
        stream.shutdown(Shutdown::Write).unwrap();
        assert!(read_all(&mut stream).ends_with("body=abc"));
    }
    // Even if there is more to send than the sockets hold.
    let mut stream = connect_and_send(&server, b"GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    stream.shutdown(Shutdown::Write).unwrap();
    std::thread::sleep(Duration::from_millis(50));
    assert!(read_all(&mut stream).len() > LARGE);
}

#[tokio::test]
async fn expectations_are_met() {
    let server = start(Settings::new()).await;
    let mut stream = connect(&server);
    let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut line = [0; 25];
    stream.read_exact(&mut line).unwrap();
    assert_eq!(line, *b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"abc").unwrap();
    assert!(read_all(&mut stream).ends_with("body=abc"));
}

#[tokio::test]
async fn an_early_answer_is_seen_before_the_end() {
    // Nobody reads the body, but the answer still arrives.
    let server = start(Settings::new().max_body_size(10)).await;
    for _ in 0..20 {
        let mut stream = connect(&server);
        let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        for _ in 0..10 {
            stream.write_all(&[b'x'; 100_000]).unwrap();
        }
        assert!(read_all(&mut stream).starts_with("HTTP/1.1 413 "));
    }
}

#[tokio::test]
async fn what_is_too_much_of_a_form_is_refused() {
    let server = start(Settings::new()).await;
    let get = |count: usize| {
        let query = vec!["x=1"; count].join("&");
        format!("GET /?{query} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    };
    assert_eq!(
        answers(&talk(&server, get(1000).as_bytes()))[0].0,
        "HTTP/1.1 200 OK"
    );
    assert!(is_refused(&talk(&server, get(1001).as_bytes())));
    let config = ParseBodyConfig::new().max_arguments(2).multipart(false);
    let server = start(Settings::new().parse_body_config(config)).await;
    assert!(is_refused(&talk(&server, get(3).as_bytes())));
    let post = |content_type: &str, body: &str| {
        let length = body.len();
        let request = format!(
            "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: {content_type}\r\n\
            Content-Length: {length}\r\n\r\n{body}"
        );
        talk(&server, request.as_bytes())[9..12].to_owned()
    };
    assert_eq!(post("application/x-www-form-urlencoded", "x=1&x=2"), "200");
    assert_eq!(
        post("application/x-www-form-urlencoded", "x=1&x=2&x=3"),
        "400"
    );
    // Not read at all, and an empty body is not a form either.
    assert_eq!(post("multipart/form-data; boundary=B", "--B--"), "400");
    assert_eq!(post("multipart/form-data; boundary=B", ""), "400");
}
