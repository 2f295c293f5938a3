//! The program over a real socket.
use test_support::Program;

#[test]
fn the_space_is_quoted() {
    let program = Program::start(env!("CARGO_BIN_EXE_cookies"));
    let response = program.client().get("/");
    assert_eq!(
        (response.status(), response.text()),
        (200, "Cookie has been set!")
    );
    assert_eq!(
        response.header("Set-Cookie"),
        Some("username=\"John Doe\"; Path=/")
    );
    let _ = program.stop(&[]);
}

/// The guide says so, and `docs/differences.md`.
#[test]
fn the_python_program_fails() {
    let program = Program::python("docs/python/cookies.py");
    assert_eq!(program.client().get("/").status(), 500);
}
