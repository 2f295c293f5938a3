//! A client on the level of bytes: a manual handshake, and then `Protocol`.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tornado_testing::TestClient;
use tornado_web::websocket::{
    CloseFrame, CompressionOptions, Deflate, Event, Message, Protocol, Role,
};

/// What a server has answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
    stream: TcpStream,
    rest: BytesMut,
}

/// Requests a WebSocket, with these headers instead of the usual ones; an empty value leaves one
/// out.
pub(crate) async fn handshake(server: &TestClient, path: &str, headers: &[(&str, &str)]) -> Answer {
    handshake_with(server.port(), path, headers).await
}

async fn handshake_with(port: u16, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut head = BTreeMap::from([
        ("Host", format!("127.0.0.1:{port}")),
        ("Upgrade", "websocket".to_owned()),
        ("Connection", "keep-alive, Upgrade".to_owned()),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==".to_owned()),
        ("Sec-WebSocket-Version", "13".to_owned()),
    ]);
    for (name, value) in headers {
        head.insert(name, (*value).to_owned());
    }
    let lines: String = head
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\n{lines}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();

    let mut rest = BytesMut::new();
    let end = loop {
        if let Some(end) = rest.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end;
        }
        assert_ne!(stream.read_buf(&mut rest).await.unwrap(), 0, "{rest:?}");
    };
    let head = String::from_utf8(rest.split_to(end + 4).to_vec()).unwrap();
    let (first, lines) = head.split_once("\r\n").unwrap();
    let lines = lines.lines().filter_map(|line| line.split_once(": "));
    let headers: BTreeMap<String, String> = lines
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    while rest.len() < length {
        assert_ne!(stream.read_buf(&mut rest).await.unwrap(), 0);
    }
    Answer {
        status: first.split(' ').nth(1).unwrap().parse().unwrap(),
        headers,
        body: String::from_utf8(rest.split_to(length).to_vec()).unwrap(),
        stream,
        rest,
    }
}

/// A client that is connected.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    pub(crate) protocol: Protocol,
    input: BytesMut,
}

/// How long a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(20);

impl Client {
    pub(crate) async fn connect(server: &TestClient, path: &str) -> Client {
        handshake(server, path, &[]).await.into_client(None)
    }

    /// As [`Client::connect`], with a server that was not made by `TestClient`.
    pub(crate) async fn connect_to(port: u16, path: &str) -> Client {
        handshake_with(port, path, &[]).await.into_client(None)
    }

    pub(crate) async fn connect_deflate(
        server: &TestClient,
        path: &str,
        options: CompressionOptions,
    ) -> Client {
        let offer = Deflate::offer(&options);
        let answer = handshake(server, path, &[("Sec-WebSocket-Extensions", &offer)]).await;
        answer.into_client(Some(options))
    }

    pub(crate) async fn send(&mut self, message: impl Into<Message>) {
        self.protocol.write(message.into()).unwrap();
        self.flush().await;
    }

    pub(crate) async fn flush(&mut self) {
        while self.protocol.output().has_remaining() {
            let chunk = self.protocol.output().chunk().to_vec();
            self.stream.write_all(&chunk).await.unwrap();
            self.protocol.output().advance(chunk.len());
        }
    }

    /// The next event, including pings; `None` when the server has closed the socket.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        let next = async {
            loop {
                if let Some(event) = self.protocol.receive(&mut self.input).unwrap() {
                    self.flush().await;
                    return Some(event);
                }
                if self.stream.read_buf(&mut self.input).await.unwrap_or(0) == 0 {
                    return None;
                }
            }
        };
        tokio::time::timeout(PATIENCE, next)
            .await
            .expect("something comes in time")
    }

    /// The next message, which is a text.
    pub(crate) async fn text(&mut self) -> String {
        match self.next().await {
            Some(Event::Message(Message::Text(text))) => text,
            other => panic!("{other:?} is no text"),
        }
    }

    /// Waits for the close frame and the end of the socket, and returns the
    /// code.
    pub(crate) async fn closed(&mut self) -> Option<CloseFrame> {
        match self.next().await {
            Some(Event::Close(close)) => {
                assert_eq!(self.next().await, None);
                close
            }
            other => panic!("{other:?} is no close frame"),
        }
    }

    pub(crate) async fn close(&mut self, code: u16, reason: &str) {
        self.protocol
            .close(Some(&CloseFrame::new(code, reason).unwrap()));
        self.flush().await;
    }
}

impl Answer {
    pub(crate) fn into_client(self, options: Option<CompressionOptions>) -> Client {
        assert_eq!(self.status, 101, "{}", self.body);
        let mut protocol = Protocol::new(Role::Client);
        if let Some(options) = options {
            let answer = &self.headers["sec-websocket-extensions"];
            let deflate = Deflate::agree(answer, &options).unwrap().unwrap();
            protocol = protocol.deflate(&deflate);
        }
        Client {
            stream: self.stream,
            protocol,
            input: self.rest,
        }
    }
}
