//! Rooms shared by nodes, over real servers.

use std::time::Duration;

use test_support::{PostgresServer, Proxy, RedisServer};
use tornado_testing::{ExpectLog, TestClient};
use tornado_web::websocket::{
    CompressionOptions, Message, Rooms, RoomsErrorKind, WebSocket, WebSocketHandler, WebSocketMixin,
};
use tornado_web::{Application, Handler, PathArgs, RequestHandler, Result, Settings, route};

use crate::client::Client;

/// Sends what it gets to everyone in the room of its path.
#[derive(Handler)]
#[handler(websocket)]
struct Talk {
    base: WebSocketHandler,
    #[state]
    rooms: Rooms,
}

impl RequestHandler for Talk {}

impl WebSocket for Talk {
    async fn open(&mut self) -> Result {
        let room: String = self.path_args_as()?;
        self.rooms.join(&room, &self.sender());
        Ok(self.write_message("in").await?)
    }

    async fn on_message(&mut self, message: Message) -> Result {
        let room: String = self.path_args_as()?;
        self.rooms.broadcast(&room, message);
        Ok(())
    }

    async fn on_close(&mut self) -> Result {
        let room: String = self.path_args_as()?;
        self.rooms.broadcast(&room, "out");
        Ok(())
    }

    fn get_compression_options(&self) -> Option<CompressionOptions> {
        Some(CompressionOptions::new().no_context_takeover(true))
    }
}

async fn node(rooms: Rooms) -> TestClient {
    let app = Application::new([route::<Talk>("/(.*)")], Settings::new().state(rooms));
    TestClient::new(app.unwrap()).serve().await
}

async fn enter(node: &TestClient, room: &str) -> Client {
    let mut client = Client::connect(node, &format!("/{room}")).await;
    assert_eq!(client.text().await, "in");
    client
}

/// Says a word until it is heard, and receives everything that results.
async fn until_heard(from: &mut Client, to: &mut Client, word: &str) {
    for number in 0.. {
        from.send(format!("{word} {number}")).await;
        let hears = async { while !to.text().await.starts_with(word) {} };
        let heard = tokio::time::timeout(Duration::from_millis(50), hears).await;
        if heard.is_ok() {
            break;
        }
        assert!(number < 200, "it is never heard");
    }
    // What was said before may arrive late.
    let last = format!("{word}, at last");
    from.send(&*last).await;
    while to.text().await != last {}
}

/// What two nodes hear of each other, over one server.
pub(crate) async fn two_nodes(url: &str) {
    let first = Rooms::connect(url, "test").await.unwrap();
    let second = Rooms::connect(url, "test").await.unwrap();
    let stranger = Rooms::connect(url, "another \"test\"").await.unwrap();
    let (one, two) = (node(first.clone()).await, node(second).await);
    let other = node(stranger).await;
    let mut kim = enter(&one, "a").await;
    let mut lee = enter(&two, "a").await;
    let mut ada = enter(&two, "b").await;
    let mut eve = enter(&other, "a").await;

    let long = "äöü 😀 ".repeat(20_000);
    let messages: [Message; 7] = [
        "hello".into(),
        "hello".into(),
        "".into(),
        "\0 \" \\ \u{7f} é".into(),
        vec![0, 159, 255].into(),
        long.into(),
        vec![7; 100_000].into(),
    ];
    for message in &messages {
        kim.send(message.clone()).await;
    }
    for message in &messages {
        for person in [&mut kim, &mut lee] {
            match person.next().await {
                Some(tornado_web::websocket::Event::Message(heard)) => {
                    assert!(heard == *message, "{} bytes", message.as_bytes().len());
                }
                other => panic!("{other:?}"),
            }
        }
    }
    // Many at once stay in order.
    for number in 0..500 {
        assert_eq!(first.broadcast("a", format!("{number}")), 1);
    }
    for number in 0..500 {
        assert_eq!(lee.text().await, number.to_string());
        assert_eq!(kim.text().await, number.to_string());
    }
    // Nobody else has heard anything.
    for person in [&mut ada, &mut eve] {
        person.send("alone").await;
        assert_eq!(person.text().await, "alone");
    }
    lee.send("and back").await;
    assert_eq!(kim.text().await, "and back");
}

