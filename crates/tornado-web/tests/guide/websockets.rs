//! `docs/guide/websockets.md`.

use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use tornado_web::prelude::*;
use tornado_web::testing::TestClient;
use tornado_web::websocket::{CompressionOptions, Message, SlowReaders, websocket_connect};

#[derive(Handler)]
struct BaseHandler(Exchange);

impl RequestHandler for BaseHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self
            .get_signed_cookie("user")?
            .map(|name| User::from(String::from_utf8_lossy(&name).into_owned())))
    }
}

// ANCHOR: base
#[derive(Handler)]
#[handler(websocket)]
struct Echo(WebSocketHandler<BaseHandler>); // class Echo(BaseHandler, WebSocketHandler):

impl RequestHandler for Echo {
    async fn prepare(&mut self) -> Result {
        if self.current_user().await?.is_none() {
            raise!(403); // before `open`, there is still a response
        }
        Ok(())
    }
}

impl WebSocket for Echo {
    async fn on_message(&mut self, message: Message) -> Result {
        self.write_message(message).await?;
        Ok(())
    }

    async fn on_pong(&mut self, data: Bytes) -> Result {
        tracing::info!("the client is still there: {data:?}");
        Ok(())
    }

    async fn on_close(&mut self) -> Result {
        tracing::info!(
            "closed with {:?}: {:?}",
            self.close_code(),
            self.close_reason()
        );
        Ok(())
    }
}
// ANCHOR_END: base

// ANCHOR: sender
#[derive(Handler)]
#[handler(websocket)]
struct Ticker(WebSocketHandler);

impl RequestHandler for Ticker {}

impl WebSocket for Ticker {
    async fn open(&mut self) -> Result {
        let sender = self.sender();
        tokio::spawn(async move {
            for tick in 1.. {
                if sender.write_message(format!("tick {tick}")).await.is_err() {
                    break; // the client has left
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        Ok(())
    }

    fn select_subprotocol(&mut self, subprotocols: &[&str]) -> Option<String> {
        subprotocols
            .contains(&"ticks.v1")
            .then(|| "ticks.v1".to_owned())
    }

    fn check_origin(&self, origin: &str) -> bool {
        origin.ends_with(".example.com")
    }
}
// ANCHOR_END: sender

async fn listen(url: &str) -> Result<usize, Box<dyn std::error::Error>> {
    // ANCHOR: client
    let mut socket = websocket_connect(url)
        .header("Authorization", "Bearer 1234")
        .compression_options(CompressionOptions::new())
        .await?;
    socket.write_message("hello").await?;
    let mut count = 0;
    while let Some(message) = socket.read_message().await {
        tracing::info!("{:?}", message.as_text());
        count += 1;
        if count == 3 {
            socket.close();
        }
    }
    tracing::info!("closed with {:?}", socket.close_code());
    // ANCHOR_END: client
    Ok(count)
}

/// Says everything three times.
#[derive(Handler)]
#[handler(websocket)]
struct Parrot(WebSocketHandler);

impl RequestHandler for Parrot {}

impl WebSocket for Parrot {
    async fn on_message(&mut self, message: Message) -> Result {
        for _ in 0..3 {
            self.write_message(message.clone()).await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn the_client_of_the_chapter() {
    let app = Application::new([url("/parrot", Parrot)], settings()).unwrap();
    let client = TestClient::new(app).serve().await;
    let url = format!("ws://localhost:{}/parrot", client.port());
    assert_eq!(listen(&url).await.unwrap(), 3);
}

#[tokio::test]
async fn the_test_of_the_chapter() {
    let settings = settings().cookie_secret("32 random bytes, or more of text");
    let app = Application::new([url("/echo", Echo)], settings).unwrap();
    // ANCHOR: test
    let client = TestClient::new(app).serve().await;
    let refused = client.websocket("/echo").await.unwrap_err();
    assert_eq!(refused.response().unwrap().status(), 403);

    client.set_signed_cookie("user", "kim");
    let mut socket = client.websocket("/echo").await.unwrap();
    socket.write_message("hello").await.unwrap();
    assert_eq!(socket.read_message().await, Some("hello".into()));
    // ANCHOR_END: test
}

fn settings() -> Settings {
    // ANCHOR: settings
    Settings::new()
        .trusted_origins(["https://www.example.com"])
        .websocket_ping_interval(Duration::from_secs(20))
        .websocket_ping_timeout(Duration::from_secs(60))
        .websocket_max_message_size(64 * 1024)
        .websocket_max_queued_messages(100)
        .websocket_slow_readers(SlowReaders::DropOldest)
    // ANCHOR_END: settings
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clients_of_the_chapter() {
    let settings = settings().cookie_secret("32 random bytes, or more of text");
    let app = Application::new([url("/echo", Echo), url("/ticks", Ticker)], settings).unwrap();
    let client = TestClient::new(app);
    client.set_signed_cookie("user", "kim");
    let cookie = format!("user={}", client.get_cookie("user").unwrap());
    let client = client.serve().await;
    let script = r#"
import sys
from websockets.sync.client import connect
from websockets.exceptions import InvalidStatus

url, cookie = sys.argv[1].replace("http", "ws"), sys.argv[2]
with connect(url + "/echo", additional_headers={"Cookie": cookie}) as socket:
    socket.send("hello")
    assert socket.recv() == "hello"
    assert socket.ping().wait(20)
with connect(url + "/ticks", origin="http://a.example.com", subprotocols=["ticks.v1"]) as socket:
    assert socket.subprotocol == "ticks.v1"
    assert [socket.recv(), socket.recv()] == ["tick 1", "tick 2"]
for path, origin in [("/echo", None), ("/ticks", "http://evil.test")]:
    try:
        connect(url + path, origin=origin)
    except InvalidStatus as error:
        assert error.response.status_code == 403
    else:
        raise AssertionError(path)
"#;
    let python = std::env::var("TORNADO_WEB_PYTHON").expect("`cargo xtask python` makes it");
    let mut command = Command::new(python);
    command.args(["-c", script, client.url("/").trim_end_matches('/'), &cookie]);
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    let output = output.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
