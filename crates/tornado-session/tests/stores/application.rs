//! Applications that name their store by URL.

use std::time::Duration;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use tornado_core::log::{ACCESS, APPLICATION};
use tornado_core::{
    Application, Body, Exchange, Handler, Output as _, RequestHandler, Result, Settings, url,
};
use tornado_session::{SessionMixin as _, SessionSettings as _};
use tornado_testing::{ExpectLog, TestClient, WatchLogs};
use tower::ServiceExt as _;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Counter(Exchange);

impl RequestHandler for Counter {
    async fn get(&mut self) -> Result {
        let session = self.get_session().await?;
        let visits = session.get_or("visits", 0)? + 1;
        session.set("visits", visits)?;
        self.write(format!("visit {visits}"));
        Ok(())
    }
}

pub(crate) fn application(settings: Settings) -> Application {
    Application::new([url("/", Counter)], settings.cookie_secret("secret")).unwrap()
}

/// A browser that waits longer than any store.
pub(crate) fn client(settings: Settings) -> TestClient {
    TestClient::new(application(settings)).timeout(Duration::from_secs(30))
}

/// A browser with a session, on a store that works.
pub(crate) async fn begun(settings: Settings) -> TestClient {
    let client = client(settings);
    assert_eq!(client.get("/").await.rethrow().text(), "visit 1");
    client
}

#[tokio::test]
async fn a_restart_keeps_the_sessions_and_the_sweep_removes_the_expired() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}/sessions.db", folder.path().display());
    let settings = || {
        Settings::new()
            .session_store(file.as_str())
            .session_expiry(Duration::from_secs(2))
            .session_sweep_interval(Duration::from_millis(50))
    };
    let first = begun(settings()).await;
    let cookie = first.get_cookie("session").unwrap();
    drop(first);

    let second = client(settings());
    second.set_cookie("session", &cookie);
    assert_eq!(second.get("/").await.text(), "visit 2");
    assert_eq!(keys_in(folder.path()).lines().count(), 1);
    let start = std::time::Instant::now();
    while !keys_in(folder.path()).is_empty() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "the sweep must remove what has expired"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    second.set_cookie("session", &cookie);
    assert_eq!(second.get("/").await.text(), "visit 1");
}

#[test]
fn a_server_that_has_stopped_leaves_its_sessions_in_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    let store = format!("sqlite:{}", file.display());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let app = application(Settings::new().session_store(store.as_str()));
        let server = app.bind(("127.0.0.1", 0)).await.unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let asked = async {
            for _ in 0..3 {
                let response = under_another_server(&app, "").await;
                assert_eq!(response.status(), 200);
            }
            stop.send(()).unwrap();
        };
        let served = server.serve_until(async { drop(stopped.await) });
        let ((), served) = tokio::join!(asked, served);
        served.unwrap();
    });
    drop(runtime);
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(&file, copy.path().join("sessions.db")).unwrap();
    assert_eq!(keys_in(copy.path()).lines().count(), 3);
}

/// The keys in the database, as another program sees them.
fn keys_in(folder: &std::path::Path) -> String {
    let script = "import sqlite3, sys\n\
                  for (key,) in sqlite3.connect(sys.argv[1]).execute('SELECT key FROM tornado_sessions'): print(key)";
    let output = std::process::Command::new("python3")
        .args(["-c", script])
        .arg(folder.join("sessions.db"))
        .output()
        .expect("apt-get install python3");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn a_time_limit_may_be_as_long_as_it_likes() {
    let folder = tempfile::tempdir().unwrap();
    let redis = test_support::RedisServer::start();
    let postgres = test_support::PostgresServer::shared();
    for store in [
        format!("sqlite:{}/sessions.db", folder.path().display()),
        redis.url(),
        postgres.new_database(),
    ] {
        let settings = Settings::new()
            .session_store(store)
            .session_store_timeout(Duration::from_secs(10_000_000_000));
        let client = begun(settings).await;
        assert_eq!(client.get("/").await.text(), "visit 2");
    }
}

#[tokio::test]
async fn a_store_that_can_not_be_opened_ends_the_start() {
    let _watch = WatchLogs::new();
    let settings = Settings::new().session_store("redis://:s3cret@127.0.0.1:1");
    assert!(!format!("{settings:?}").contains("s3cret"), "{settings:?}");
    let error = application(settings).start().await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("Redis can't be reached"), "{shown}");
    assert!(
        shown.contains("refused") && !shown.contains("s3cret"),
        "{shown}"
    );
}

/// What another server does: it sends a request without starting the
/// application first.
async fn under_another_server(application: &Application, cookie: &str) -> Response<Body> {
    let request = Request::get("/").header("Cookie", cookie);
    let request = request.body(Body::empty()).unwrap();
    application.clone().oneshot(request).await.unwrap()
}

#[tokio::test]
async fn under_another_server_it_is_opened_when_it_is_needed() {
    let _watch = WatchLogs::new();
    let mut server = test_support::RedisServer::start();
    server.kill();
    // As from a file: none of our methods was called.
    let text = format!(
        r#"{{"session_store": "{}", "session_sweep_interval": 86400}}"#,
        server.url()
    );
    let application = application(Settings::from_json_str(&text).unwrap());
    let [_uncaught, _answered] = failure("can't be reached");
    let response = under_another_server(&application, "").await;
    assert_eq!(response.status(), 500);
    server.start_again();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let response = under_another_server(&application, "").await;
    let cookie = response.headers()["Set-Cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let body = async |response: Response<Body>| {
        let body = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    };
    assert_eq!(body(response).await, "visit 1");
    let response = under_another_server(&application, &cookie).await;
    assert_eq!(body(response).await, "visit 2");
}

/// Expects the two lines of a request that fails, with the reason.
pub(crate) fn failure(why: &str) -> [ExpectLog; 2] {
    let why = why.replace('(', "\\(").replace(')', "\\)");
    let uncaught = format!("(?s)Uncaught exception GET / .*{why}");
    [
        ExpectLog::new(APPLICATION, &uncaught),
        ExpectLog::new(ACCESS, "500 GET / "),
    ]
}
