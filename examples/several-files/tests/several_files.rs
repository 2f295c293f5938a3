//! The application in the process of the test, and both programs over a socket.

use several_files::{Db, application};
use test_support::Program;
use tornado_web::prelude::*;
use tornado_web::testing::TestClient;

// ANCHOR: test
fn client() -> TestClient {
    let settings = Settings::new()
        .cookie_secret("a secret of the tests")
        .set("password", "rice");
    TestClient::new(application(Db::new(["Emma"]), settings).expect("its settings are good"))
}

#[tokio::test]
async fn who_has_logged_in_adds_a_book() {
    let client = client();
    client.set_signed_cookie("user", "kim");
    let adding = client.post("/add").form([("title", "Persuasion")]);
    assert_eq!(
        adding.follow_redirects().await.text(),
        r#"{"title": "Persuasion"}"#
    );
}
// ANCHOR_END: test

/// What the program does, in either language.
async fn books_are_added(program: &Program) {
    let client = TestClient::connect(&program.url());
    let response = client.get("/").await;
    assert_eq!(response.text(), r#"{"books": ["Snow Crash", "Anathem"]}"#);
    assert_eq!(
        client.get("/book/1").await.text(),
        r#"{"title": "Anathem"}"#
    );
    let response = client.get("/book/2").await;
    assert_eq!(
        (response.status().as_u16(), response.text()),
        (404, r#"{"error": "Not Found"}"#)
    );

    let add = || client.post("/add").form([("title", "Emma")]);
    assert_eq!(add().await.status(), 403);
    let login = |password| {
        let form = [("name", "kim"), ("password", password)];
        client.post("/login").form(form)
    };
    assert_eq!(login("beans").await.status(), 403);
    assert_eq!(login("rice").await.header("Location"), Some("/"));
    assert_eq!(add().await.header("Location"), Some("/book/2"));
    assert_eq!(client.get("/book/2").await.text(), r#"{"title": "Emma"}"#);
}

#[tokio::test]
async fn the_program_runs() {
    let program = Program::start(env!("CARGO_BIN_EXE_several-files"));
    books_are_added(&program).await;
    let _ = program.stop(&["404 GET /book/2", "403 POST /add", "403 POST /login"]);
}

#[tokio::test]
async fn the_python_program_does_the_same() {
    books_are_added(&Program::python("docs/python/several_files/main.py")).await;
}
