//! What is sent, and which redirects are followed.

use std::time::Duration;

use tornado_core::{Application, Settings, url};
use tornado_testing::{TestClient, block_on};

use crate::support::{Echo, client, panic_of};

#[tokio::test]
async fn methods_and_targets_go_out_as_they_are_written() {
    let client = client();
    let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    assert_eq!(
        first(client.get("/echo?a=1#top").await.text()),
        "GET /echo?a=1"
    );
    assert_eq!(first(client.put("/echo").await.text()), "PUT /echo");
    assert_eq!(first(client.patch("/echo").await.text()), "PATCH /echo");
    assert_eq!(first(client.delete("/echo").await.text()), "DELETE /echo");
    assert_eq!(first(client.options("/echo").await.text()), "OPTIONS /echo");
    let asked = client
        .get("/echo/../%2e/ü")
        .query([("q", "a b"), ("q", "&")]);
    assert_eq!(
        first(asked.await.text()),
        "GET /echo/../%2e/%C3%BC?q=a+b&q=%26"
    );
    let lost = client.get("//echo.example").await;
    assert_eq!(lost.url(), "http://localhost//echo.example");
    let head = client.head("/echo").await;
    assert_eq!((head.status().as_u16(), head.text()), (200, ""));
    assert_ne!(head.header("Content-Length"), Some("0"));
    assert_eq!(client.request("PURGE", "/echo").await.status(), 405);
}

#[tokio::test]
async fn a_request_has_the_headers_of_a_client() {
    let client = client()
        .base_url("https://shop.example.com")
        .remote_ip([10, 0, 0, 7])
        .default_header("Accept", "text/plain");
    let asked = client
        .get("/echo")
        .add_header("X-A", "1")
        .add_header("X-A", "2");
    let text = asked.basic_auth("kim", "pass word").await.text().to_owned();
    for line in [
        "host: shop.example.com",
        "accept: text/plain",
        "x-a: 1",
        "x-a: 2",
        "authorization: Basic a2ltOnBhc3Mgd29yZA==",
        "from 10.0.0.7 by https to shop.example.com",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    let other = client
        .get("/echo")
        .header("Accept", "*/*")
        .header("Host", "h");
    let text = other.await.text().to_owned();
    assert!(
        text.contains("accept: */*\n") && text.contains("host: h\n"),
        "{text}"
    );
    assert!(!text.contains("text/plain"), "{text}");
}

#[tokio::test]
async fn a_response_has_what_the_server_would_add() {
    let response = client().get("/echo").await;
    let length = response.bytes().len().to_string();
    assert_eq!(response.header("Content-Length"), Some(length.as_str()));
    assert_eq!(response.reason(), "OK");
    assert_eq!(response.url(), "http://localhost/echo");
    let asked = client().get("/echo?a=1").query([("b", "2")]).await;
    assert_eq!(asked.url(), "http://localhost/echo?a=1&b=2");
}

#[tokio::test]
async fn redirects_are_followed_if_asked() {
    let client = client();
    let response = client.get("/redirect/302?to=/echo").await;
    assert_eq!(
        (response.status().as_u16(), response.header("Location")),
        (302, Some("/echo"))
    );

    let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    for (status, method) in [
        (301, "GET"),
        (302, "GET"),
        (303, "GET"),
        (307, "POST"),
        (308, "POST"),
    ] {
        let path = format!("/redirect/{status}?to=../echo%3Fa%3D1");
        let response = client
            .post(&path)
            .form([("b", "2")])
            .follow_redirects()
            .await;
        assert_eq!(
            first(response.text()),
            format!("{method} /echo?a=1"),
            "{status}"
        );
        assert_eq!(
            response.text().contains("b=2"),
            method == "POST",
            "{status}"
        );
        assert_eq!(
            response.text().contains("content-type"),
            method == "POST",
            "{status}"
        );
        assert_eq!(response.url(), "http://localhost/echo?a=1");
    }
    // Not to another site, and not to something that is not a page.
    for to in [
        "https://other.example/echo",
        "//other.example/",
        "javascript:alert(1)",
    ] {
        let elsewhere = client.get("/redirect/302").query([("to", to)]);
        assert_eq!(elsewhere.follow_redirects().await.status(), 302, "{to}");
    }
    let safe = client.get("/redirect/302?to=https://localhost/echo");
    let safe = safe.follow_redirects().await;
    assert!(
        safe.text().contains("by https to localhost\n"),
        "{}",
        safe.text()
    );
}

#[test]
fn a_circle_of_redirects_has_an_end() {
    let message = panic_of(|| {
        block_on(async {
            client().get("/trouble/circle").follow_redirects().await;
        });
    });
    assert!(
        message.contains("more than 5 redirects: GET /trouble/circle ("),
        "{message}"
    );
}

#[test]
fn a_request_that_hangs_fails_and_says_where() {
    let message = panic_of(|| {
        block_on(async {
            let client = client().timeout(Duration::from_millis(50));
            client.get("/trouble/wait").await;
        });
    });
    assert!(
        message.contains("no answer within 50ms to GET /trouble/wait (")
            && message.contains("requests.rs:"),
        "{message}"
    );
}

#[test]
fn a_handler_that_blocks_is_late_as_well() {
    let message = panic_of(|| {
        block_on(async {
            let client = client().timeout(Duration::from_millis(50));
            client.get("/trouble/block").await;
        });
    });
    assert!(
        message.contains("no answer within 50ms to GET /trouble/block ("),
        "{message}"
    );
}

#[test]
fn mistakes_of_a_test_are_told() {
    let mistakes: [(fn(), &str); 7] = [
        (|| drop(client().post("/").form("x")), "pairs or a struct"),
        (
            || drop(client().post("/").body("x").form([("a", "1")])),
            "one body",
        ),
        (
            || drop(client().get("/").header("a b", "x")),
            "name of a header",
        ),
        (
            || drop(client().get("/").header("a", "x\ny")),
            "value of a header",
        ),
        (|| assert_eq!(client().port(), 0), "before `serve()`"),
        (|| drop(client().base_url("shop")), "scheme and a host"),
        (
            || drop(block_on(async { client().get("echo space").await })),
            "",
        ),
    ];
    for (mistake, expected) in mistakes {
        let message = panic_of(mistake);
        assert!(message.contains(expected), "{message}");
    }
}

#[tokio::test]
async fn rethrow_shows_the_page() {
    let ok = client().get("/echo").await.rethrow();
    assert_eq!(ok.status(), 200);
    let message = panic_of(|| {
        block_on(async {
            client().get("/nowhere").await.rethrow();
        });
    });
    assert!(
        message.contains("GET /nowhere (") && message.contains("404: Not Found"),
        "{message}"
    );
}

#[tokio::test]
async fn hosts_are_those_of_the_base() {
    let app = Application::builder(Settings::new())
        .add_handlers("admin.example.com", [url("/", Echo)])
        .build()
        .expect("the patterns are good");
    let client = TestClient::new(app);
    assert_eq!(client.get("/").await.status(), 404);
    assert_eq!(client.get("http://admin.example.com/").await.status(), 200);
    let admin = client.base_url("http://admin.example.com:8080");
    let text = admin.get("/").await.text().to_owned();
    assert!(text.contains("host: admin.example.com:8080\n"), "{text}");
}
