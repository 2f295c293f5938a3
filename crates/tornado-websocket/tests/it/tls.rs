//! Rooms shared by nodes over TLS: with a certificate that is trusted, and with one that is not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use test_support::{PostgresServer, RedisServer, free_port};
use tornado_web::websocket::{Rooms, RoomsErrorKind};

const URL: &str = "TORNADO_TEST_TLS_URL";

/// A certificate for `localhost` and its key, in a separate folder.
fn certificate() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = folder.path().join("cert.pem");
    let secret = folder.path().join("key.pem");
    fs::write(&certificate, certified.cert.pem()).unwrap();
    fs::write(&secret, certified.signing_key.serialize_pem()).unwrap();
    (folder, certificate, secret)
}

fn redis(certificate: &Path, secret: &Path) -> (RedisServer, String) {
    let port = free_port().to_string();
    let server = RedisServer::start_with(&[
        "--tls-port",
        &port,
        "--tls-cert-file",
        certificate.to_str().unwrap(),
        "--tls-key-file",
        secret.to_str().unwrap(),
        "--tls-auth-clients",
        "no",
    ]);
    (server, format!("rediss://localhost:{port}"))
}

fn postgres(certificate: &Path, secret: &Path) -> (PostgresServer, String) {
    let read = |path| fs::read_to_string(path).unwrap();
    let server = PostgresServer::start_with_tls(&read(certificate), &read(secret));
    let url = server.url("postgres").replace("127.0.0.1", "localhost");
    (server, format!("{url}?sslmode=verify-full"))
}

/// What two nodes hear of each other, in a separate process, since the environment names the
/// trusted certificates.
fn are_shared_where_it_is_trusted(certificate: &Path, url: &str) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tls::two_nodes_in_a_process_of_their_own",
            "--ignored",
        ])
        .env("SSL_CERT_FILE", certificate)
        .env(URL, url)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "the tests below run it"]
async fn two_nodes_in_a_process_of_their_own() {
    crate::nodes::two_nodes(&std::env::var(URL).unwrap()).await;
}

async fn is_refused(url: &str) {
    let error = Rooms::connect(url, "test").await.unwrap_err();
    assert_eq!(error.kind(), RoomsErrorKind::Connect, "{error:?}");
    // It shows its causes.
    let shown = format!("{error:?}");
    assert!(shown.contains("certificate"), "{shown}");
}

#[tokio::test]
async fn rooms_are_shared_by_redis() {
    let (_folder, certificate, secret) = certificate();
    let (_server, url) = redis(&certificate, &secret);
    is_refused(&url).await;
    are_shared_where_it_is_trusted(&certificate, &url);
}

#[tokio::test]
async fn rooms_are_shared_by_postgres() {
    let (_folder, certificate, secret) = certificate();
    let (_server, url) = postgres(&certificate, &secret);
    is_refused(&url).await;
    are_shared_where_it_is_trusted(&certificate, &url);
}
