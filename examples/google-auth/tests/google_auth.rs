//! The program over a real socket, with a provider for tests.

use std::process::Command;

use test_support::Program;
use tornado_web::testing::{TestClient, TestResponse};

fn location(response: &TestResponse) -> &str {
    assert_eq!(response.status(), 302, "{response:?}");
    let location = response.header("Location");
    location.expect("a redirect says where to")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_logs_in_and_out() {
    let provider = Program::python("crates/tornado-auth/tests/it/provider.py");
    let mut command = Command::new(env!("CARGO_BIN_EXE_google-auth"));
    command.envs([
        ("ISSUER", &*provider.url()),
        ("CLIENT_ID", "id"),
        ("CLIENT_SECRET", "secret"),
    ]);
    let program = Program::start_with(command);
    let (browser, there) = (
        TestClient::connect(&program.url()),
        TestClient::connect(&provider.url()),
    );
    let path = |url: &str, base: &Program| url.strip_prefix(&base.url()).unwrap().to_owned();

    let response = browser.get("/").await;
    let login = location(&response).to_owned();
    let response = browser.get(&login).await;
    let page = path(location(&response), &provider);
    let typed = there.post(&page).form([("sub", "kim")]).await;
    let response = browser.get(&path(location(&typed), &program)).await;
    assert_eq!(location(&response), "/");
    assert!(browser.get("/").await.text().starts_with("Hello, Kim Lee!"));

    let response = browser.get("/auth/logout").await;
    let logout = location(&response);
    assert!(logout.starts_with(&provider.url()) && logout.contains("id_token_hint="));
    assert_eq!(browser.get("/").await.status(), 302);
    let _ = program.stop(&[]);
}
