//! The program over a real socket.
use test_support::Program;
use tornado_web::testing::TestClient;

/// What the program does, in either language.
async fn hooks_are_inherited(program: &Program) {
    let client = TestClient::connect(&program.url());
    let response = client.get("/").await;
    assert_eq!(response.text(), "Hello! Visit number 1.\n");
    assert_eq!(response.header("X-Frame-Options"), Some("DENY"));

    let response = client.get("/report").await;
    assert_eq!(
        (response.status().as_u16(), response.text()),
        (403, "Sorry: 403 Forbidden\n")
    );
    assert_eq!(response.header("X-Frame-Options"), Some("DENY"));

    let response = client.get("/report").header("X-User", "kim").await;
    assert_eq!(
        (response.status().as_u16(), response.text()),
        (200, "Quarterly report, for kim\n")
    );
    assert_eq!(client.get("/").await.text(), "Hello! Visit number 4.\n");
}

#[tokio::test]
async fn hooks_are_inherited_through_three_classes() {
    let program = Program::start(env!("CARGO_BIN_EXE_base-handler"));
    hooks_are_inherited(&program).await;
    let _ = program.stop(&["403 GET /report"]);
}

#[tokio::test]
async fn the_python_program_does_the_same() {
    hooks_are_inherited(&Program::python("docs/python/base_handler.py")).await;
}
