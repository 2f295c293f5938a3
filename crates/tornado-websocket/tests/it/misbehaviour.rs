//! Clients that misbehave take little memory, and slow nobody down.

use std::pin::pin;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use test_support::Proxy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tornado_testing::TestClient;
use tornado_web::websocket::{
    Event, Message, WebSocket, WebSocketHandler, WebSocketMixin, WebSocketSettings,
};
use tornado_web::{Application, Handler, RequestHandler, Result, Settings, route};

use crate::client::Client;

#[derive(Handler)]
#[handler(websocket)]
struct Echo {
    base: WebSocketHandler,
    #[state]
    closed: Arc<AtomicUsize>,
}

impl RequestHandler for Echo {}

impl WebSocket for Echo {
    async fn on_message(&mut self, message: Message) -> Result {
        Ok(self.write_message(message).await?)
    }

    async fn on_close(&mut self) -> Result {
        self.closed.fetch_add(1, Relaxed);
        Ok(())
    }
}

async fn server(settings: Settings) -> (TestClient, Arc<AtomicUsize>) {
    let closed = Arc::<AtomicUsize>::default();
    let settings = settings.state(Arc::clone(&closed));
    let app = Application::new([route::<Echo>("/")], settings).unwrap();
    (TestClient::new(app).serve().await, closed)
}

/// How much more memory one of them may take, including the client, which is in
/// the same process. The queue of a connection has 1 MiB.
const MUCH: usize = 8 << 20;

/// How long an echo may take while one of them misbehaves, on a busy machine.
const LONG: Duration = Duration::from_secs(5);

/// The memory of this process, in bytes.
fn memory() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

/// Asks for an echo, and waits for it; pings may come before.
async fn echo(client: &mut Client) {
    client.send("still there").await;
    loop {
        match client.next().await {
            Some(Event::Ping(_)) => {}
            event => {
                let expected = Event::Message("still there".into());
                return assert_eq!(event, Some(expected));
            }
        }
    }
}

/// Watches the memory and a bystander while something happens.
async fn watch<T>(server: &TestClient, misbehaving: impl Future<Output = T>) -> T {
    let mut bystander = Client::connect(server, "/").await;
    echo(&mut bystander).await;
    let before = memory();
    let mut misbehaving = pin!(misbehaving);
    loop {
        let began = Instant::now();
        let beside = async {
            echo(&mut bystander).await;
            assert!(began.elapsed() < LONG, "{:?}", began.elapsed());
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        let ended = tokio::select! {
            ended = &mut misbehaving => Some(ended),
            () = beside => None,
        };
        let grown = memory().saturating_sub(before);
        assert!(grown < MUCH, "{grown} bytes");
        if let Some(ended) = ended {
            return ended;
        }
    }
}

/// A frame with a mask of zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = 0x80 | u8::try_from(payload.len()).unwrap();
    [&[first, length, 0, 0, 0, 0], payload].concat()
}

#[test]
fn one_who_misbehaves_takes_little_memory_and_slows_nobody() {
    // In a separate process, whose memory is used for nothing else.
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "misbehaviour::in_a_process_of_its_own",
            "--ignored",
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the test above runs it"]
async fn in_a_process_of_its_own() {
    let (server, closed) = server(Settings::new()).await;

    // A flood of pings, whose pongs it does not read.
    let mut client = Client::connect(&server, "/").await;
    let pings = frame(0x89, &[b'x'; 100]).repeat(1000);
    watch(&server, async {
        for _ in 0..200 {
            client.stream.write_all(&pings).await.unwrap();
        }
    })
    .await;
    drop(client);

    // Four million fragments of a message of the maximum length, and one more.
    let mut client = Client::connect(&server, "/").await;
    let fragments = frame(0x00, b"").repeat(10_000);
    watch(&server, async {
        client.stream.write_all(&frame(0x02, b"")).await.unwrap();
        for _ in 0..400 {
            client.stream.write_all(&fragments).await.unwrap();
        }
        client.stream.write_all(&frame(0x80, b"end")).await.unwrap();
        let event = client.next().await;
        assert_eq!(event, Some(Event::Message(Message::from(b"end".to_vec()))));
    })
    .await;
    drop(client);

    // A client that requests echoes, and reads none of them.
    let mut client = Client::connect(&server, "/").await;
    let mut message = vec![0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    message.resize(message.len() + (1 << 16), 0);
    watch(&server, async {
        let flood = async {
            for _ in 0..1000 {
                client.stream.write_all(&message).await.unwrap();
            }
        };
        let sent = tokio::time::timeout(Duration::from_secs(1), flood).await;
        assert!(sent.is_err(), "64 MiB went nowhere");
    })
    .await;
    drop(client);

    // Three misbehaved, and three were next to them.
    while closed.load(Relaxed) < 6 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_drops_all_is_noticed_and_slows_nobody() {
    const MANY: usize = 30;
    let settings = Settings::new()
        .websocket_ping_interval(Duration::from_millis(100))
        .websocket_ping_timeout(Duration::from_millis(300))
        .websocket_close_timeout(Duration::from_millis(100));
    let (server, closed) = server(settings).await;
    let proxy = Proxy::start(([127, 0, 0, 1], server.port()).into());
    let mut clients = Vec::new();
    for _ in 0..MANY {
        let mut client = Client::connect_to(proxy.address().port(), "/").await;
        echo(&mut client).await;
        clients.push(client);
    }
    proxy.stall(true);
    let began = Instant::now();
    let mut bystander = Client::connect(&server, "/").await;
    while closed.load(Relaxed) < MANY {
        assert!(
            began.elapsed() < 4 * LONG,
            "{} are gone",
            closed.load(Relaxed)
        );
        echo(&mut bystander).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // The network comes back, and nobody is counted twice.
    proxy.stall(false);
    for mut client in clients {
        client.stream.read_to_end(&mut Vec::new()).await.ok(); // it may be reset
    }
    bystander.close(1000, "").await;
    while bystander.next().await.is_some() {}
    server.stop().await;
    assert_eq!(closed.load(Relaxed), MANY + 1);
}
