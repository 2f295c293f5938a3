//! WebSockets through handlers: the handshake, the hooks, and how it all ends.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tornado_testing::{ExpectLog, TestClient};
use tornado_web::websocket::{
    CloseFrame, CompressionOptions, Event, Message, Rooms, SlowReaders, TryWriteError, WebSocket,
    WebSocketHandler, WebSocketMixin, WebSocketSender, WebSocketSettings, serve_websocket,
};
use tornado_web::{
    Application, Context, Cookies, Exchange, Handler, Output, PathArgs, RequestHandler, Result,
    Settings, User, raise, route, url,
};

use crate::client::{Client, handshake};

async fn serve(app: Application) -> TestClient {
    TestClient::new(app).serve().await
}

fn close(code: u16, reason: &str) -> Option<CloseFrame> {
    Some(CloseFrame::new(code, reason).unwrap())
}

/// What a handler tells its test.
#[derive(Clone)]
struct News(mpsc::UnboundedSender<String>);

impl News {
    fn new() -> (News, mpsc::UnboundedReceiver<String>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (News(sender), receiver)
    }

    fn tell(&self, news: impl Into<String>) {
        self.0.send(news.into()).ok();
    }
}

async fn next(news: &mut mpsc::UnboundedReceiver<String>) -> String {
    let next = tokio::time::timeout(Duration::from_secs(20), news.recv());
    next.await.expect("there is news in time").unwrap()
}

/// Knows nothing of WebSockets.
#[derive(Handler)]
struct BaseHandler {
    base: Exchange,
    #[state]
    news: News,
}

impl RequestHandler for BaseHandler {
    async fn prepare(&mut self) -> Result {
        self.set_cookie("seen", "yes");
        Ok(())
    }

    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self.get_cookie("user").map(User::from))
    }

    fn on_finish(&mut self) {
        self.news.tell("finished");
    }
}

impl BaseHandler {
    fn greeting(&self) -> &'static str {
        "hello"
    }
}

/// Tells all, and does what it is told.
#[derive(Handler)]
#[handler(websocket)]
struct Obedient(WebSocketHandler<BaseHandler>);

impl RequestHandler for Obedient {}

impl WebSocket for Obedient {
    async fn open(&mut self) -> Result {
        let who = self.current_user_as::<String>().await?.unwrap_or_default();
        let text = format!("{} {who} {:?}", self.greeting(), self.path_args());
        self.news.tell("open");
        Ok(self.write_message(text).await?)
    }

    async fn on_message(&mut self, message: Message) -> Result {
        let Some(text) = message.as_text() else {
            return Ok(self.write_message(message).await?);
        };
        match text {
            "json" => self.write_message(json!({"a": "</b>"})).await?,
            "close" => self.close_with(3001, "as told")?,
            "plain close" => self.close(),
            "error" => return Err(tornado_web::Error::msg("as told")),
            "panic" => panic!("as told"),
            "teapot" => raise!(418, "as told"),
            "write" => self.write("no response any more"),
            "ping" => self.ping("data")?,
            "nodelay" => self.set_nodelay(false),
            "late" => {
                self.close();
                self.write_message("too late").await?;
            }
            text => self.write_message(text).await?,
        }
        Ok(())
    }

    async fn on_ping(&mut self, data: Bytes) -> Result {
        self.news.tell(format!("ping {data:?}"));
        Ok(())
    }

    async fn on_pong(&mut self, data: Bytes) -> Result {
        self.news.tell(format!("pong {data:?}"));
        Ok(())
    }

    async fn on_close(&mut self) -> Result {
        let news = format!("close {:?} {:?}", self.close_code(), self.close_reason());
        self.news.tell(news);
        Ok(())
    }
}

async fn obedient(settings: Settings) -> (TestClient, mpsc::UnboundedReceiver<String>) {
    let (news, receiver) = News::new();
    let app = Application::new([route::<Obedient>("/ws/(.*)/(.*)")], settings.state(news));
    (serve(app.unwrap()).await, receiver)
}

