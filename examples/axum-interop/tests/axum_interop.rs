//! The program over a real socket.
use std::process::Command;

use test_support::Program;

#[test]
fn an_axum_router_is_mounted_and_extractors_run_in_handlers() {
    let program = Program::start(env!("CARGO_BIN_EXE_axum-interop"));
    let mut client = program.client();
    assert_eq!(client.get("/search?q=rust&page=2").text(), "rust, page 2\n");
    assert_eq!(client.get("/search?q=rust").text(), "rust, page 1\n");
    let rejected = client.get("/search");
    assert_eq!(rejected.status(), 400);
    assert!(
        rejected.text().contains("missing field"),
        "{}",
        rejected.text()
    );
    assert_eq!(client.get("/api/health").text(), "ok\n");
    assert_eq!(client.get("/api/double/21").text(), "42\n");
    assert_eq!(client.get("/api/none").status(), 404);
    let _ = program.stop(&["400 GET /search", "404 GET /api/none"]);
}

#[test]
fn the_application_runs_inside_axum() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_axum-interop"));
    command.env("SERVE_WITH", "axum");
    let program = Program::start_with(command);
    let mut client = program.client();
    assert_eq!(client.get("/axum").text(), "axum's own route\n");
    assert_eq!(client.get("/search?q=rust").text(), "rust, page 1\n");
    assert_eq!(client.get("/api/health").text(), "ok\n");
    for path in ["/axum", "/search?q=rust"] {
        let header = client
            .get(path)
            .header("X-Content-Type-Options")
            .map(str::to_owned);
        assert_eq!(header.as_deref(), Some("nosniff"), "{path}");
    }
    let missing = client.get("/nothing");
    assert_eq!(
        (missing.status(), missing.text().contains("404: Not Found")),
        (404, true)
    );
}
