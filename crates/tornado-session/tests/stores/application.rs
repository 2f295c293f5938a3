//! Applications that name their store by a URL.

use std::time::Duration;

use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use tornado_core::log::capture::ExpectLog;
use tornado_core::{
    Application, Body, Exchange, Handler, Output as _, RequestHandler, Result, Settings, url,
};
use tornado_session::{SessionMixin as _, SessionSettings as _};
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

/// Status, cookie and body.
pub(crate) async fn get(application: &Application, cookie: &str) -> (StatusCode, String, String) {
    let request = Request::get("/")
        .header("Cookie", cookie)
        .body(Body::empty())
        .unwrap();
    let response = application.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let cookie = head
        .headers
        .get("Set-Cookie")
        .map(|cookie| cookie.to_str().unwrap())
        .and_then(|cookie| cookie.split(';').next());
    let cookie = cookie.unwrap_or_default().to_owned();
    let body = body.collect().await.unwrap().to_bytes();
    (
        head.status,
        cookie,
        String::from_utf8(body.to_vec()).unwrap(),
    )
}

/// An application on a store that is well, and the cookie of a session there.
pub(crate) async fn begun(settings: Settings) -> (Application, String) {
    let application = application(settings);
    application.start().await.unwrap();
    let (status, cookie, body) = get(&application, "").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "visit 1"));
    (application, cookie)
}

#[tokio::test]
async fn a_restart_keeps_the_sessions_and_the_sweep_removes_the_expired() {
    let _log = ExpectLog::new();
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}/sessions.db", folder.path().display());
    let settings = || {
        Settings::new()
            .session_store(file.as_str())
            .session_expiry(Duration::from_secs(2))
            .session_sweep_interval(Duration::from_millis(50))
    };
    let (first, cookie) = begun(settings()).await;
    drop(first);

    let second = application(settings());
    second.start().await.unwrap();
    assert_eq!(get(&second, &cookie).await.2, "visit 2");
    assert_eq!(keys_in(folder.path()).lines().count(), 1);
    let start = std::time::Instant::now();
    while !keys_in(folder.path()).is_empty() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "the sweep must remove what has expired"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(get(&second, &cookie).await.2, "visit 1");
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
    let _log = ExpectLog::new();
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
        let (application, cookie) = begun(settings).await;
        assert_eq!(get(&application, &cookie).await.2, "visit 2");
    }
}

#[tokio::test]
async fn a_store_that_can_not_be_opened_ends_the_start() {
    let _log = ExpectLog::new();
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

#[tokio::test]
async fn under_another_server_it_is_opened_when_it_is_needed() {
    let mut log = ExpectLog::new();
    let mut server = test_support::RedisServer::start();
    server.kill();
    // As from a file: no method of ours was called.
    let text = format!(r#"{{"session_store": "{}"}}"#, server.url());
    let application = application(Settings::from_json_str(&text).unwrap());
    assert_eq!(
        get(&application, "").await.0,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    log.expect("can't be reached");
    log.expect("500 GET /");
    server.start_again();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let (_, cookie, body) = get(&application, "").await;
    assert_eq!(body, "visit 1");
    assert_eq!(get(&application, &cookie).await.2, "visit 2");
}
