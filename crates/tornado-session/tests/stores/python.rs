//! The Python code from the guide's page on session stores, run on an
//! application's sessions.

use std::process::Command;

use test_support::{PostgresServer, RedisServer};
use tornado_core::Settings;
use tornado_session::SessionSettings as _;

use crate::application::begun;

/// An application counts, Python continues, and the application continues after
/// that.
async fn both_count(store: &str, url: &str, place: &str) {
    let client = begun(Settings::new().session_store(url)).await;
    let value = client.get_cookie("session").unwrap();

    let python = std::env::var("TORNADO_WEB_PYTHON")
        .expect("TORNADO_WEB_PYTHON: export TORNADO_WEB_PYTHON=$(cargo xtask python)");
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/python/session_stores.py"
    );
    let output = Command::new(python)
        .args(["-B", script, store, place, "secret", &value])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(client.get("/").await.text(), "visit 3");
}

#[tokio::test]
async fn reads_and_writes_sessions_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sessions.db");
    let path = path.to_str().unwrap();
    both_count("sqlite", &format!("sqlite:{path}"), path).await;
}

#[tokio::test]
async fn reads_and_writes_sessions_in_postgres() {
    let server = PostgresServer::shared();
    let url = server.new_database();
    both_count("postgres", &url, &url).await;
}

#[tokio::test]
async fn reads_and_writes_sessions_in_redis() {
    let server = RedisServer::start();
    both_count("redis", &server.url(), &server.url()).await;
}
