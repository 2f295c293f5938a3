//! A failure is logged however an application is served, if the program has no
//! subscriber of its own. Each way needs a separate process, since a subscriber
//! is global: this program, started again.

use std::process::Command;

use http::Request;
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tornado_core::{
    Application, Body, Error, Exchange, Handler, Output as _, RequestHandler, Result, Settings, url,
};
use tower::ServiceExt as _;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Broken(Exchange);

impl RequestHandler for Broken {
    async fn get(&mut self) -> Result {
        Err(Error::msg("the printer is on fire"))
    }
}

/// Fails after its first flush, and in a task that has left the span.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Streamed(Exchange);

impl RequestHandler for Streamed {
    async fn get(&mut self) -> Result {
        tracing::info!("before");
        self.write("piece");
        self.flush().await?;
        tokio::task::yield_now().await;
        tracing::info!("behind");
        let task = async { tracing::info!("outside") };
        tokio::spawn(task).await.expect("it does not panic");
        Err(Error::msg("the printer is on fire"))
    }

    fn on_connection_close(&mut self) {
        tracing::info!("left");
    }
}

const WAY: &str = "TORNADO_CORE_LOG_LINES_WAY";

fn app(logging: &str) -> Application {
    let settings = Settings::new().logging(logging);
    Application::new([url("/", Broken)], settings).expect("the patterns are good")
}

fn request() -> Request<Body> {
    Request::get("/").body(Body::empty()).expect("it is good")
}

async fn bind() {
    let server = app("info").bind("127.0.0.1:0").await.expect("a free port");
    let address = server.local_addr();
    let asking = async move {
        let stream = tokio::net::TcpStream::connect(address).await;
        let mut stream = stream.expect("it listens");
        let request = b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        stream.write_all(request).await.expect("it reads");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .await
            .expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    };
    server.serve_until(asking).await.expect("it starts");
}

async fn run(way: &str) {
    match way {
        "oneshot" => drop(app("info").oneshot(request()).await),
        "none" => drop(app("none").oneshot(request()).await),
        "axum" => {
            let router = axum::Router::new().fallback_service(app("info"));
            drop(router.oneshot(request().map(axum::body::Body::new)).await);
        }
        "own" => {
            let app = app("info");
            // After the application is made, as in programs.
            tracing_subscriber::fmt()
                .with_writer(std::io::stdout)
                .init();
            drop(app.oneshot(request()).await);
        }
        "ids" => {
            let settings = Settings::new().request_ids(true).logging("info");
            let rules = [url("/", Broken), url("/streamed", Streamed)];
            let app = Application::new(rules, settings).expect("the patterns are good");
            drop(app.clone().oneshot(request()).await);
            for to_its_end in [true, false] {
                let request = Request::get("/streamed").body(Body::empty());
                let response = app.clone().oneshot(request.expect("it is good")).await;
                let Ok(response) = response;
                if to_its_end {
                    drop(response.collect().await);
                }
            }
        }
        "bind" => bind().await,
        other => panic!("no such way: {other}"),
    }
}

/// Every line of a request has its id: in the handler, after a flush and at the
/// end. What runs in a separate task has none.
fn lines_have_the_id_of_their_request(stderr: &str) {
    let ids = |line: &str| -> Vec<&str> {
        let lines = stderr.lines().filter(|text| text.contains(line));
        let ids = lines.map(|line| line.rsplit_once(" request_id=").expect(line).1);
        let ids: Vec<&str> = ids.collect();
        assert!(!ids.is_empty(), "{line}\n{stderr}");
        assert!(ids.iter().all(|id| id.len() == 36), "{ids:?}");
        ids
    };
    assert_eq!(ids("Uncaught exception GET / ("), ids("] 500 GET / ("));
    let streamed = ids("] Uncaught exception GET /streamed (");
    assert_eq!(ids("] before")[0], streamed[0]);
    assert_eq!(ids("] behind")[0], streamed[0]);
    assert_eq!(ids("] 200 GET /streamed (")[0], streamed[0]);
    let (before, left) = (ids("] before"), ids("] left"));
    assert_eq!(before[1], left[0]);
    assert_ne!(before[0], before[1]);
    assert!(stderr.contains("] outside\n"), "{stderr}");
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    if let Ok(way) = std::env::var(WAY) {
        return runtime.block_on(run(&way));
    }
    for (way, logs) in [
        ("oneshot", true),
        ("axum", true),
        ("bind", true),
        ("none", false),
        ("own", false),
        ("ids", true),
    ] {
        let this = std::env::current_exe().expect("it runs");
        let output = Command::new(this)
            .env(WAY, way)
            .output()
            .expect("it runs again");
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(output.status.success(), "{way}: {stderr}");
        for line in [
            "Uncaught exception GET / (",
            "the printer is on fire",
            "500 GET / (",
        ] {
            assert_eq!(stderr.contains(line), logs, "{way}: {line}\n{stderr}");
        }
        if way == "ids" {
            lines_have_the_id_of_their_request(&stderr);
        }
        let stdout = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(
            stdout.contains("the printer is on fire"),
            way == "own",
            "{way}: {stdout}"
        );
    }
}
