//! Tokens are filled in where they are required.

use tornado_core::Settings;
use tornado_testing::TestClient;

use crate::support::app;

fn client() -> TestClient {
    TestClient::new(app(Settings::new().xsrf_cookies(true)))
}

#[tokio::test]
async fn forms_and_others_have_a_token() {
    let client = client();
    let form = client.post("/echo").form([("a", "1")]).await.rethrow();
    assert!(form.text().contains("_xsrf="), "{}", form.text());
    assert!(!form.text().contains("x-xsrftoken"), "{}", form.text());
    let file = client
        .post("/echo")
        .file("f", "f", "text/plain", "x")
        .await
        .rethrow();
    assert!(file.text().contains("name=\"_xsrf\""), "{}", file.text());
    for request in [
        client.post("/echo").json("x"),
        client.put("/echo").body("x"),
        client.delete("/echo"),
        client.patch("/echo"),
        client.post("/echo"),
    ] {
        let response = request.await.rethrow();
        assert!(
            response.text().contains("x-xsrftoken: "),
            "{}",
            response.text()
        );
    }
    assert!(!client.get("/echo").await.text().contains("x-xsrftoken"));
}

#[tokio::test]
async fn a_test_can_do_without() {
    let client = client();
    for request in [
        client.post("/echo").form([("a", "1")]),
        client.delete("/echo"),
    ] {
        let refused = request.without_xsrf().await;
        assert_eq!(refused.status(), 403, "{refused:?}");
    }
    let forged = client.post("/echo").form([("_xsrf", "forged")]).await;
    assert_eq!(forged.status(), 403, "{forged:?}");
    let forged = client.put("/echo").header("X-Xsrftoken", "forged").await;
    assert_eq!(forged.status(), 403, "{forged:?}");
}

#[tokio::test]
async fn the_name_of_the_cookie_and_the_scheme_are_the_settings() {
    let settings = Settings::new()
        .xsrf_cookies(true)
        .xsrf_cookie_name("__Host-xsrf");
    let client = TestClient::new(app(settings)).base_url("https://shop.example.com");
    client.post("/echo").form([("a", "1")]).await.rethrow();
    assert!(client.get_cookie("__Host-xsrf").is_some());
}

#[tokio::test]
async fn an_application_without_tokens_sees_none() {
    let client = TestClient::new(app(Settings::new()));
    let text = client
        .post("/echo")
        .form([("a", "1")])
        .await
        .text()
        .to_owned();
    assert!(!text.contains("xsrf"), "{text}");
}

#[tokio::test]
async fn one_browser_has_not_the_token_of_another() {
    let (kim, eve) = (client(), client());
    for client in [&kim, &eve] {
        client.post("/echo").form([("a", "1")]).await.rethrow();
    }
    let token = kim.get_cookie("_xsrf").expect("there is one");
    assert_ne!(eve.get_cookie("_xsrf").as_ref(), Some(&token));
    assert_eq!(
        eve.post("/echo").form([("_xsrf", token)]).await.status(),
        403
    );
}

#[tokio::test]
async fn a_server_elsewhere_gets_a_token_at_once() {
    let server = client().serve().await;
    let other = TestClient::connect(&server.url("/"));
    other.post("/echo").form([("a", "1")]).await.rethrow();
    other.delete("/echo").await.rethrow();
}
