//! The program over a real socket.
use test_support::Program;

#[test]
fn it_says_hello() {
    let program = Program::start(env!("CARGO_BIN_EXE_hello"));
    let response = program.client().get("/");
    assert_eq!((response.status(), response.text()), (200, "Hello, world"));
    assert_eq!(
        response.header("Content-Type"),
        Some("text/html; charset=UTF-8")
    );
    assert_eq!(program.client().get("/nothing").status(), 404);
    let _ = program.stop(&["404 GET /nothing (127.0.0.1)"]);
}

#[test]
fn the_python_program_does_the_same() {
    let ours = Program::start(env!("CARGO_BIN_EXE_hello"));
    let theirs = Program::python("docs/python/hello.py");
    for path in ["/", "/nothing"] {
        let (ours, theirs) = (ours.client().get(path), theirs.client().get(path));
        assert_eq!(ours.status_line, theirs.status_line);
        assert_eq!(ours.text(), theirs.text());
        assert_eq!(ours.header("Etag"), theirs.header("Etag"));
    }
}
