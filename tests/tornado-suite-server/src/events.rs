//! What some handlers tell the test object, which is in another process.
//!
//! In Python such a handler has the test object and sets an attribute of it, or
//! calls a method. Here each is a line on standard output, `@wire` and a JSON
//! object, which the runner applies to the object.

use std::io::{Write, stdout};

use serde_json::{Value, json};

/// Sets an attribute of the test object: a future gets the value as its result.
pub(crate) fn set(name: &str, value: impl Into<Value>) {
    emit(&json!({"set": name, "value": value.into()}));
}

/// The same with `bytes`.
pub(crate) fn set_bytes(name: &str, value: &[u8]) {
    let latin1: String = value.iter().copied().map(char::from).collect();
    emit(&json!({"set": name, "bytes": latin1}));
}

/// Calls a method of the test object.
pub(crate) fn call(name: &str) {
    emit(&json!({"call": name}));
}

fn emit(event: &Value) {
    let mut out = stdout().lock();
    // The test process may be gone; it has no use for the event then.
    let _gone = writeln!(out, "@wire {event}").and_then(|()| out.flush());
}
