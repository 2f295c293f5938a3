//! A failure is in the log however an application is served, where a program
//! has no subscriber of its own. Each way needs a process of its own, since a
//! subscriber is for all of it: this program, started again.

use std::process::Command;

use http::Request;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tornado_core::{
    Application, Body, Error, Exchange, Handler, RequestHandler, Result, Settings, url,
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
            // After the application is made, as programs do it.
            tracing_subscriber::fmt()
                .with_writer(std::io::stdout)
                .init();
            drop(app.oneshot(request()).await);
        }
        "bind" => bind().await,
        other => panic!("no such way: {other}"),
    }
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
        let stdout = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(
            stdout.contains("the printer is on fire"),
            way == "own",
            "{way}: {stdout}"
        );
    }
}
