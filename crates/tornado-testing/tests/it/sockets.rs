//! The same client with a socket.

use std::time::Duration;

use tornado_core::Settings;
use tornado_testing::{TestClient, bind_unused_port, block_on};

use crate::support::{app, client, panic_of};

#[tokio::test]
async fn a_client_serves_and_asks() {
    let client = client().serve().await;
    let response = client.get("/echo").await;
    let host = format!("host: localhost:{}\n", client.port());
    assert!(response.text().contains(&host), "{}", response.text());
    assert_eq!(response.version(), http::Version::HTTP_11);
    assert_eq!(response.url(), client.url("/echo"));
    assert!(response.header("Date").is_some());
    let head = client.head("/echo").await;
    assert_eq!((head.status().as_u16(), head.text()), (200, ""));
    let followed = client.post("/redirect/302?to=/echo").follow_redirects();
    assert!(followed.await.text().starts_with("GET /echo\n"));
    let elsewhere = client.get("/redirect/302?to=http://other.example/");
    assert_eq!(elsewhere.follow_redirects().await.status(), 302);
}

#[tokio::test]
async fn http2_is_spoken_with_and_without_tls() {
    let plain = client().serve().await.http2();
    let response = plain.post("/echo").form([("a", "1")]).await;
    assert_eq!(response.version(), http::Version::HTTP_2);
    assert_eq!(response.reason(), "OK");
    let host = format!("by http to localhost:{}\n", plain.port());
    assert!(response.text().contains(&host), "{}", response.text());

    let tls = client().serve_tls().await;
    assert!(tls.url("/").starts_with("https://localhost:"));
    assert!(tls.certificate().starts_with("-----BEGIN CERTIFICATE-----"));
    let file = std::fs::read_to_string(tls.certificate_file()).unwrap();
    assert_eq!(file, tls.certificate());
    let response = tls.get("/echo").await;
    assert_eq!(response.version(), http::Version::HTTP_11);
    assert!(response.text().contains("by https"), "{}", response.text());
    let response = tls.http2().get("/echo").await;
    assert_eq!(response.version(), http::Version::HTTP_2);
    assert!(response.text().contains("by https"), "{}", response.text());
}

#[tokio::test]
async fn cookies_and_tokens_work_over_a_socket() {
    let settings = Settings::new().xsrf_cookies(true).cookie_secret("a secret");
    let client = TestClient::new(app(settings)).serve().await;
    client.set_signed_cookie("user", "kim");
    let response = client.post("/echo").form([("a", "1")]).await.rethrow();
    assert!(response.text().contains("cookie: "), "{}", response.text());
    assert_eq!(
        client.get_signed_cookie("user").as_deref(),
        Some(&b"kim"[..])
    );
}

#[tokio::test]
async fn a_client_connects_to_what_runs_elsewhere() {
    let server = client().serve().await;
    let other = TestClient::connect(&server.url("/"));
    assert!(other.get("/echo").await.text().starts_with("GET /echo\n"));
    assert_eq!(other.port(), server.port());
    let message = panic_of(move || other.advance(Duration::from_secs(1)));
    assert!(message.contains("out of reach"), "{message}");
}

#[tokio::test]
async fn it_stops_after_what_is_under_way() {
    let client = client().serve().await;
    let (asked, ()) = tokio::join!(async { client.get("/trouble/sleep").await }, async {
        tokio::task::yield_now().await;
    });
    assert_eq!(asked.text(), "done");
    client.stop().await;
    let message = panic_of(move || {
        block_on(async { drop(client.get("/echo").await) });
    });
    assert!(message.contains("refused"), "{message}");
}

#[tokio::test]
async fn another_program_can_ask_while_the_test_blocks() {
    let client = client().serve().await;
    let answer = std::process::Command::new("python3")
        .args([
            "-c",
            "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode())",
        ])
        .arg(client.url("/echo"))
        .output()
        .expect("apt-get install python3");
    assert!(answer.stdout.starts_with(b"GET /echo\n"), "{answer:?}");
}

#[test]
fn an_application_that_can_not_start_says_why() {
    let settings = || {
        Settings::new().on_start(|_| Box::pin(async { Err(tornado_core::Error::msg("no tea")) }))
    };
    for served in [false, true] {
        let message = panic_of(move || {
            block_on(async {
                let client = TestClient::new(app(settings()));
                if served {
                    client.serve().await;
                } else {
                    client.get("/echo").await;
                }
            });
        });
        assert!(message.contains("can't start: no tea"), "{message}");
    }
}

#[test]
fn a_free_port_is_free() {
    let (socket, port) = bind_unused_port();
    assert!(std::net::TcpListener::bind(("127.0.0.1", port)).is_err());
    drop(socket);
    assert!(std::net::TcpListener::bind(("127.0.0.1", port)).is_ok());
}
