//! The program over a real socket, with the client of Python's `websockets`.

use std::process::Command;

use test_support::Program;
use tornado_web::testing::TestClient;

/// What three people see of each other, in either language. It prints nothing unless
/// something is wrong.
const THREE_PEOPLE: &str = r#"
import json, sys
from websockets.sync.client import connect
from websockets.exceptions import ConnectionClosed

url = sys.argv[1].replace("http", "ws")

def enter(room, name):
    return connect(f"{url}/rooms/{room}?name={name}")

def hears(socket, **expected):
    heard = json.loads(socket.recv(timeout=20))
    assert heard == expected, (heard, expected)

with enter("lobby", "kim") as kim, enter("garden", "lee") as lee:
    assert "permessage-deflate" in kim.response.headers["Sec-WebSocket-Extensions"]
    hears(kim, joined="kim")
    hears(lee, joined="lee")
    with enter("lobby", "ada") as ada:
        hears(kim, joined="ada")
        hears(ada, joined="ada")
        for text in ["hello", "h\u00e9llo " * 100]:
            kim.send(text)
            hears(kim, name="kim", text=text)
            hears(ada, name="kim", text=text)
    hears(kim, left="ada")
    # The other room has heard nothing of all that.
    lee.send("alone")
    hears(lee, name="lee", text="alone")
    lee.send("x" * 4097)
    try:
        lee.recv(timeout=20)
        raise AssertionError("it is too long")
    except ConnectionClosed as closed:
        assert closed.rcvd.code == 1009, closed
"#;

fn three_people(program: &Program) {
    let python = std::env::var("TORNADO_WEB_PYTHON")
        .expect("TORNADO_WEB_PYTHON: export TORNADO_WEB_PYTHON=$(cargo xtask python)");
    let output = Command::new(python)
        .args(["-c", THREE_PEOPLE, &program.url()])
        .output()
        .expect("Python can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
fn people_in_a_room_hear_each_other() {
    let program = Program::start(env!("CARGO_BIN_EXE_chat"));
    three_people(&program);
    let _ = program.stop(&[]);
}

#[test]
fn the_python_program_does_the_same() {
    let program = Program::python("docs/python/chat.py");
    three_people(&program);
}

#[tokio::test]
async fn a_name_is_missing_before_there_is_a_socket() {
    let program = Program::start(env!("CARGO_BIN_EXE_chat"));
    let client = TestClient::connect(&program.url());
    assert!(client.get("/").await.text().contains("new WebSocket("));
    assert_eq!(client.get("/rooms/lobby").await.status(), 400);
    let _ = program.stop(&["Missing argument name", "400 GET /rooms/lobby"]);
}
