//! What the server is asked. A workload more is a line more in the list.

use anyhow::{Result, bail};
use test_support::Client;

/// Requests of one kind.
pub(super) struct Workload {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// What the server gets in its environment besides `PORT`.
    pub(super) environment: &'static [(&'static str, &'static str)],
    /// Checks that the server answers as it should, for speed without that is
    /// worth nothing, and gives the request to repeat.
    pub(super) prepare: fn(&mut Client) -> Result<Request>,
}

/// A request without the headers that all have.
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) cookies: Vec<(String, String)>,
    pub(super) form: &'static str,
}

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "plaintext",
        about: "GET, answered with a short text",
        environment: &[],
        prepare: |client| {
            expect(client, "/plaintext", "Hello, World!")?;
            Ok(get("/plaintext", client))
        },
    },
    Workload {
        name: "json",
        about: "GET, answered with a JSON object",
        environment: &[],
        prepare: |client| {
            expect(client, "/json", r#"{"message": "Hello, World!"}"#)?;
            Ok(get("/json", client))
        },
    },
    Workload {
        name: "cookie",
        about: "GET with a signed cookie, which is read",
        environment: &[],
        prepare: |client| {
            expect(client, "/cookie", "Hello, anonymous!")?;
            expect(client, "/setcookie", "ok")?;
            expect(client, "/cookie", "Hello, alice!")?;
            Ok(get("/cookie", client))
        },
    },
    Workload {
        name: "setcookie",
        about: "GET, answered with a signed cookie",
        environment: &[],
        prepare: |client| {
            expect(client, "/setcookie", "ok")?;
            if client.cookies.is_empty() {
                bail!("/setcookie has set no cookie");
            }
            client.cookies.clear();
            Ok(get("/setcookie", client))
        },
    },
    Workload {
        name: "session-read",
        about: "GET with the cookie of a session in memory, which is read",
        environment: &[],
        prepare: |client| {
            log_in(client)?;
            Ok(get("/session", client))
        },
    },
    Workload {
        name: "session-write",
        about: "POST of a form with the cookie of a session in memory, which is changed",
        environment: &[],
        prepare: |client| {
            log_in(client)?;
            Ok(Request {
                method: "POST",
                form: "username=bob",
                ..get("/session", client)
            })
        },
    },
    Workload {
        name: "route-of-1",
        about: "GET of the only route with a group",
        environment: &[("ROUTES", "1")],
        prepare: |client| last_route(client, 1),
    },
    Workload {
        name: "route-of-1000",
        about: "GET of the last of 1,000 routes with a group",
        environment: &[("ROUTES", "1000")],
        prepare: |client| last_route(client, 1000),
    },
];

fn get(path: &str, client: &Client) -> Request {
    Request {
        method: "GET",
        path: path.to_owned(),
        cookies: client.cookies.clone().into_iter().collect(),
        form: "",
    }
}

fn log_in(client: &mut Client) -> Result<()> {
    expect(client, "/session", "Hello, anonymous!")?;
    client.post_form("/session", "username=alice");
    expect(client, "/session", "Hello, alice!")
}

fn last_route(client: &mut Client, routes: usize) -> Result<Request> {
    let path = format!("/r{}/hello", routes - 1);
    expect(client, &path, "hello")?;
    Ok(get(&path, client))
}

fn expect(client: &mut Client, path: &str, body: &str) -> Result<()> {
    let response = client.get(path);
    if response.status() != 200 || response.text() != body {
        bail!(
            "GET {path} was answered with {} and {:?} in place of {body:?}",
            response.status_line,
            response.text()
        );
    }
    Ok(())
}
