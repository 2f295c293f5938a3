//! The program over a real socket.
use test_support::Program;

/// What the program does, in either language.
fn hooks_are_inherited(program: &Program) {
    let mut client = program.client();
    let response = client.get("/");
    assert_eq!(response.text(), "Hello! Visit number 1.\n");
    assert_eq!(response.header("X-Frame-Options"), Some("DENY"));

    let response = client.get("/report");
    assert_eq!(
        (response.status(), response.text()),
        (403, "Sorry: 403 Forbidden\n")
    );
    assert_eq!(response.header("X-Frame-Options"), Some("DENY"));

    let response = client.send("GET", "/report", &[("X-User", "kim")], b"");
    assert_eq!(
        (response.status(), response.text()),
        (200, "Quarterly report, for kim\n")
    );
    assert_eq!(client.get("/").text(), "Hello! Visit number 4.\n");
}

#[test]
fn hooks_are_inherited_through_three_classes() {
    let program = Program::start(env!("CARGO_BIN_EXE_base-handler"));
    hooks_are_inherited(&program);
    let _ = program.stop(&["403 GET /report"]);
}

#[test]
fn the_python_program_does_the_same() {
    hooks_are_inherited(&Program::python("docs/python/base_handler.py"));
}
