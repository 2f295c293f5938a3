//! The bytes of an HTTP/1 connection.

use std::sync::{Arc, Mutex};

use tornado_web::{
    Application, ConnectionInfo, Context, Exchange, Handler, Output, RequestHandler, Result,
    Settings, url,
};

use super::{latin1, pipe};

/// The requests that a handler has seen.
#[derive(Clone, Debug, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

#[derive(Handler)]
struct Echo(Exchange);

impl RequestHandler for Echo {
    async fn get(&mut self) -> Result {
        let request = self.request();
        let line = format!(
            "{} {} {} {}",
            request.method(),
            request.uri(),
            request.version(),
            request.body().escape_ascii()
        );
        let seen = self
            .settings()
            .get_state::<Seen>()
            .expect("it was put there");
        seen.0
            .lock()
            .expect("nobody panics with it")
            .push(line.clone());
        self.write(line);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }

    async fn put(&mut self) -> Result {
        self.get().await
    }
}

pub(crate) fn check(input: &[u8]) {
    if input.starts_with(b"PRI") || input.len() > 10_000 {
        // HTTP/2 is another matter.
        return;
    }
    // However the bytes are split on their way, the conversation is the same.
    let (whole, seen) = talk(input, 1 << 20);
    for size in [1, 50] {
        let (pieces, seen_in_pieces) = talk(input, size);
        assert_eq!(seen_in_pieces, seen, "in pieces of {size}");
        assert_eq!(
            without_refusal(&pieces),
            without_refusal(&whole),
            "in pieces of {size}"
        );
    }
    // Each request that was seen has its answer, and nothing else was sent
    // except the refusal at the end.
    let answers = whole.matches("HTTP/1.1 ").count();
    let informed = whole.matches("HTTP/1.1 100 Continue\r\n").count();
    let found = whole.matches("HTTP/1.1 200 OK\r\n").count();
    assert!(found <= seen.len(), "{found} answers to {seen:?}:\n{whole}");
    assert!(answers >= found + informed, "{whole}");
}

/// The answers without a refusal of the last bytes. If those can't become a
/// head, hyper may see the end of the input first, and then it sends nothing.
fn without_refusal(answers: &str) -> &str {
    const REFUSALS: [&str; 2] = [
        "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    ];
    let refusals = REFUSALS.iter();
    let mut without = refusals.filter_map(|refusal| answers.strip_suffix(refusal));
    without.next().unwrap_or(answers)
}

struct Server {
    application: Application,
    seen: Seen,
    runtime: tokio::runtime::Runtime,
}

impl Server {
    fn new() -> Server {
        let seen = Seen::default();
        let settings = Settings::new()
            .logging("none")
            .max_header_size(2000)
            .max_body_size(1000)
            .state(seen.clone());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        Server {
            application: Application::new([url("/.*", Echo)], settings)
                .expect("the pattern is one"),
            seen,
            runtime: runtime.expect("a runtime without threads can be built"),
        }
    }

    /// What the server answers to these bytes over a connection that holds
    /// `size` bytes at a time, without the dates; and what the handler has
    /// seen.
    fn talk(&self, input: &[u8], size: usize) -> (String, Vec<String>) {
        let talking = pipe::talk(&self.application, ConnectionInfo::default(), input, size);
        let text = latin1(&self.runtime.block_on(talking));
        let lines = text.split_inclusive("\r\n");
        let text = lines.filter(|line| !line.starts_with("date: ")).collect();
        let mut seen = self.seen.0.lock().expect("nobody panics with it");
        (text, std::mem::take(&mut *seen))
    }
}

thread_local! {
    static SERVER: Server = Server::new();
}

fn talk(input: &[u8], size: usize) -> (String, Vec<String>) {
    SERVER.with(|server| server.talk(input, size))
}
