//! What some handlers tell the test object, which is in another process.
//!
//! In Python such a handler has the test object and sets one of its attributes,
//! or calls a method. Here each is a line on standard output, `@wire` and a
//! JSON object, which the runner applies to the object.

use std::io::{Write, stdin, stdout};

use serde_json::{Value, json};

/// Sets an attribute of the test object: a future gets the value as its result.
pub(crate) fn set(name: &str, value: impl Into<Value>) {
    emit(&json!({"set": name, "value": value.into()}));
}

/// As `set`, with `bytes`.
pub(crate) fn set_bytes(name: &str, value: &[u8]) {
    let latin1: String = value.iter().copied().map(char::from).collect();
    emit(&json!({"set": name, "bytes": latin1}));
}

/// Calls a method of the test object.
pub(crate) fn call(name: &str) {
    emit(&json!({"call": name}));
}

/// Waits until the test sets this attribute, such as an event.
pub(crate) async fn wait_for(name: &'static str) {
    let read = move || {
        let sets = |line: &str| {
            let event = line.strip_prefix("@wire ")?;
            let event: Value = serde_json::from_str(event).ok()?;
            Some(event["set"] == name)
        };
        let mut lines = stdin().lines().map_while(Result::ok);
        lines.any(|line| sets(&line) == Some(true))
    };
    // The test process may be gone; then nobody waits for an answer.
    let _gone = tokio::task::spawn_blocking(read).await;
}

fn emit(event: &Value) {
    let mut out = stdout().lock();
    // The test process may be gone; then it has no use for the event.
    let _gone = writeln!(out, "@wire {event}").and_then(|()| out.flush());
}
