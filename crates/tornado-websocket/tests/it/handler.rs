//! WebSockets through handlers: the handshake, the hooks, and how it all ends.

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
    Rule, SessionMixin, Settings, User, raise, route, url,
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

pub(crate) async fn next(news: &mut mpsc::UnboundedReceiver<String>) -> String {
    let next = tokio::time::timeout(Duration::from_secs(20), news.recv());
    next.await.expect("there is news in time").unwrap()
}

/// Knows nothing about WebSockets.
#[derive(Handler)]
pub(crate) struct BaseHandler {
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
    fn greeting(&self) -> String {
        format!("hello to {}", self.request().path())
    }
}

/// Tells everything, and does what it is told.
#[derive(Handler)]
#[handler(websocket)]
pub(crate) struct Obedient(WebSocketHandler<BaseHandler>);

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
    obedient_routes([route::<Obedient>("/ws/(.*)/(.*)")], settings).await
}

/// The same routes, next to others.
pub(crate) async fn obedient_routes(
    routes: impl IntoIterator<Item = Rule>,
    settings: Settings,
) -> (TestClient, mpsc::UnboundedReceiver<String>) {
    let (news, receiver) = News::new();
    let app = Application::new(routes, settings.state(news));
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
    assert_eq!(
        client.text().await,
        r#"hello to /ws/a/b%20c kim [Some("a"), Some("b c")]"#
    );
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
    // Who ends it, and what `on_close` knows about that.
    for (order, sent, told) in [
        ("close", close(3001, "as told"), "close Some(3001) None"),
        ("plain close", None, "close None None"),
        // Writing to a closed connection is not a mistake.
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
    // It answers no ping, but sends messages.
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        client.stream.write_all(&client_frame("x")).await.unwrap();
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

/// Gives its sender to the test, and has its own policy.
#[derive(Handler)]
#[handler(websocket)]
struct Kept {
    base: WebSocketHandler,
    #[state]
    senders: Senders,
}

#[derive(Clone)]
struct Senders(mpsc::UnboundedSender<WebSocketSender>);

impl RequestHandler for Kept {}

impl WebSocket for Kept {
    async fn open(&mut self) -> Result {
        self.senders.0.send(self.sender()).ok();
        Ok(())
    }

    async fn on_message(&mut self, message: Message) -> Result {
        Ok(self.write_message(message).await?)
    }
}

/// A server with this limit, a client of it that reads nothing, and the sender to it.
async fn kept(settings: Settings) -> (TestClient, Client, WebSocketSender) {
    let (senders, mut receiver) = mpsc::unbounded_channel();
    let app = Application::new([route::<Kept>("/")], settings.state(Senders(senders)));
    let server = serve(app.unwrap()).await;
    let client = Client::connect(&server, "/").await;
    let sender = receiver.recv().await.unwrap();
    (server, client, sender)
}

/// So long that the buffers of a socket hold only a few.
fn long(i: usize) -> String {
    format!("{i:>9}{}", "x".repeat(1 << 20))
}

/// Writes until there is no room.
async fn fill(sender: &WebSocketSender) -> usize {
    let mut count = 0;
    loop {
        // Queued messages may still be sent, which makes room again.
        match sender.try_write_message(long(count)) {
            Ok(()) => count += 1,
            Err(error) => {
                assert_eq!(error, TryWriteError::Full);
                tokio::time::sleep(Duration::from_millis(100)).await;
                if sender.try_write_message(long(count)).is_err() {
                    return count;
                }
                count += 1;
            }
        }
    }
}

fn slow(policy: SlowReaders) -> Settings {
    Settings::new()
        .websocket_max_queued_messages(4)
        .websocket_max_queue_size(100 << 20)
        .websocket_slow_readers(policy)
}

#[tokio::test]
async fn who_writes_waits_for_one_who_reads_slowly() {
    let (_server, mut client, sender) = kept(slow(SlowReaders::Wait)).await;
    let count = fill(&sender).await;
    assert_eq!(sender.queued().messages, 4);
    assert_eq!(sender.queued().bytes, 4 * long(0).len());
    let late = tokio::spawn({
        let sender = sender.clone();
        async move { sender.write_message(long(count)).await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!late.is_finished());
    for i in 0..=count {
        assert_eq!(client.text().await, long(i));
    }
    late.await.unwrap().unwrap();
    assert_eq!(sender.queued().messages, 0);
    client.close(1000, "").await;
    client.closed().await;
    assert!(sender.is_closed());
    assert_eq!(sender.try_write_message("x"), Err(TryWriteError::Closed));
    assert!(sender.write_message("x").await.is_err());
}

#[tokio::test]
async fn the_newest_or_the_oldest_is_dropped_where_that_is_the_policy() {
    for policy in [SlowReaders::DropNewest, SlowReaders::DropOldest] {
        let expected = ExpectLog::new(
            "tornado.general",
            "GET / .* reads too slowly: messages are dropped",
        );
        let (_server, mut client, sender) = kept(slow(policy)).await;
        let count = fill(&sender).await;
        for i in 0..6 {
            sender.write_message(format!("late {i}")).await.unwrap();
        }
        let (kept, late) = match policy {
            SlowReaders::DropNewest => (count, 0),
            _ => (count - 4, 4),
        };
        for i in 0..kept {
            assert_eq!(client.text().await, long(i), "{policy:?}");
        }
        for i in 6 - late..6 {
            assert_eq!(client.text().await, format!("late {i}"));
        }
        sender.write_message("the end").await.unwrap();
        assert_eq!(client.text().await, "the end", "{policy:?}");
        assert_eq!(expected.matched(), 1, "it is said once");
    }
}

#[tokio::test]
async fn one_who_reads_too_slowly_is_closed_where_that_is_the_policy() {
    let expected = ExpectLog::new(
        "tornado.general",
        "GET / .* reads too slowly: the connection is closed",
    );
    let (_server, mut client, sender) = kept(slow(SlowReaders::Close)).await;
    let count = fill(&sender).await;
    sender.write_message("one too many").await.unwrap();
    assert!(sender.is_closed());
    assert_eq!(sender.queued().messages, 0);
    for i in 0..count - 4 {
        assert_eq!(client.text().await, long(i));
    }
    assert_eq!(client.closed().await, close(1013, "too slow"));
    assert_eq!(expected.matched(), 1);
}

#[tokio::test]
async fn one_who_takes_nothing_is_cut_though_a_hook_waits_for_him() {
    let settings = slow(SlowReaders::Wait).write_timeout(Duration::from_millis(300));
    let (server, mut news) = obedient(settings).await;
    let mut client = Client::connect(&server, "/ws/a/b").await;
    client.text().await;
    // It requests echoes, and reads none.
    let flood = async {
        let mut message = vec![0x82, 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0];
        message.resize(message.len() + (1 << 20), 0);
        for _ in 0..100 {
            if client.stream.write_all(&message).await.is_err() {
                return std::future::pending().await;
            }
        }
    };
    let last = async {
        let mut last = String::new();
        while !last.starts_with("close") {
            last = next(&mut news).await;
        }
        last
    };
    tokio::select! {
        () = flood => panic!("it is held up"),
        last = last => assert_eq!(last, "close None None"),
    }
}

/// All are in one room.
#[derive(Handler)]
#[handler(websocket)]
struct Chat {
    base: WebSocketHandler,
    #[state]
    rooms: Rooms,
    #[state]
    compression: Option<CompressionOptions>,
}

impl RequestHandler for Chat {}

impl WebSocket for Chat {
    async fn open(&mut self) -> Result {
        self.rooms.join("lobby", &self.sender());
        let count = self.rooms.count("lobby");
        Ok(self.write_message(count.to_string()).await?)
    }

    async fn on_message(&mut self, message: Message) -> Result {
        if message.as_text() == Some("leave") {
            self.rooms.leave("lobby", &self.sender());
        }
        self.rooms.broadcast("lobby", message);
        Ok(())
    }

    fn get_compression_options(&self) -> Option<CompressionOptions> {
        self.compression.clone()
    }
}

#[tokio::test]
async fn a_room_sends_to_all_who_are_in_it() {
    let alone = CompressionOptions::new()
        .no_context_takeover(true)
        .threshold(0);
    for compression in [None, Some(CompressionOptions::new()), Some(alone)] {
        let rooms = Rooms::new();
        let settings = Settings::new()
            .state(rooms.clone())
            .state(compression.clone());
        let server = serve(Application::new([route::<Chat>("/")], settings).unwrap()).await;
        let mut clients = Vec::new();
        for i in 0..5 {
            // Some can compress, and some can't.
            let mut client = match &compression {
                Some(options) if i % 2 == 0 => {
                    Client::connect_deflate(&server, "/", options.clone()).await
                }
                _ => Client::connect(&server, "/").await,
            };
            assert_eq!(client.text().await, (i + 1).to_string());
            clients.push(client);
        }
        for text in ["hello", "hello", ""] {
            clients[2].send(text).await;
            for client in &mut clients {
                assert_eq!(client.text().await, text);
            }
        }
        assert_eq!(rooms.broadcast("elsewhere", "x"), 0);
        clients[0].send("leave").await;
        for client in &mut clients[1..] {
            assert_eq!(client.text().await, "leave");
        }
        for mut client in clients {
            client.close(1000, "").await;
            assert_eq!(client.closed().await, close(1000, ""));
        }
        assert_eq!(rooms.broadcast("lobby", "nobody hears it"), 0);
        assert_eq!(format!("{rooms:?}"), "{}");
    }
}

#[tokio::test]
async fn a_sleeping_reader_holds_up_nobody_in_a_room() {
    let rooms = Rooms::new();
    let settings = slow(SlowReaders::Wait)
        .state(rooms.clone())
        .state(None::<CompressionOptions>);
    let server = serve(Application::new([route::<Chat>("/")], settings).unwrap()).await;
    let expected = ExpectLog::new(
        "tornado.general",
        "GET / .* reads too slowly: the connection is closed",
    );
    let mut sleeper = Client::connect(&server, "/").await;
    let mut reader = Client::connect(&server, "/").await;
    sleeper.text().await;
    reader.text().await;
    let mut sent = 0;
    while rooms.count("lobby") == 2 {
        rooms.broadcast("lobby", long(sent));
        assert_eq!(reader.text().await, long(sent));
        sent += 1;
    }
    rooms.broadcast("lobby", "on we go");
    assert_eq!(reader.text().await, "on we go");
    assert_eq!(expected.matched(), 1);
    // It wakes up late.
    while let Some(Event::Message(message)) = sleeper.next().await {
        assert!(message.as_bytes().len() > 1 << 20);
    }
}

/// Its own `get`, which ends with that of the WebSocket, and an `open` that fails.
#[derive(Handler)]
#[handler(websocket)]
struct Guarded(WebSocketHandler);

impl RequestHandler for Guarded {
    async fn get(&mut self) -> Result {
        if self.get_header("X-Password").as_deref() != Some("sesame") {
            raise!(401);
        }
        serve_websocket(self).await
    }
}

impl WebSocket for Guarded {
    fn select_subprotocol(&mut self, subprotocols: &[&str]) -> Option<String> {
        subprotocols.last().map(|name| (*name).to_owned())
    }

    async fn open(&mut self) -> Result {
        self.write_message(format!("{:?}", self.selected_subprotocol()))
            .await?;
        Err(tornado_web::Error::msg("no further"))
    }
}

#[tokio::test]
async fn a_get_of_its_own_ends_with_that_of_the_socket() {
    let server = serve(Application::new([url("/", Guarded)], Settings::new()).unwrap()).await;
    assert_eq!(handshake(&server, "/", &[]).await.status, 401);
    let _expected = ExpectLog::new("tornado.application", "Uncaught exception GET /");
    let headers = [
        ("X-Password", "sesame"),
        ("Sec-WebSocket-Protocol", "a,  b"),
    ];
    let answer = handshake(&server, "/", &headers).await;
    assert_eq!(answer.headers["sec-websocket-protocol"], "b");
    let mut client = answer.into_client(None);
    assert_eq!(client.text().await, r#"Some("b")"#);
    assert_eq!(client.closed().await, close(1011, ""));
}

/// Selects something that nobody has offered.
#[derive(Handler)]
#[handler(websocket)]
struct Obstinate(WebSocketHandler);

impl RequestHandler for Obstinate {}

impl WebSocket for Obstinate {
    fn select_subprotocol(&mut self, _subprotocols: &[&str]) -> Option<String> {
        Some("mine".to_owned())
    }
}

#[tokio::test]
async fn a_subprotocol_that_was_not_offered_is_an_error() {
    let server = serve(Application::new([url("/", Obstinate)], Settings::new()).unwrap()).await;
    let _expected = ExpectLog::new("tornado.application", "Uncaught exception GET /");
    assert_eq!(handshake(&server, "/", &[]).await.status, 500);
}

#[tokio::test]
async fn without_a_socket_there_is_no_websocket() {
    let client = TestClient::new(Application::new([url("/", Guarded)], Settings::new()).unwrap());
    let _expected = ExpectLog::new("tornado.application", "Uncaught exception GET /");
    let response = client
        .get("/")
        .header("X-Password", "sesame")
        .header("Upgrade", "websocket")
        .header("Connection", "Upgrade")
        .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("Sec-WebSocket-Version", "13")
        .await;
    assert_eq!(response.status(), 500);
}

#[test]
fn settings_that_can_t_be_used_end_the_start() {
    let settings = Settings::new()
        .websocket_close_timeout(Duration::from_secs(1))
        .set("websocket_slow_readers", "sometimes");
    let error = Application::new([url("/", Guarded)], settings).unwrap_err();
    assert!(
        error.to_string().contains("websocket_slow_readers"),
        "{error}"
    );
}

#[tokio::test]
async fn messages_that_come_with_the_handshake_are_not_lost() {
    let (server, _news) = obedient(Settings::new()).await;
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .unwrap();
    let mut bytes =
        b"GET /ws/a/b HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            .to_vec();
    for _ in 0..5000 {
        bytes.extend(client_frame("x"));
    }
    bytes.extend(client_frame("plain close"));
    stream.write_all(&bytes).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\x88\0") {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0);
    }
    assert_eq!(
        answer
            .windows(3)
            .filter(|echo| echo == b"\x81\x01x")
            .count(),
        5000
    );
}

#[tokio::test]
async fn http_1_0_has_no_upgrades() {
    let (server, _news) = obedient(Settings::new()).await;
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .unwrap();
    let request =
        b"GET /ws/a/b HTTP/1.0\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.0 400 "), "{answer}");
}

/// Counts in the session of the request that began the connection.
#[derive(Handler)]
#[handler(websocket)]
struct Counts(WebSocketHandler);

impl RequestHandler for Counts {
    async fn prepare(&mut self) -> Result {
        let session = self.get_session().await?;
        session.set("count", 1)?;
        Ok(())
    }
}

impl WebSocket for Counts {
    async fn on_message(&mut self, _message: Message) -> Result {
        let session = self.get_session().await?;
        let count = session.get_or("count", 0)? + 1;
        session.set("count", count)?;
        session.save().await?;
        Ok(self.write_message(count.to_string()).await?)
    }
}

#[tokio::test]
async fn a_session_that_begins_with_the_handshake_goes_on() {
    let settings = Settings::new().cookie_secret("32 random bytes, or more of text");
    let server = serve(Application::new([url("/", Counts)], settings).unwrap()).await;
    let answer = handshake(&server, "/", &[]).await;
    assert!(answer.headers["set-cookie"].starts_with("session="));
    let mut client = answer.into_client(None);
    for expected in ["2", "3"] {
        client.send("one more").await;
        assert_eq!(client.text().await, expected);
    }
}

#[tokio::test]
async fn a_socket_is_served_by_axum_too() {
    let (news, mut receiver) = News::new();
    let app = Application::new(
        [route::<Obedient>("/ws/(.*)/(.*)")],
        Settings::new().state(news),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = axum::Router::from(app.unwrap());
    let server = tokio::spawn(async { axum::serve(listener, router).await });
    let mut client = Client::connect_to(port, "/ws/a/b").await;
    client.text().await;
    client.send("close").await;
    assert_eq!(client.closed().await, close(3001, "as told"));
    for expected in ["finished", "open", "close Some(3001) None"] {
        assert_eq!(next(&mut receiver).await, expected);
    }
    server.abort();
}

#[tokio::test]
async fn an_open_socket_counts_for_the_address_that_a_proxy_gives() {
    let settings = Settings::new()
        .xheaders(true)
        .max_connections_per_address(1);
    let (server, _news) = obedient(settings).await;
    let ask = async |ip| handshake(&server, "/ws/a/b", &[("X-Real-Ip", ip)]).await;
    let mut client = ask("10.0.0.1").await.into_client(None);
    client.text().await;
    assert_eq!(ask("10.0.0.1").await.status, 429);
    assert_eq!(ask("10.0.0.2").await.status, 101);
    client.close(1000, "").await;
    client.closed().await;
    // The place is free once the last hook has run.
    while ask("10.0.0.1").await.status != 101 {
        tokio::task::yield_now().await;
    }
}
