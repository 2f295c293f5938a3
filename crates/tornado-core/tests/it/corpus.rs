//! Requests that may be read in more than one way: `tests/wire_corpus`, over
//! raw sockets, and through the proxies that are used in front of servers.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tornado_core::{
    Application, Body, Context as _, Exchange, Handler, Output as _, RequestHandler, Result,
    Settings, mount, url,
};
use tornado_testing::TestClient;

use crate::support::client_with;

/// One file of the corpus.
#[derive(Deserialize)]
struct File {
    case: Vec<Case>,
}

#[derive(Clone, Deserialize)]
struct Case {
    name: String,
    /// What is sent: each character is the byte with its number.
    send: Option<String>,
    /// As `send`, with `{x*3}` for `xxx`.
    send_repeated: Option<String>,
    /// Whether the client then closes its own side.
    #[serde(default)]
    done: bool,
    /// The answers: status and body, or only the status if it is not 200.
    #[serde(default)]
    seen: Vec<String>,
    /// `closed` or `open`, after half a second without a byte.
    #[serde(default)]
    end: String,
}

/// The location of the corpus.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/wire_corpus")
}

fn corpus() -> BTreeMap<PathBuf, Vec<Case>> {
    let files = std::fs::read_dir(folder()).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let tables = paths.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    tables
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let file: File = toml::from_str(&text).unwrap();
            (path, file.case)
        })
        .collect()
}

impl Case {
    fn bytes(&self) -> Vec<u8> {
        let byte = |c: char| u8::try_from(u32::from(c)).unwrap();
        if let Some(send) = &self.send {
            return send.chars().map(byte).collect();
        }
        let mut bytes = Vec::new();
        let mut rest = self.send_repeated.as_deref().unwrap();
        while let Some((before, behind)) = rest.split_once('{') {
            let (repeated, after) = behind.split_once('}').unwrap();
            let (unit, count) = repeated.rsplit_once('*').unwrap();
            bytes.extend(before.chars().map(byte));
            bytes.extend(unit.repeat(count.parse().unwrap()).chars().map(byte));
            rest = after;
        }
        bytes.extend(rest.chars().map(byte));
        bytes
    }
}

/// Answers with what it has received, and keeps the name that the proxy in
/// front has given it.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Echo(Exchange);

/// The names that a proxy has given to requests.
#[derive(Default)]
struct Fronts(Mutex<Vec<Vec<String>>>);

impl RequestHandler for Echo {
    async fn prepare(&mut self) -> Result {
        let request = self.request();
        let named = request.headers().get_all("X-Front").iter();
        let named: Vec<_> = named.map(|name| format!("{name:?}")).collect();
        let named = if named.is_empty() {
            vec![request.uri().to_owned()]
        } else {
            named
        };
        let fronts = self.application().state_or_init(|_| Fronts::default());
        fronts.0.lock().unwrap().push(named);
        Ok(())
    }

    async fn get(&mut self) -> Result {
        let request = self.request();
        let text = format!(
            "{} {} {} {}",
            request.method(),
            request.uri(),
            request.host(),
            request.body().escape_ascii()
        );
        self.write(text);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }

