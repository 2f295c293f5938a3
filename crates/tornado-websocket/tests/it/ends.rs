//! However a connection ends, `on_close` runs once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tornado_testing::{ExpectLog, TestClient};
use tornado_web::websocket::{
    Message, WebSocket, WebSocketHandler, WebSocketMixin, WebSocketSettings,
};
use tornado_web::{Application, Error, Handler, PathArgs, RequestHandler, Result, Settings, route};

use crate::client::{Client, handshake};

/// How connections end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The client closes, and waits for the answer.
    Close,
    /// It closes, and does not wait.
    CloseAndLeave,
    /// It leaves without closing.
    Leave,
    /// It leaves in the middle of a frame.
    LeaveInFrame,
    /// It leaves in the middle of the handshake, or directly after it.
    LeaveInHandshake,
    /// It breaks a rule.
    BreakRule,
    /// It answers no ping, and no close frame.
    Silence,
    OpenFails,
    MessageFails,
    MessagePanics,
    /// `on_close` fails, too.
    CloseFails,
    /// The handler closes.
    HandlerCloses,
    /// Somebody else closes, twice.
    SenderCloses,
    /// Both sides close at the same time.
    BothClose,
    /// It is connected when the server stops, and says goodbye.
    Stop,
    /// It is connected when the server stops, and says nothing.
    StopInSilence,
}

use End::{
    BothClose, BreakRule, Close, CloseAndLeave, CloseFails, HandlerCloses, Leave, LeaveInFrame,
    LeaveInHandshake, MessageFails, MessagePanics, OpenFails, SenderCloses, Silence, Stop,
    StopInSilence,
};

const ENDS: [End; 16] = [
    Close,
    CloseAndLeave,
    Leave,
    LeaveInFrame,
    LeaveInHandshake,
    BreakRule,
    Silence,
    OpenFails,
    MessageFails,
    MessagePanics,
    CloseFails,
    HandlerCloses,
    SenderCloses,
    BothClose,
    Stop,
    StopInSilence,
];

/// How often the hooks have run for each connection.
#[derive(Clone)]
struct Counts(Arc<[(AtomicUsize, AtomicUsize)]>);

#[derive(Handler)]
#[handler(websocket)]
struct Counted {
    base: WebSocketHandler,
    #[state]
    counts: Counts,
    #[default]
    number: usize,
}

impl Counted {
    fn end(&self) -> End {
        ENDS[self.number % ENDS.len()]
    }
}

impl RequestHandler for Counted {
    async fn prepare(&mut self) -> Result {
        self.number = self.path_args_as()?;
        Ok(())
    }
}

impl WebSocket for Counted {
    async fn open(&mut self) -> Result {
        self.counts.0[self.number].0.fetch_add(1, Relaxed);
        if self.end() == OpenFails {
            return Err(Error::msg("as told"));
        }
        Ok(self.write_message("open").await?)
    }

    async fn on_message(&mut self, _message: Message) -> Result {
        match self.end() {
            MessageFails => return Err(Error::msg("as told")),
            MessagePanics => panic!("as told"),
            HandlerCloses | BothClose => self.close(),
            SenderCloses => {
                let sender = self.sender();
                tokio::spawn(async move {
                    sender.close();
                    sender.close();
                });
            }
            _ => {}
        }
        Ok(())
    }

    async fn on_close(&mut self) -> Result {
        self.counts.0[self.number].1.fetch_add(1, Relaxed);
        if self.end() == CloseFails {
            return Err(Error::msg("as told"));
        }
        Ok(())
    }

    fn ping_interval(&self) -> Duration {
        match self.end() {
            Silence => Duration::from_millis(20),
            _ => Duration::ZERO,
        }
    }
}

/// One connection until its end, or until the server stops.
async fn run(server: Arc<TestClient>, number: usize) -> Option<(End, Client)> {
    let path = format!("/{number}");
    let end = ENDS[number % ENDS.len()];
    if end == LeaveInHandshake {
        let port = server.port();
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .unwrap();
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        let length = head.len() - number / ENDS.len() % 2 * 10;
        stream.write_all(&head.as_bytes()[..length]).await.unwrap();
        return None;
    }
    let mut client = handshake(&server, &path, &[]).await.into_client(None);
    if end != OpenFails {
        client.text().await;
    }
    match end {
        Close | CloseAndLeave => client.close(1000, "").await,
        BreakRule => client.stream.write_all(b"\xFF").await.unwrap(),
        LeaveInFrame => client.stream.write_all(b"\x81\xFE\x01").await.unwrap(),
        MessageFails | MessagePanics | CloseFails | HandlerCloses | SenderCloses => {
            client.send("a message").await;
        }
        BothClose => {
            client.send("a message").await;
            client.close(1000, "").await;
        }
        Leave | LeaveInHandshake | Silence | OpenFails | Stop | StopInSilence => {}
    }
    match end {
        Silence | Stop | StopInSilence => Some((end, client)),
        CloseAndLeave | Leave | LeaveInFrame | LeaveInHandshake | CloseFails => None,
        _ => {
            client.closed().await;
            None
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_close_runs_once_for_each_of_10_000() {
    // Few enough at a time for the process's limit on open files.
    const WAVE: usize = 400;
    const WAVES: usize = 25;
    let counts = Counts((0..WAVES * WAVE).map(|_| Default::default()).collect());
    let failures = ExpectLog::new("tornado.application", "Uncaught exception GET /");
    for wave in 0..WAVES {
        let settings = Settings::new()
            .websocket_close_timeout(Duration::from_millis(500))
            .state(counts.clone());
        let app = Application::new([route::<Counted>("/(.*)")], settings).unwrap();
        let server = Arc::new(TestClient::new(app).serve().await);
        let running: Vec<_> = (wave * WAVE..(wave + 1) * WAVE)
            .map(|number| tokio::spawn(run(Arc::clone(&server), number)))
            .collect();
        let mut left = Vec::new();
        for running in running {
            left.extend(running.await.unwrap());
        }
        let (polite, silent): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|(end, _)| *end == Stop);
        for (_, mut client) in polite {
            tokio::spawn(async move { client.closed().await });
        }
        Arc::into_inner(server).unwrap().stop().await;
        drop(silent);
    }
    let mut opened = 0;
    for (number, (opens, closes)) in counts.0.iter().enumerate() {
        let (opens, closes) = (opens.load(Relaxed), closes.load(Relaxed));
        let end = ENDS[number % ENDS.len()];
        assert!(
            opens <= 1 && (opens == 1 || end == LeaveInHandshake),
            "{number} {end:?}: {opens}"
        );
        assert_eq!(opens, closes, "{number} {end:?}");
        opened += opens;
    }
    assert!(opened >= WAVES * WAVE * 15 / 16, "{opened}");
    assert_eq!(failures.matched(), WAVES * WAVE / ENDS.len() * 4);
}
