//! The program over a real socket, with the client of the Python package `websockets`.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use test_support::{PostgresServer, Program, RedisServer};
use tornado_web::testing::TestClient;
use tornado_web::websocket::{WebSocketClientConnection, websocket_connect};

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

async fn enter(node: &Program, name: &str) -> WebSocketClientConnection {
    let url = format!("ws://{}/rooms/lobby?name={name}", node.address());
    websocket_connect(url).await.unwrap()
}

/// The next message; `None` when the node is gone.
async fn hear(socket: &mut WebSocketClientConnection) -> Option<Value> {
    let message = tokio::time::timeout(Duration::from_secs(20), socket.read_message());
    let message = message.await.expect("something comes in time")?;
    Some(serde_json::from_str(message.as_text().unwrap()).unwrap())
}

/// One chat on two nodes, one of which is killed.
async fn two_nodes(rooms: &str) {
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chat"));
        command.env("ROOMS", rooms);
        Program::start_with(command)
    };
    let (first, second) = (start(), start());
    let mut kim = enter(&first, "kim").await;
    assert_eq!(hear(&mut kim).await, Some(json!({ "joined": "kim" })));
    let mut lee = enter(&second, "lee").await;
    for person in [&mut kim, &mut lee] {
        assert_eq!(hear(person).await, Some(json!({ "joined": "lee" })));
    }
    lee.write_message("hello").await.unwrap();
    kim.write_message("x".repeat(4000)).await.unwrap();
    for (person, names) in [(&mut kim, ["kim", "lee"]), (&mut lee, ["kim", "lee"])] {
        let mut heard = Vec::new();
        while heard.len() < 2 {
            let message = hear(person).await.unwrap();
            // The news that Kim has joined may reach the other node after Lee does.
            if message != json!({ "joined": "kim" }) {
                heard.push(message["name"].clone());
            }
        }
        // Each node has its own order.
        heard.sort_by_key(Value::to_string);
        assert_eq!(heard, names);
    }

    drop(second);
    assert_eq!(hear(&mut lee).await, None);
    kim.write_message("who is there?").await.unwrap();
    let heard = hear(&mut kim).await;
    assert_eq!(
        heard,
        Some(json!({ "name": "kim", "text": "who is there?" }))
    );
    // Lee comes back, on another node.
    let third = start();
    let mut lee = enter(&third, "lee").await;
    for person in [&mut kim, &mut lee] {
        assert_eq!(hear(person).await, Some(json!({ "joined": "lee" })));
    }
    lee.write_message("I am").await.unwrap();
    for person in [&mut kim, &mut lee] {
        let expected = json!({ "name": "lee", "text": "I am" });
        assert_eq!(hear(person).await, Some(expected));
    }
    drop((kim, lee));
    for node in [first, third] {
        let _ = node.stop(&[]);
    }
}

#[tokio::test]
async fn two_nodes_are_one_chat_by_redis() {
    two_nodes(&RedisServer::start().url()).await;
}

#[tokio::test]
async fn two_nodes_are_one_chat_by_postgres() {
    two_nodes(&PostgresServer::shared().new_database()).await;
}