    async fn options(&mut self) -> Result {
        self.get().await
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Slow(Exchange);

impl RequestHandler for Slow {
    async fn get(&mut self) -> Result {
        tokio::time::sleep(Duration::from_millis(150)).await;
        self.write("slow");
        Ok(())
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Stream(Exchange);

impl RequestHandler for Stream {
    async fn get(&mut self) -> Result {
        for piece in ["one ", "two"] {
            self.write(piece);
            self.flush().await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

/// Switches to a protocol that echoes.
pub(crate) async fn upgrade(
    mut request: http::Request<Body>,
) -> Result<http::Response<Body>, std::io::Error> {
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let mut io = hyper_util::rt::TokioIo::new(upgraded);
        let mut bytes = Vec::new();
        io.read_to_end(&mut bytes).await.ok();
        io.write_all(&bytes).await.ok();
        io.shutdown().await.ok();
    });
    let response = http::Response::builder()
        .status(101)
        .header("Upgrade", "echo")
        .header("Connection", "upgrade");
    Ok(response.body(Body::empty()).unwrap())
}

async fn start(settings: Settings) -> TestClient {
    let rules = [
        url("/slow", Slow),
        url("/stream", Stream),
        mount("/upgrade", tower::service_fn(upgrade)),
        url("(?!/none).*", Echo),
    ];
    // Less than the half second in which an end must be noticed.
    let settings = settings.half_close_timeout(Duration::from_millis(300));
    client_with(rules, settings).serve().await
}

/// Sends one case; returns the answers, and how the connection ended.
fn ask(address: SocketAddr, case: &Case) -> (Vec<String>, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut writing = stream.try_clone().unwrap();
    let bytes = case.bytes();
    let done = case.done;
    let writer = std::thread::spawn(move || {
        // A server may close while it is being written to.
        let _ = writing.write_all(&bytes);
        if done {
            let _ = writing.shutdown(Shutdown::Write);
        }
    });
    let quiet = Duration::from_millis(500);
    stream.set_read_timeout(Some(quiet)).unwrap();
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    let end = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break "closed",
            Ok(count) => answer.extend_from_slice(&buffer[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                break "open";
            }
            Err(_) => break "reset",
        }
    };
    drop(stream);
    writer.join().unwrap();
    let heads: Vec<bool> = case
        .bytes()
        .split(|b| *b == b'\n')
        .filter(|line| line.windows(6).any(|word| word == b" HTTP/"))
        .map(|line| line.starts_with(b"HEAD "))
        .collect();
    (answers(&answer, &heads), end.to_owned())
}

/// The answers in what came back. The caller says which requests were `HEAD`.
fn answers(bytes: &[u8], heads: &[bool]) -> Vec<String> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut final_answers = 0;
    let mut rest = bytes;
    while !rest.is_empty() {
        let Some(end) = rest.windows(4).position(|four| four == b"\r\n\r\n") else {
            let frames = rest.starts_with(b"\0\0");
            let raw = format!("raw {}", rest.escape_ascii());
            found.push((1, if frames { "HTTP/2".to_owned() } else { raw }));
            break;
        };
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 4..];
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap_or("?");
        let header = |name: &str| {
            let mut lines = head.lines().skip(1);
            lines.find_map(|line| {
                let (n, value) = line.split_once(':')?;
                n.eq_ignore_ascii_case(name)
                    .then(|| value.trim().to_owned())
            })
        };
        let mut body = Vec::new();
        if status == "101" {
            body = std::mem::take(&mut rest).to_vec();
        } else if status != "100" {
            let of_head = heads.get(final_answers).copied().unwrap_or(false);
            final_answers += 1;
            let length = header("content-length").map(|length| length.parse().unwrap());
            if !of_head {
                body = read_body(&mut rest, header("transfer-encoding").is_some(), length);
            }
        }
        let text = match status {
            "200" | "101" => {
                let text = body.escape_ascii().to_string();
                let shown: String = text.chars().take(70).collect();
                format!("{status} {shown}")
            }
            other => other.to_owned(),
        };
        match found.last_mut() {
            Some((count, last)) if *last == text => *count += 1,
            _ => found.push((1, text)),
        }
    }
    let show = |(count, text): (usize, String)| match count {
        1 => text,
        count => format!("{count} x {text}"),
    };
    found.into_iter().map(show).collect()
}

fn read_body(rest: &mut &[u8], chunked: bool, length: Option<usize>) -> Vec<u8> {
    let mut body = Vec::new();
    if chunked {
        while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
            let size = String::from_utf8_lossy(&rest[..end]).into_owned();
            let size = usize::from_str_radix(&size, 16).unwrap();
            let data = &rest[end + 2..];
            body.extend_from_slice(&data[..size.min(data.len())]);
            *rest = data.get(size + 2..).unwrap_or_default();
            if size == 0 {
                break;
            }
        }
        return body;
    }
    let length = length.unwrap_or(rest.len());
    let (now, later) = rest.split_at(length.min(rest.len()));
    *rest = later;
    now.to_vec()
}

/// Sends all cases, a few at a time.
fn ask_all(address: SocketAddr, cases: &[Case]) -> Vec<(Vec<String>, String)> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(vec![(Vec::new(), String::new()); cases.len()]);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(index) else { break };
                    let outcome = ask(address, case);
                    outcomes.lock().unwrap()[index] = outcome;
                }
            });
        }
    });
    outcomes.into_inner().unwrap()
}