/// A network that breaks, and comes back.
async fn an_outage(url: &str, proxy: &Proxy, other_url: &str) {
    let first = Rooms::connect(url, "test").await.unwrap();
    let second = Rooms::connect(other_url, "test").await.unwrap();
    let (one, two) = (node(first).await, node(second).await);
    let mut kim = enter(&one, "a").await;
    let mut lee = enter(&two, "a").await;
    until_heard(&mut kim, &mut lee, "hello").await;
    until_heard(&mut lee, &mut kim, "hello back").await;

    let lost = ExpectLog::new("tornado.general", "rooms: the connection to .* is lost");
    proxy.cut();
    // Both ways, after a while.
    until_heard(&mut kim, &mut lee, "from kim").await;
    until_heard(&mut lee, &mut kim, "from lee").await;
    drop(lost);
}

#[tokio::test]
async fn nodes_share_rooms_by_redis() {
    let server = RedisServer::start();
    two_nodes(&server.url()).await;
}

#[tokio::test]
async fn nodes_share_rooms_by_postgres() {
    let server = PostgresServer::shared();
    two_nodes(&server.new_database()).await;
}

#[tokio::test]
async fn a_connection_to_redis_comes_back() {
    let server = RedisServer::start();
    let proxy = Proxy::start(server.address());
    let url = format!("redis://{}", proxy.address());
    an_outage(&url, &proxy, &server.url()).await;
}

#[tokio::test]
async fn a_connection_to_postgres_comes_back() {
    let server = PostgresServer::shared();
    let proxy = Proxy::start(server.address());
    let database = server.new_database();
    let url = database.replace(&server.address().to_string(), &proxy.address().to_string());
    an_outage(&url, &proxy, &database).await;
}

#[tokio::test]
async fn a_stop_waits_until_the_last_words_are_on_their_way() {
    let server = RedisServer::start();
    let first = Rooms::connect(&server.url(), "test").await.unwrap();
    let second = Rooms::connect(&server.url(), "test").await.unwrap();
    let (one, two) = (node(first.clone()).await, node(second).await);
    let mut kim = enter(&one, "a").await;
    let mut lee = enter(&two, "a").await;
    until_heard(&mut kim, &mut lee, "hello").await;
    server.pause();
    let stopped = tokio::spawn(async move { one.stop().await });
    while kim.next().await.is_some() {}
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!stopped.is_finished());
    server.resume();
    stopped.await.unwrap();
    // It has nothing left to say.
    first.flush().await;
    assert_eq!(lee.text().await, "out");
}

#[tokio::test]
async fn other_programs_write_to_rooms() {
    let server = RedisServer::start();
    let rooms = Rooms::connect(&server.url(), "test").await.unwrap();
    let one = node(rooms).await;
    let mut kim = enter(&one, "a").await;
    let published = server.command(&["PUBLISH", "test", r#"{"room": "a", "text": "by hand"}"#]);
    assert!(published.contains('1'), "{published}");
    assert_eq!(kim.text().await, "by hand");
    let odd = ExpectLog::new(
        "tornado.general",
        "rooms: something has come that is no message",
    );
    server.command(&["PUBLISH", "test", "what is this"]);
    server.command(&["PUBLISH", "test", r#"{"room": "a", "text": "still there"}"#]);
    assert_eq!(kim.text().await, "still there");
    drop(odd);

    let server = PostgresServer::shared();
    let url = server.new_database();
    let rooms = Rooms::connect(&url, "test").await.unwrap();
    let one = node(rooms).await;
    let mut kim = enter(&one, "a").await;
    let database = url.rsplit_once('/').unwrap().1;
    let sql = "SELECT pg_notify('test', json_build_object('room', 'a', 'text', 'from SQL')::text)";
    server.psql(database, sql);
    assert_eq!(kim.text().await, "from SQL");
}

#[tokio::test]
async fn what_is_wrong_with_a_url_is_told_without_its_password() {
    for (url, channel, kind) in [
        ("mysql://kim:s3cret@localhost", "test", RoomsErrorKind::Url),
        ("redis://kim:s3cret@local host", "test", RoomsErrorKind::Url),
        (
            "postgres://kim:s3cret@localhost/a?b=c",
            "test",
            RoomsErrorKind::Url,
        ),
        ("redis://kim:s3cret@localhost", "", RoomsErrorKind::Url),
        (
            "redis://kim:s3cret@127.0.0.1:1",
            "test",
            RoomsErrorKind::Connect,
        ),
        (
            "postgres://kim:s3cret@127.0.0.1:1/a",
            "test",
            RoomsErrorKind::Connect,
        ),
    ] {
        let error = Rooms::connect(url, channel).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
        assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
    }
}
