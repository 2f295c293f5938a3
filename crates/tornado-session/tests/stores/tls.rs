//! Redis and PostgreSQL over TLS: with a certificate that is trusted, and with one that is not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use test_support::{PostgresServer, RedisServer};
use tornado_session::store::{OpenError, OpenErrorKind};
use tornado_session::{PostgresStore, RedisStore, SessionStore, StoreOptions};

use crate::hammer::{key, record};

const URL: &str = "TORNADO_TEST_TLS_URL";

/// A certificate for `localhost` and its key, in a separate folder.
fn certificate() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, secret) = (
        folder.path().join("cert.pem"),
        folder.path().join("key.pem"),
    );
    fs::write(&certificate, certified.cert.pem()).unwrap();
    fs::write(&secret, certified.signing_key.serialize_pem()).unwrap();
    (folder, certificate, secret)
}

/// A Redis server with that certificate, and its URL.
fn redis(certificate: &Path, secret: &Path) -> (RedisServer, String) {
    let port = test_support::free_port().to_string();
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

/// A PostgreSQL server with that certificate, and its URL.
fn postgres(certificate: &Path, secret: &Path) -> (PostgresServer, String) {
    let read = |path| fs::read_to_string(path).unwrap();
    let server = PostgresServer::start_with_tls(&read(certificate), &read(secret));
    let url = server.url("postgres").replace("127.0.0.1", "localhost");
    (server, format!("{url}?sslmode=verify-full"))
}

/// Runs a test in a separate process, since the environment names the trusted
/// certificates.
fn trusting(certificate: &Path, url: &str, test: &str) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored"])
        .env("SSL_CERT_FILE", certificate)
        .env(URL, url)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

async fn it_keeps_a_session(store: impl SessionStore) {
    let key = key();
    store.create(&key, record()).await.unwrap();
    assert!(store.load(&key).await.unwrap().is_some());
}

fn is_refused_for_its_certificate(error: &OpenError) {
    assert_eq!(error.kind(), OpenErrorKind::Unreachable, "{error:?}");
    let shown = crate::hammer::chain(error);
    assert!(shown.contains("certificate"), "{shown}");
}

#[test]
fn redis_with_a_trusted_certificate_is_taken() {
    let (_folder, certificate, secret) = certificate();
    let (_server, url) = redis(&certificate, &secret);
    trusting(&certificate, &url, "tls::redis_in_a_process_of_its_own");
}

#[tokio::test]
#[ignore = "the test above runs it"]
async fn redis_in_a_process_of_its_own() {
    let url = std::env::var(URL).unwrap();
    let store = RedisStore::connect(&url, StoreOptions::new()).await;
    it_keeps_a_session(store.unwrap()).await;
}

#[tokio::test]
async fn redis_with_another_certificate_is_refused() {
    let (_folder, certificate, secret) = certificate();
    let (_server, url) = redis(&certificate, &secret);
    let connected = RedisStore::connect(&url, StoreOptions::new()).await;
    is_refused_for_its_certificate(&connected.unwrap_err());
}

#[test]
fn postgres_with_a_trusted_certificate_is_taken() {
    let (_folder, certificate, secret) = certificate();
    let (_server, url) = postgres(&certificate, &secret);
    trusting(&certificate, &url, "tls::postgres_in_a_process_of_its_own");
}

#[tokio::test]
#[ignore = "the test above runs it"]
async fn postgres_in_a_process_of_its_own() {
    let url = std::env::var(URL).unwrap();
    let store = PostgresStore::connect(&url, StoreOptions::new()).await;
    let store = store.unwrap();
    it_keeps_a_session(store).await;
}

#[tokio::test]
async fn postgres_with_another_certificate_is_refused() {
    let (_folder, certificate, secret) = certificate();
    let (_server, url) = postgres(&certificate, &secret);
    let connected = PostgresStore::connect(&url, StoreOptions::new()).await;
    is_refused_for_its_certificate(&connected.unwrap_err());
}

#[tokio::test]
async fn postgres_without_tls_is_refused_where_it_is_asked_for() {
    let server = PostgresServer::shared();
    for mode in ["require", "verify-ca", "verify-full"] {
        let url = format!("{}?sslmode={mode}", server.new_database());
        let connected = PostgresStore::connect(&url, StoreOptions::new()).await;
        let shown = crate::hammer::chain(&connected.unwrap_err());
        assert!(
            shown.contains("the server has to have it") && shown.contains("not support TLS"),
            "{mode}: {shown}"
        );
    }
}
