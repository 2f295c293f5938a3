//! The program over a real socket.
use test_support::Program;
use tornado_testing::TestClient;

#[tokio::test]
async fn each_browser_is_answered_in_its_language() {
    let program = Program::start(env!("CARGO_BIN_EXE_axum-locale"));
    let client = TestClient::connect(&program.url());
    for (path, language, expected) in [
        (
            "/1",
            "de",
            "Hallo, Kim! eine neue Nachricht. Zuletzt hier: vor 2 Stunden.\n",
        ),
        (
            "/3",
            "fr, de-AT;q=0.5, en;q=0.1",
            "Hallo, Kim! 3 neue Nachrichten. Zuletzt hier: vor 2 Stunden.\n",
        ),
        (
            "/1",
            "fr",
            "Hello, Kim! one new message. You were here 2 hours ago.\n",
        ),
        (
            "/0",
            "de;q=0",
            "Hello, Kim! 0 new messages. You were here 2 hours ago.\n",
        ),
    ] {
        let response = client.get(path).header("Accept-Language", language).await;
        assert_eq!(response.text(), expected, "{language}");
    }
    assert!(
        client
            .get("/2")
            .await
            .text()
            .starts_with("Hello, Kim! 2 new messages.")
    );
}
