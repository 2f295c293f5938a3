//! The program over a real socket.
use std::process::Command;

use test_support::Program;
use tornado_web::testing::TestClient;

#[tokio::test]
async fn an_axum_router_is_mounted_and_extractors_run_in_handlers() {
    let program = Program::start(env!("CARGO_BIN_EXE_axum-interop"));
    let client = TestClient::connect(&program.url());
    let found = client.get("/search?q=rust&page=2").await;
    assert_eq!(found.text(), "rust, page 2\n");
    let found = client.get("/search?q=rust").await;
    assert_eq!(found.text(), "rust, page 1\n");
    let rejected = client.get("/search").await;
    assert_eq!(rejected.status(), 400);
    assert!(rejected.text().contains("missing field"), "{rejected:?}");
    assert_eq!(client.get("/api/health").await.text(), "ok\n");
    assert_eq!(client.get("/api/double/21").await.text(), "42\n");
    assert_eq!(client.get("/api/none").await.status(), 404);
    let _ = program.stop(&["400 GET /search", "404 GET /api/none"]);
}

#[tokio::test]
async fn the_application_runs_inside_axum() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_axum-interop"));
    command.env("SERVE_WITH", "axum");
    let program = Program::start_with(command);
    let client = TestClient::connect(&program.url());
    assert_eq!(client.get("/axum").await.text(), "axum's own route\n");
    let found = client.get("/search?q=rust").await;
    assert_eq!(found.text(), "rust, page 1\n");
    assert_eq!(client.get("/api/health").await.text(), "ok\n");
    for path in ["/axum", "/search?q=rust"] {
        let response = client.get(path).await;
        let header = response.header("X-Content-Type-Options");
        assert_eq!(header, Some("nosniff"), "{path}");
    }
    let missing = client.get("/nothing").await;
    assert_eq!(missing.status(), 404);
    assert!(missing.text().contains("404: Not Found"), "{missing:?}");
}
