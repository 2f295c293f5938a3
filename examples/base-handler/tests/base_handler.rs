//! The program over a real socket.
use test_support::Program;

#[test]
fn hooks_are_inherited_through_three_classes() {
    let program = Program::start(env!("CARGO_BIN_EXE_base-handler"));
    let mut client = program.client();
    let response = client.get("/");
    assert_eq!(response.text(), "Hello! Visit number 1.\n");
    assert_eq!(response.header("X-Frame-Options"), Some("DENY"));

    let response = client.get("/admin");
    assert_eq!(
        (response.status(), response.text()),
        (403, "Sorry: 403 Forbidden\n")
    );
    assert_eq!(response.header("X-Frame-Options"), Some("DENY"));

    let response = client.send("GET", "/admin", &[("X-User", "kim")], b"");
    assert_eq!(
        (response.status(), response.text()),
        (200, "Quarterly report, for kim\n")
    );
    assert_eq!(client.get("/").text(), "Hello! Visit number 4.\n");
    let _ = program.stop(&["403 GET /admin"]);
}
