//! The program over a real socket.
use test_support::Program;
use tornado_web::testing::TestClient;

#[tokio::test]
async fn the_space_is_quoted() {
    let program = Program::start(env!("CARGO_BIN_EXE_cookies"));
    let client = TestClient::connect(&program.url());
    let response = client.get("/").await.rethrow();
    assert_eq!(
        (response.status().as_u16(), response.text()),
        (200, "Cookie has been set!")
    );
    assert_eq!(
        response.header("Set-Cookie"),
        Some("username=\"John Doe\"; Path=/")
    );
    assert_eq!(client.get_cookie("username").as_deref(), Some("John Doe"));
    let _ = program.stop(&[]);
}

/// The guide says so, and `docs/differences.md`.
#[tokio::test]
async fn the_python_program_fails() {
    let program = Program::python("docs/python/cookies.py");
    let client = TestClient::connect(&program.url());
    assert_eq!(client.get("/").await.status(), 500);
}
