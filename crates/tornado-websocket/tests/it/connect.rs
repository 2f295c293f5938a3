//! `websocket_connect`, against our own servers and others.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha1::Digest as _;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tornado_testing::TestClient;
use tornado_web::websocket::{
    CompressionOptions, Message, WebSocket, WebSocketConnectErrorKind as Kind, WebSocketHandler,
    WebSocketMixin, websocket_connect,
};
use tornado_web::{
    Application, Context, Cookies, Handler, Input, RequestHandler, Result, Settings, raise, url,
};

#[derive(Handler)]
#[handler(websocket)]
struct Echo(WebSocketHandler);

impl RequestHandler for Echo {
    async fn prepare(&mut self) -> Result {
        if self
            .get_argument_opt("refuse")
            .is_ok_and(|refuse| refuse.is_some())
        {
            raise!(403, "not you");
        }
        self.set_cookie("seen", "yes");
        Ok(())
    }
}

impl WebSocket for Echo {
    async fn on_message(&mut self, message: Message) -> Result {
        match message.as_text() {
            Some("close") => self.close_with(3001, "as told")?,
            Some("who") => {
                let who = self.get_cookie("user").unwrap_or_default();
                let extra = self.get_header("X-Extra").unwrap_or_default();
                self.write_message(format!("{who} {extra}")).await?;
            }
            _ => self.write_message(message).await?,
        }
        Ok(())
    }

    fn select_subprotocol(&mut self, subprotocols: &[&str]) -> Option<String> {
        subprotocols.last().map(|&name| name.to_owned())
    }

    fn get_compression_options(&self) -> Option<CompressionOptions> {
        Some(CompressionOptions::new())
    }
}

fn app() -> Application {
    Application::new([url("/echo", Echo)], Settings::new()).unwrap()
}

async fn served() -> TestClient {
    TestClient::new(app()).serve().await
}

#[tokio::test]
async fn messages_go_both_ways() {
    let server = served().await;
    server.set_cookie("user", "kim");
    let plain = server.websocket("/echo");
    let deflate = plain.clone().compression_options(CompressionOptions::new());
    let alone = CompressionOptions::new()
        .no_context_takeover(true)
        .window_bits(10);
    let alone = plain.clone().compression_options(alone);
    for (connect, compressed) in [(plain, false), (deflate, true), (alone, true)] {
        let connect = connect.header("X-Extra", "more").subprotocols(["a", "b"]);
        let mut socket = connect.await.unwrap();
        let extensions = socket.headers().contains_key("Sec-WebSocket-Extensions");
        assert_eq!(extensions, compressed);
        assert_eq!(socket.selected_subprotocol(), Some("b"));
        assert_eq!(socket.headers()["Set-Cookie"], "seen=yes; Path=/");
        socket.write_message("who").await.unwrap();
        assert_eq!(socket.read_message().await, Some("kim more".into()));
        for length in [0, 1, 125, 126, 65_535, 65_536, 1_000_000] {
            let message = Message::from(vec![b'x'; length]);
            socket.write_message(message.clone()).await.unwrap();
            assert!(socket.read_message().await == Some(message), "{length}");
            let message = Message::from("é".repeat(length));
            socket.write_message(message.clone()).await.unwrap();
            assert!(socket.read_message().await == Some(message), "{length}");
        }
        assert_eq!(socket.close_code(), None);
        socket.write_message("close").await.unwrap();
        assert_eq!(socket.read_message().await, None);
        assert_eq!(socket.close_code(), Some(3001));
        assert_eq!(socket.close_reason(), Some("as told"));
        assert!(socket.write_message("too late").await.is_err());
    }
}

#[tokio::test]
async fn the_client_closes() {
    let server = served().await;
    let mut socket = server.websocket("/echo").await.unwrap();
    socket.write_message("before").await.unwrap();
    socket.close_with(4000, "enough").unwrap();
    assert_eq!(socket.read_message().await, Some("before".into()));
    assert_eq!(socket.read_message().await, None);
    // The code is returned, as in Tornado.
    assert_eq!(socket.close_code(), Some(4000));
}

