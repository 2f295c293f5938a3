//! The program over a real socket, next to its Python counterpart.
use test_support::Program;
use tornado_web::testing::TestClient;

#[tokio::test]
async fn it_says_hello() {
    let program = Program::start(env!("CARGO_BIN_EXE_hello"));
    let client = TestClient::connect(&program.url());
    let response = client.get("/").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.text(), "Hello, world");
    assert_eq!(
        response.header("Content-Type"),
        Some("text/html; charset=UTF-8")
    );
    assert_eq!(client.get("/nothing").await.status(), 404);
    let _ = program.stop(&["404 GET /nothing (127.0.0.1)"]);
}

#[tokio::test]
async fn the_python_program_does_the_same() {
    let programs = [
        Program::start(env!("CARGO_BIN_EXE_hello")),
        Program::python("docs/python/hello.py"),
    ];
    let clients = programs
        .each_ref()
        .map(|program| TestClient::connect(&program.url()));
    for path in ["/", "/nothing"] {
        let (ours, theirs) = (clients[0].get(path).await, clients[1].get(path).await);
        assert_eq!(
            (ours.version(), ours.status(), ours.reason()),
            (theirs.version(), theirs.status(), theirs.reason())
        );
        assert_eq!(ours.text(), theirs.text());
        assert_eq!(ours.header("Etag"), theirs.header("Etag"));
    }
}
