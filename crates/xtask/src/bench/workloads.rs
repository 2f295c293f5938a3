//! The requests to the server. To add a workload, add a line to the list.

use anyhow::{Result, bail};

use super::visitor::{Request, Visitor};

/// Requests of one kind.
pub(super) struct Workload {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// The environment of the server besides `PORT`.
    pub(super) environment: &'static [(&'static str, &'static str)],
    /// Checks that the server answers correctly, since speed is worth nothing
    /// otherwise, and returns the request to repeat.
    pub(super) prepare: fn(&mut Visitor) -> Result<Request>,
}

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "plaintext",
        about: "GET, answered with a short text",
        environment: &[],
        prepare: |visitor| {
            expect(visitor, "/plaintext", "Hello, World!")?;
            Ok(get("/plaintext", visitor))
        },
    },
    Workload {
        name: "request-id",
        about: "the same with an id of the request, in its span and in the response",
        environment: &[("REQUEST_IDS", "1")],
        prepare: |visitor| {
            expect(visitor, "/plaintext", "Hello, World!")?;
            Ok(get("/plaintext", visitor))
        },
    },
    Workload {
        name: "json",
        about: "GET, answered with a JSON object",
        environment: &[],
        prepare: |visitor| {
            expect(visitor, "/json", r#"{"message": "Hello, World!"}"#)?;
            Ok(get("/json", visitor))
        },
    },
    Workload {
        name: "cookie",
        about: "GET with a signed cookie, which is read",
        environment: &[],
        prepare: |visitor| {
            expect(visitor, "/cookie", "Hello, anonymous!")?;
            expect(visitor, "/setcookie", "ok")?;
            expect(visitor, "/cookie", "Hello, alice!")?;
            Ok(get("/cookie", visitor))
        },
    },
    Workload {
        name: "setcookie",
        about: "GET, answered with a signed cookie",
        environment: &[],
        prepare: |visitor| {
            expect(visitor, "/setcookie", "ok")?;
            if !visitor.forget_cookies() {
                bail!("/setcookie has set no cookie");
            }
            Ok(get("/setcookie", visitor))
        },
    },
    Workload {
        name: "session-read",
        about: "GET with the cookie of a session in memory, which is read",
        environment: &[],
        prepare: |visitor| {
            log_in(visitor)?;
            Ok(get("/session", visitor))
        },
    },
    Workload {
        name: "session-write",
        about: "POST of a form with the cookie of a session in memory, which is changed",
        environment: &[],
        prepare: |visitor| {
            log_in(visitor)?;
            Ok(visitor.request("POST", "/session", "username=bob"))
        },
    },
    Workload {
        name: "route-of-1",
        about: "GET of the only route with a group",
        environment: &[("ROUTES", "1")],
        prepare: |visitor| last_route(visitor, 1),
    },
    Workload {
        name: "route-of-1000",
        about: "GET of the last of 1,000 routes with a group",
        environment: &[("ROUTES", "1000")],
        prepare: |visitor| last_route(visitor, 1000),
    },
];

fn get(path: &str, visitor: &Visitor) -> Request {
    visitor.request("GET", path, "")
}

fn log_in(visitor: &mut Visitor) -> Result<()> {
    expect(visitor, "/session", "Hello, anonymous!")?;
    visitor.send(&visitor.request("POST", "/session", "username=alice"));
    expect(visitor, "/session", "Hello, alice!")
}

fn last_route(visitor: &mut Visitor, routes: usize) -> Result<Request> {
    let path = format!("/r{}/hello", routes - 1);
    expect(visitor, &path, "hello")?;
    Ok(get(&path, visitor))
}

fn expect(visitor: &mut Visitor, path: &str, body: &str) -> Result<()> {
    let response = visitor.send(&get(path, visitor));
    if response.status() != 200 || response.text() != body {
        bail!(
            "GET {path} was answered with {} and {:?} in place of {body:?}",
            response.status_line,
            response.text()
        );
    }
    Ok(())
}