/// The `Fronts` of a server that has been asked.
fn fronts(application: &Application) -> Vec<Vec<String>> {
    let fronts = application.state_or_init(|_| Fronts::default());
    fronts.0.lock().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_request_of_the_corpus_is_read_in_one_way() {
    let server = start(Settings::new()).await;
    let address = SocketAddr::from(([127, 0, 0, 1], server.port()));
    let mut wrong = String::new();
    for (path, mut cases) in corpus() {
        let outcomes = ask_all(address, &cases);
        let group = path.file_stem().unwrap().to_string_lossy().into_owned();
        for (case, (seen, end)) in cases.iter_mut().zip(outcomes) {
            if (&case.seen, &case.end) != (&seen, &end) {
                writeln!(
                    wrong,
                    "{group}: {}: {:?}, {}\n    expected {:?}, {}",
                    case.name, seen, end, case.seen, case.end
                )
                .unwrap();
            }
            (case.seen, case.end) = (seen, end);
        }
        if std::env::var_os("TORNADO_WEB_WRITE_CORPUS").is_some() {
            std::fs::write(&path, written(&cases)).unwrap();
        }
    }
    let smuggled = |named: &[String]| named.iter().any(|name| name.contains("/smuggled"));
    let fronts = fronts(server.application());
    assert!(!fronts.iter().any(|named| smuggled(named)), "smuggled");
    assert!(wrong.is_empty(), "{wrong}");
}

/// A file of the corpus, updated with what was seen.
fn written(cases: &[Case]) -> String {
    let mut text = String::new();
    for case in cases {
        writeln!(text, "[[case]]\nname = {}", quoted(&case.name)).unwrap();
        for (key, value) in [("send", &case.send), ("send_repeated", &case.send_repeated)] {
            if let Some(value) = value {
                writeln!(text, "{key} = {}", quoted(value)).unwrap();
            }
        }
        if case.done {
            text.push_str("done = true\n");
        }
        let seen: Vec<_> = case.seen.iter().map(|seen| quoted(seen)).collect();
        writeln!(text, "seen = [{}]", seen.join(", ")).unwrap();
        writeln!(text, "end = {}\n", quoted(&case.end)).unwrap();
    }
    text
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\r' => quoted.push_str("\\r"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            ' '..='~' => quoted.push(c),
            _ => write!(quoted, "\\u{:04X}", u32::from(c)).unwrap(),
        }
    }
    quoted + "\""
}

/// A proxy that names each request it forwards. It stops when this is dropped.
struct Front {
    child: Child,
    port: u16,
}

impl Front {
    fn start(program: &str, arguments: &[&str], config: &Path, text: &str, port: u16) -> Front {
        std::fs::write(config, text).unwrap();
        let mut child = Command::new(program)
            .args(arguments)
            .arg(config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{program} can't be started ({error}): apt-get install nginx-light haproxy")
            });
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                start.elapsed() < Duration::from_secs(10),
                "{program} does not listen"
            );
            assert!(child.try_wait().unwrap().is_none(), "{program} has ended");
            std::thread::sleep(Duration::from_millis(20));
        }
        Front { child, port }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // With a signal that lets it stop its own processes.
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().ok();
        self.child.wait().ok();
    }
}

/// Whatever the proxy makes of a case, what arrives is what the proxy has sent:
/// one request for each name that it has given.
async fn behind(start_front: impl FnOnce(&Path, u16, u16) -> Front) {
    let server = start(Settings::new()).await;
    let folder = tempfile::tempdir().unwrap();
    let front = start_front(folder.path(), server.port(), test_support::free_port());
    let address = SocketAddr::from(([127, 0, 0, 1], front.port));
    for cases in corpus().into_values() {
        ask_all(address, &cases);
    }
    let fronts = fronts(server.application());
    assert!(
        fronts.len() > 100,
        "{} requests have come through",
        fronts.len()
    );
    let mut seen = HashSet::new();
    for named in fronts {
        assert_eq!(named.len(), 1, "{named:?}");
        assert!(named[0].starts_with('"'), "smuggled: {named:?}");
        assert!(seen.insert(named[0].clone()), "twice: {named:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs nginx: apt-get install nginx-light"]
async fn behind_nginx_too() {
    behind(|folder, to, port| {
        let text = format!(
            "daemon off; master_process off; pid {folder}/pid; error_log /dev/null;\n\
             events {{}}\n\
             http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;\n\
             fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n\
             upstream app {{ server 127.0.0.1:{to}; keepalive 4; }}\n\
             server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://app;\n\
             proxy_http_version 1.1; proxy_request_buffering off;\n\
             proxy_set_header Connection \"\"; proxy_set_header X-Front $request_id; }} }} }}\n",
            folder = folder.display()
        );
        let prefix = folder.display().to_string();
        Front::start("nginx", &["-p", &prefix, "-c"], &folder.join("nginx.conf"), &text, port)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs HAProxy: apt-get install haproxy"]
async fn behind_haproxy_too() {
    behind(|folder, to, port| {
        let text = format!(
            "defaults\n mode http\n timeout connect 5s\n timeout client 5s\n timeout server 5s\n\
             frontend in\n bind 127.0.0.1:{port}\n http-request set-header X-Front %[uuid()]\n\
             default_backend out\nbackend out\n http-reuse always\n server app 127.0.0.1:{to}\n"
        );
        Front::start("haproxy", &["-f"], &folder.join("haproxy.cfg"), &text, port)
    })
    .await;
}