#[tokio::test]
async fn many_messages_that_nobody_reads_are_not_lost() {
    let server = served().await;
    let mut socket = server.websocket("/echo").await.unwrap();
    let sender = socket.sender();
    let writing = tokio::spawn(async move {
        for number in 0..20_000 {
            sender
                .write_message(format!("{number} {:200}", ""))
                .await
                .unwrap();
        }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    for number in 0..20_000 {
        let message = socket.read_message().await.unwrap();
        assert!(
            message
                .as_text()
                .unwrap()
                .starts_with(&format!("{number} "))
        );
    }
    writing.await.unwrap();
}

#[tokio::test]
async fn it_speaks_tls() {
    let server = TestClient::new(app()).serve_tls().await;
    let mut socket = server.websocket("/echo").await.unwrap();
    socket.write_message("secret").await.unwrap();
    assert_eq!(socket.read_message().await, Some("secret".into()));
    // A client that trusts only the system does not trust this server.
    let port = server.port();
    let error = websocket_connect(format!("wss://localhost:{port}/echo"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Connect, "{error:?}");
}

#[tokio::test]
async fn a_refusal_has_its_answer() {
    let server = served().await;
    let error = server.websocket("/echo?refuse=1").await.unwrap_err();
    assert_eq!(error.kind(), Kind::Refused);
    let response = error.response().unwrap();
    assert_eq!(response.status(), 403);
    assert!(
        response.body().starts_with(b"<html><title>403"),
        "{response:?}"
    );
    let error = server.websocket("/nowhere").await.unwrap_err();
    assert_eq!(error.response().unwrap().status(), 404);
}

#[tokio::test]
async fn what_can_not_be_asked_for_is_told() {
    for (url, kind) in [
        ("", Kind::Request),
        ("/chat", Kind::Request),
        ("ftp://localhost/", Kind::Request),
        ("ws://", Kind::Request),
        ("ws://kim:s3cret@localhost/", Kind::Request),
        ("ws://localhost/a b", Kind::Request),
        ("ws://127.0.0.1:1/", Kind::Connect),
        ("ws://[::1]:1/", Kind::Connect),
    ] {
        let error = websocket_connect(url).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{url}: {error:?}");
        assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
    }
    for (name, value) in [("a b", "c"), ("a", "b\nc")] {
        let connect = websocket_connect("ws://127.0.0.1:1/").header(name, value);
        assert_eq!(connect.await.unwrap_err().kind(), Kind::Request);
    }
}

/// A server that answers one request with this, in which `ACCEPT` is the right answer to the key.
async fn answers(head: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let count = stream.read(&mut request).await.unwrap();
        let request = String::from_utf8_lossy(&request[..count]).into_owned();
        let line = |line: &str| line.to_lowercase().starts_with("sec-websocket-key: ");
        let key = request.lines().find(|text| line(text)).unwrap();
        let accept = accept(key.split_once(": ").unwrap().1);
        let head = head.replace("ACCEPT", &accept).replace('\n', "\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let _ = stream.read(&mut [0; 100]).await;
    });
    format!("ws://{address}/")
}

fn accept(key: &str) -> String {
    let digest = sha1::Sha1::new()
        .chain_update(key)
        .chain_update("258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
        .finalize();
    BASE64_STANDARD.encode(digest)
}

#[tokio::test]
async fn a_server_that_does_not_agree_is_refused() {
    const RIGHT: &str = "HTTP/1.1 101 OK\nUpgrade: WebSocket\nConnection: x, upgrade\nSec-WebSocket-Accept: ACCEPT\n\n";
    let mut socket = websocket_connect(answers(RIGHT).await).await.unwrap();
    socket.close();
    assert_eq!(socket.read_message().await, None);
    for wrong in [
        "HTTP/1.1 101 OK\nUpgrade: WebSocket\nConnection: upgrade\nSec-WebSocket-Accept: x\n\n",
        "HTTP/1.1 101 OK\nUpgrade: WebSocket\nConnection: upgrade\n\n",
        "HTTP/1.1 101 OK\nUpgrade: h2c\nConnection: upgrade\nSec-WebSocket-Accept: ACCEPT\n\n",
        "HTTP/1.1 101 OK\nUpgrade: WebSocket\nConnection: close\nSec-WebSocket-Accept: ACCEPT\n\n",
        "HTTP/1.1 101 OK\nUpgrade: WebSocket\nConnection: upgrade\nSec-WebSocket-Accept: ACCEPT\nSec-WebSocket-Protocol: x\n\n",
        "HTTP/1.1 101 OK\nUpgrade: WebSocket\nConnection: upgrade\nSec-WebSocket-Accept: ACCEPT\nSec-WebSocket-Extensions: permessage-deflate\n\n",
    ] {
        let error = websocket_connect(answers(wrong).await).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Handshake, "{wrong}: {error:?}");
    }
    let error = websocket_connect(answers("what?\n\n").await)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Connect);
}

#[tokio::test]
async fn a_server_that_is_silent_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let connect = websocket_connect(url).connect_timeout(Duration::from_millis(50));
    assert_eq!(connect.await.unwrap_err().kind(), Kind::Connect);

    // It agrees, and then does not answer a ping.
    const RIGHT: &str = "HTTP/1.1 101 OK\nUpgrade: WebSocket\nConnection: upgrade\nSec-WebSocket-Accept: ACCEPT\n\n";
    let connect = websocket_connect(answers(RIGHT).await);
    let connect = connect.ping_interval(Duration::from_millis(20));
    let mut socket = connect.await.unwrap();
    let end = tokio::time::timeout(Duration::from_secs(20), socket.read_message());
    assert_eq!(end.await.unwrap(), None);
}
