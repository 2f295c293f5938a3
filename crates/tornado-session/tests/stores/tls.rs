//! Redis over TLS: with a certificate that is trusted, and with one that is not.

use std::fs;
use std::process::Command;

use test_support::RedisServer;
use tornado_session::store::OpenErrorKind;
use tornado_session::{RedisStore, SessionStore, StoreOptions};

use crate::hammer::{key, record};

const URL: &str = "TORNADO_TEST_TLS_URL";

/// A server with a certificate for `localhost`, and its URL.
fn server(folder: &std::path::Path) -> (RedisServer, String) {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, secret) = (folder.join("cert.pem"), folder.join("key.pem"));
    fs::write(&certificate, certified.cert.pem()).unwrap();
    fs::write(&secret, certified.signing_key.serialize_pem()).unwrap();
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

#[test]
fn a_trusted_certificate_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, url) = server(folder.path());
    // In a process of its own, since the certificates that are trusted are
    // named by the environment.
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tls::in_a_process_of_its_own", "--ignored"])
        .env("SSL_CERT_FILE", folder.path().join("cert.pem"))
        .env(URL, url)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "the test above runs it"]
async fn in_a_process_of_its_own() {
    let url = std::env::var(URL).unwrap();
    let store = RedisStore::connect(&url, StoreOptions::new())
        .await
        .unwrap();
    let key = key();
    store.create(&key, record()).await.unwrap();
    assert!(store.load(&key).await.unwrap().is_some());
}

#[tokio::test]
async fn another_certificate_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, url) = server(folder.path());
    let connected = RedisStore::connect(&url, StoreOptions::new()).await;
    let error = connected.unwrap_err();
    assert_eq!(error.kind(), OpenErrorKind::Unreachable, "{error:?}");
    let shown = crate::hammer::chain(&error);
    assert!(shown.contains("certificate"), "{shown}");
}
