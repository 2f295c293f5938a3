//! WebSockets over HTTP/2: the hooks see the same as over HTTP/1. The client is
//! `http2.py`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tornado_testing::{ExpectLog, TestClient};
use tornado_web::websocket::{
    CompressionOptions, Message, WebSocket, WebSocketHandler, WebSocketMixin,
};
use tornado_web::{Exchange, Handler, Output, RequestHandler, Result, Settings, route, url};

use crate::handler::{Obedient, next, obedient_routes};

#[derive(Handler)]
#[handler(websocket)]
struct Echo(WebSocketHandler);

impl RequestHandler for Echo {}

impl WebSocket for Echo {
    async fn on_message(&mut self, message: Message) -> Result {
        Ok(self.write_message(message).await?)
    }

    fn get_compression_options(&self) -> Option<CompressionOptions> {
        Some(CompressionOptions::new())
    }
}

/// Writes until nobody takes it.
#[derive(Handler)]
#[handler(websocket)]
struct Flood(WebSocketHandler);

impl RequestHandler for Flood {}

impl WebSocket for Flood {
    async fn open(&mut self) -> Result {
        loop {
            self.write_message("x".repeat(10_000)).await?;
        }
    }
}

#[derive(Handler)]
struct Page(Exchange);

impl RequestHandler for Page {
    async fn get(&mut self) -> Result {
        self.write("no WebSocket");
        Ok(())
    }
}

struct Server {
    client: TestClient,
    news: tokio::sync::mpsc::UnboundedReceiver<String>,
}

async fn server(settings: Settings) -> Server {
    let routes = [
        url("/echo", Echo),
        url("/flood", Flood),
        url("/page", Page),
        route::<Obedient>("/ws/(.*)/(.*)"),
    ];
    let (client, news) = obedient_routes(routes, settings).await;
    Server { client, news }
}

fn settings() -> Settings {
    Settings::new().http2_extended_connect(true)
}

impl Server {
    /// Runs a scenario of the client.
    fn run(&self, scenario: &str) -> impl Future<Output = ()> + use<> {
        let python = std::env::var("TORNADO_WEB_PYTHON")
            .expect("TORNADO_WEB_PYTHON: export TORNADO_WEB_PYTHON=$(cargo xtask python)");
        let mut command = Command::new(python);
        command
            .arg("-B")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/http2.py"))
            .args([&self.client.port().to_string(), scenario]);
        let ran = tokio::task::spawn_blocking(move || command.output().unwrap());
        async {
            let ran = ran.await.unwrap();
            let said = String::from_utf8_lossy(&ran.stderr);
            assert!(ran.status.success(), "{said}");
        }
    }

    async fn closed(&mut self) -> String {
        loop {
            let news = next(&mut self.news).await;
            if news.starts_with("close") {
                return news;
            }
        }
    }
}

#[tokio::test]
async fn nobody_opens_one_unless_a_setting_says_so() {
    server(Settings::new()).await.run("off").await;
}

#[tokio::test]
async fn the_handshake_is_that_of_http_1_without_a_key() {
    server(settings()).await.run("handshake").await;
}

#[tokio::test]
async fn the_hooks_are_those_of_http_1() {
    let mut server = server(settings()).await;
    server.run("hooks").await;
    for expected in [
        "finished",
        "open",
        "ping b\"a\"",
        "pong b\"data\"",
        "close Some(3000) Some(\"bye\")",
    ] {
        assert_eq!(next(&mut server.news).await, expected);
    }
}

#[tokio::test]
async fn every_end_of_a_stream_is_one_of_its_socket() {
    let mut server = server(settings()).await;
    let _expected = ExpectLog::new("tornado.application", "Uncaught exception GET /ws/a/b");
    server.run("ends").await;
    let mut closed = Vec::new();
    for _ in 0..6 {
        closed.push(server.closed().await);
    }
    closed.sort();
    assert_eq!(
        closed,
        [
            "close None None",
            "close None None",
            "close None None",
            "close Some(1002) Some(\"unmasked frame\")",
            "close Some(1011) None",
            "close Some(3001) Some(\"as told\")",
        ]
    );
    server.client.stop().await;
    assert!(server.news.try_recv().is_err());
}

#[tokio::test]
async fn messages_are_compressed() {
    server(settings()).await.run("deflate").await;
}

#[tokio::test]
async fn many_share_a_connection_and_its_window() {
    server(settings()).await.run("many").await;
}

#[tokio::test]
async fn one_who_takes_nothing_holds_up_no_other_stream() {
    server(settings()).await.run("sleeper").await;
}

#[tokio::test]
async fn a_stream_whose_client_takes_nothing_is_cut() {
    let settings = settings().write_timeout(Duration::from_millis(300));
    server(settings).await.run("cut").await;
}

#[tokio::test]
async fn a_connection_with_a_socket_is_not_idle() {
    let settings = settings().idle_connection_timeout(Duration::from_secs(1));
    server(settings).await.run("idle").await;
}

#[tokio::test]
async fn a_stop_says_1001_on_each_stream() {
    let mut server = server(settings()).await;
    let ran = server.run("stop");
    while next(&mut server.news).await != "open" {}
    server.client.stop().await;
    assert_eq!(server.closed().await, "close Some(1001) None");
    ran.await;
}