#[tokio::test]
async fn a_socket_is_a_handler_among_handlers() {
    let (server, mut news) = obedient(Settings::new()).await;
    let answer = handshake(&server, "/ws/a/b%20c", &[("Cookie", "user=kim")]).await;
    let names: Vec<&str> = answer.headers.keys().map(String::as_str).collect();
    let expected = [
        "connection",
        "date",
        "sec-websocket-accept",
        "server",
        "set-cookie",
        "upgrade",
    ];
    assert_eq!(names, expected);
    assert_eq!(
        answer.headers["sec-websocket-accept"],
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    );
    assert_eq!(answer.headers["set-cookie"], "seen=yes; Path=/");
    let mut client = answer.into_client(None);
    assert_eq!(client.text().await, r#"hello kim [Some("a"), Some("b c")]"#);
    client.send("json").await;
    assert_eq!(client.text().await, r#"{"a": "<\/b>"}"#);
    client.send(vec![0, 159]).await;
    assert_eq!(
        client.next().await,
        Some(Event::Message(Message::from(vec![0, 159])))
    );
    client.protocol.ping(b"a").unwrap();
    client.flush().await;
    assert_eq!(client.next().await, Some(Event::Pong(Bytes::from("a"))));
    client.send("ping").await;
    assert_eq!(client.next().await, Some(Event::Ping(Bytes::from("data"))));
    client.send("nodelay").await;
    client.close(3000, "bye").await;
    assert_eq!(client.closed().await, close(3000, ""));
    for expected in [
        "finished",
        "open",
        "ping b\"a\"",
        "pong b\"data\"",
        "close Some(3000) Some(\"bye\")",
    ] {
        assert_eq!(next(&mut news).await, expected);
    }
}

#[tokio::test]
async fn what_is_no_handshake_gets_tornados_answer() {
    let (server, _news) = obedient(Settings::new()).await;
    let host = format!("127.0.0.1:{}", server.port());
    let own = format!("http://{host}");
    for (headers, status, body) in [
        (
            vec![("Upgrade", "")],
            400,
            "Can \"Upgrade\" only to \"WebSocket\".",
        ),
        (
            vec![("Upgrade", "h2c")],
            400,
            "Can \"Upgrade\" only to \"WebSocket\".",
        ),
        (
            vec![("Connection", "keep-alive")],
            400,
            "\"Connection\" must be \"Upgrade\".",
        ),
        (
            vec![("Origin", "http://evil.example")],
            403,
            "Cross origin websockets not allowed",
        ),
        (
            vec![("Sec-Fetch-Site", "cross-site")],
            403,
            "Cross origin websockets not allowed",
        ),
        (vec![("Sec-WebSocket-Version", "")], 426, ""),
        (vec![("Sec-WebSocket-Version", "8")], 426, ""),
        (
            vec![("Sec-WebSocket-Key", "")],
            400,
            "Missing/Invalid WebSocket headers",
        ),
        (vec![("Origin", &own)], 101, ""),
        (vec![("Sec-Fetch-Site", "same-origin")], 101, ""),
        (
            vec![("Upgrade", "WebSocket"), ("Connection", "UPGRADE")],
            101,
            "",
        ),
        (
            vec![
                ("Sec-WebSocket-Protocol", "a, b"),
                ("Sec-WebSocket-Extensions", "permessage-deflate"),
            ],
            101,
            "",
        ),
    ] {
        let answer = handshake(&server, "/ws/a/b", &headers).await;
        assert_eq!(
            (answer.status, &*answer.body),
            (status, body),
            "{headers:?}"
        );
        let version = answer
            .headers
            .get("sec-websocket-version")
            .map(String::as_str);
        assert_eq!(version, (status == 426).then_some("13"), "{headers:?}");
        assert!(!answer.headers.contains_key("sec-websocket-protocol"));
        assert!(!answer.headers.contains_key("sec-websocket-extensions"));
        // A cookie of `prepare` is sent with any answer.
        assert!(answer.headers.contains_key("set-cookie"), "{headers:?}");
    }
    let response = server.post("/ws/a/b").await;
    assert_eq!(response.status(), 405);
}

#[tokio::test]
async fn an_error_in_a_hook_is_logged_and_closes_with_1011() {
    for (order, log) in [
        ("error", "Uncaught exception GET /ws/a/b"),
        ("panic", "Uncaught exception GET /ws/a/b"),
        ("teapot", "418 GET /ws/a/b .*: as told"),
        ("write", "Uncaught exception GET /ws/a/b"),
    ] {
        let (server, mut news) = obedient(Settings::new()).await;
        let logger = if order == "teapot" {
            "tornado.general"
        } else {
            "tornado.application"
        };
        let expected = ExpectLog::new(logger, log);
        let mut client = Client::connect(&server, "/ws/a/b").await;
        client.text().await;
        client.send(order).await;
        client.send("not read any more").await;
        assert_eq!(client.closed().await, close(1011, ""), "{order}");
        let mut last = String::new();
        while !last.starts_with("close") {
            last = next(&mut news).await;
        }
        assert_eq!(last, "close Some(1011) None", "{order}");
        assert_eq!(expected.matched(), 1, "{order}");
    }
}

#[tokio::test]
async fn a_socket_ends_as_it_is_told_and_on_close_runs_once() {
    // Who ends it, and what `on_close` knows of that.
    for (order, sent, told) in [
        ("close", close(3001, "as told"), "close Some(3001) None"),
        ("plain close", None, "close None None"),
        // That it writes to what is closed is no mistake.
        ("late", None, "close None None"),
    ] {
        let (server, mut news) = obedient(Settings::new()).await;
        let mut client = Client::connect(&server, "/ws/a/b").await;
        client.text().await;
        client.send(order).await;
        assert_eq!(client.closed().await, sent, "{order}");
        assert_eq!(next(&mut news).await, "finished");
        assert_eq!(next(&mut news).await, "open");
        assert_eq!(next(&mut news).await, told, "{order}");
        server.stop().await;
        assert!(news.try_recv().is_err(), "{order}");
    }
}

#[tokio::test]
async fn on_close_runs_when_the_client_just_leaves() {
    let (server, mut news) = obedient(Settings::new()).await;
    let mut client = Client::connect(&server, "/ws/a/b").await;
    client.text().await;
    drop(client);
    for expected in ["finished", "open", "close None None"] {
        assert_eq!(next(&mut news).await, expected);
    }
}

#[tokio::test]
async fn a_broken_rule_is_answered_with_its_code_and_on_close_knows() {
    let settings = Settings::new().websocket_max_message_size(100);
    let (server, mut news) = obedient(settings).await;
    for (bytes, code, reason) in [
        (&b"\x81\x01a"[..], 1002, "unmasked frame"),
        (b"\x81\x82\0\0\0\0\xC3(", 1007, "text is not UTF-8"),
        (b"\x82\xE5\0\0\0\0", 1009, "message too big"),
    ] {
        let mut client = Client::connect(&server, "/ws/a/b").await;
        client.text().await;
        client.stream.write_all(bytes).await.unwrap();
        assert_eq!(client.closed().await, close(code, reason));
        let mut last = String::new();
        while !last.starts_with("close") {
            last = next(&mut news).await;
        }
        assert_eq!(last, format!("close Some({code}) Some({reason:?})"));
    }
}

#[tokio::test]
async fn a_stop_says_1001_and_waits_for_the_farewell() {
    let (server, mut news) = obedient(Settings::new()).await;
    let mut client = Client::connect(&server, "/ws/a/b").await;
    client.text().await;
    let (_, closed) = tokio::join!(server.stop(), client.closed());
    assert_eq!(closed, close(1001, ""));
    for expected in ["finished", "open", "close Some(1001) None"] {
        assert_eq!(next(&mut news).await, expected);
    }
}

#[tokio::test]
async fn a_stop_cuts_one_who_says_no_farewell() {
    let settings = Settings::new().websocket_close_timeout(Duration::from_millis(50));
    let (server, mut news) = obedient(settings).await;
    let mut client = Client::connect(&server, "/ws/a/b").await;
    client.text().await;
    server.stop().await;
    for expected in ["finished", "open", "close None None"] {
        assert_eq!(next(&mut news).await, expected);
    }
}

#[tokio::test]
async fn anything_is_a_sign_of_life_and_silence_ends_it() {
    let settings = Settings::new()
        .websocket_ping_interval(Duration::from_millis(20))
        .websocket_ping_timeout(Duration::from_millis(200))
        .websocket_close_timeout(Duration::from_millis(50));
    let (server, mut news) = obedient(settings).await;
    let mut client = Client::connect(&server, "/ws/a/b").await;
    client.text().await;
    // It answers no ping, and sends messages.
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut message = client_frame("x");
        client.stream.write_all(&mut message).await.unwrap();
    }
    // Now it is silent.
    let mut bytes = Vec::new();
    client.stream.read_to_end(&mut bytes).await.unwrap();
    assert!(bytes.windows(2).filter(|ping| ping == b"\x89\0").count() > 10);
    assert_eq!(
        bytes.windows(3).filter(|echo| echo == b"\x81\x01x").count(),
        10
    );
    assert!(bytes.ends_with(b"\x88\x10\x03\xE8ping timed out"));
    for expected in ["finished", "open", "close None None"] {
        assert_eq!(next(&mut news).await, expected);
    }
}

fn client_frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81, 0x80 | u8::try_from(text.len()).unwrap(), 0, 0, 0, 0];
    frame.extend(text.bytes());
    frame
}
