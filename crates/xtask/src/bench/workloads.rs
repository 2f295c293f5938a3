//! The requests to the server. To add a workload, add a line to the list.

use anyhow::{Result, bail};

use super::visitor::{Repeated, Request, Visitor};

/// Requests of one kind.
pub(super) struct Workload {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) kind: Kind,
    /// The environment of the server besides `PORT`.
    pub(super) environment: &'static [(&'static str, &'static str)],
    /// How many connections there are under load.
    pub(super) connections: usize,
    /// Checks that the server answers correctly, since speed is worth nothing
    /// otherwise, and returns the request to repeat.
    pub(super) prepare: fn(&mut Visitor) -> Result<Repeated>,
}

/// What a server must have for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Text,
    /// Of what no other server has.
    RequestId,
    Cookie,
    Session(Store),
    Route,
    Page,
    File,
    Upload,
    Echo,
    Room,
}

/// Where sessions are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Store {
    Memory,
    Sqlite,
    Postgres,
    Redis,
}

/// Where static files are, from the root of the workspace on; and one that is made
/// before, since it is large.
pub(super) const FILES: &str = "bench/files";
pub(super) const LARGE: (&str, usize) = ("large.bin", 1 << 20);
const UPLOADED: usize = 256 << 10;
const SERVES_FILES: &[(&str, &str)] = &[("FILES", FILES)];
const SERVES_PAGES: &[(&str, &str)] = &[("PAGES", "bench/templates/pages/tornado")];

/// As most have it.
const USUAL: Workload = Workload {
    name: "",
    about: "",
    kind: Kind::Text,
    environment: &[],
    connections: 64,
    prepare: |_| bail!("it has no request"),
};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "plaintext",
        about: "GET, answered with a short text",
        prepare: |visitor| {
            expect(visitor, "/plaintext", "Hello, World!")?;
            get("/plaintext", visitor)
        },
        ..USUAL
    },
    Workload {
        name: "request-id",
        about: "the same with an id of the request, in its span and in the response",
        kind: Kind::RequestId,
        environment: &[("REQUEST_IDS", "1")],
        prepare: |visitor| {
            expect(visitor, "/plaintext", "Hello, World!")?;
            get("/plaintext", visitor)
        },
        ..USUAL
    },
    Workload {
        name: "json",
        about: "GET, answered with a JSON object",
        prepare: |visitor| {
            let response = visitor.send(&visitor.request("GET", "/json", ""));
            // Tornado's has a space in it.
            let json: serde_json::Value = serde_json::from_slice(&response.body)?;
            if json != serde_json::json!({"message": "Hello, World!"}) {
                bail!("GET /json was answered with {json}");
            }
            get("/json", visitor)
        },
        ..USUAL
    },
    Workload {
        name: "cookie",
        about: "GET with a signed cookie, which is read",
        kind: Kind::Cookie,
        prepare: |visitor| {
            expect(visitor, "/cookie", "Hello, anonymous!")?;
            expect(visitor, "/setcookie", "ok")?;
            expect(visitor, "/cookie", "Hello, alice!")?;
            let request = get("/cookie", visitor);
            visitor.forge_cookies();
            expect(visitor, "/cookie", "Hello, anonymous!")?;
            request
        },
        ..USUAL
    },
    Workload {
        name: "setcookie",
        about: "GET, answered with a signed cookie",
        kind: Kind::Cookie,
        prepare: |visitor| {
            expect(visitor, "/setcookie", "ok")?;
            if !visitor.forget_cookies() {
                bail!("/setcookie has set no cookie");
            }
            get("/setcookie", visitor)
        },
        ..USUAL
    },
    Workload {
        name: "session-read",
        about: "GET with the cookie of a session in memory, which is read",
        kind: Kind::Session(Store::Memory),
        prepare: read_session,
        ..USUAL
    },
    Workload {
        name: "session-write",
        about: "POST of a form with the cookie of a session in memory, which is changed",
        kind: Kind::Session(Store::Memory),
        prepare: write_session,
        ..USUAL
    },
    Workload {
        name: "sqlite-read",
        about: "the session is in a file of SQLite",
        kind: Kind::Session(Store::Sqlite),
        prepare: read_session,
        ..USUAL
    },
    Workload {
        name: "sqlite-write",
        about: "the same, and it is changed",
        kind: Kind::Session(Store::Sqlite),
        prepare: write_session,
        ..USUAL
    },
    Workload {
        name: "postgres-read",
        about: "the session is in PostgreSQL",
        kind: Kind::Session(Store::Postgres),
        prepare: read_session,
        ..USUAL
    },
    Workload {
        name: "postgres-write",
        about: "the same, and it is changed",
        kind: Kind::Session(Store::Postgres),
        prepare: write_session,
        ..USUAL
    },
    Workload {
        name: "redis-read",
        about: "the session is in Redis",
        kind: Kind::Session(Store::Redis),
        prepare: read_session,
        ..USUAL
    },
    Workload {
        name: "redis-write",
        about: "the same, and it is changed",
        kind: Kind::Session(Store::Redis),
        prepare: write_session,
        ..USUAL
    },
    Workload {
        name: "route-of-1",
        about: "GET of the only route with a group",
        kind: Kind::Route,
        environment: &[("ROUTES", "1")],
        prepare: |visitor| last_route(visitor, 1),
        ..USUAL
    },
    Workload {
        name: "route-of-100",
        about: "GET of the last of 100 routes with a group",
        kind: Kind::Route,
        environment: &[("ROUTES", "100")],
        prepare: |visitor| last_route(visitor, 100),
        ..USUAL
    },
    Workload {
        name: "route-of-1000",
        about: "GET of the last of 1,000 routes with a group",
        kind: Kind::Route,
        environment: &[("ROUTES", "1000")],
        prepare: |visitor| last_route(visitor, 1000),
        ..USUAL
    },
    Workload {
        name: "route-of-5000",
        about: "GET of the last of 5,000 routes with a group",
        kind: Kind::Route,
        environment: &[("ROUTES", "5000")],
        prepare: |visitor| last_route(visitor, 5000),
        ..USUAL
    },
    Workload {
        name: "page",
        about: "GET, answered with a small page from a template with a base",
        kind: Kind::Page,
        environment: SERVES_PAGES,
        prepare: |visitor| {
            let response = visitor.send(&visitor.request("GET", "/page", ""));
            let page = response.text();
            if response.status() != 200 || !page.contains("<h1>Welcome</h1><p>4 Item &") {
                bail!("GET /page was answered with {page}");
            }
            get("/page", visitor)
        },
        ..USUAL
    },
    Workload {
        name: "small-file",
        about: "GET of a static file of 960 bytes",
        kind: Kind::File,
        environment: SERVES_FILES,
        prepare: |visitor| {
            expect_length(visitor, "/static/small.css", 960)?;
            get("/static/small.css", visitor)
        },
        ..USUAL
    },
    Workload {
        name: "large-file",
        about: "GET of a static file of 1 MiB",
        kind: Kind::File,
        environment: SERVES_FILES,
        prepare: |visitor| {
            expect_length(visitor, "/static/large.bin", LARGE.1)?;
            get("/static/large.bin", visitor)
        },
        ..USUAL
    },
    Workload {
        name: "upload",
        about: "POST of a form with a file of 256 KiB",
        kind: Kind::Upload,
        prepare: |visitor| {
            let request = Request::upload("/upload", "kim", UPLOADED);
            let response = visitor.send(&request);
            if response.text() != format!("kim {UPLOADED}") {
                bail!("POST /upload was answered with {}", response.text());
            }
            Ok(request.into())
        },
        ..USUAL
    },
    Workload {
        name: "echo",
        about: "a text of 100 bytes to a WebSocket, and back",
        kind: Kind::Echo,
        prepare: |_| Ok(Repeated::echo("/echo", 100)),
        ..USUAL
    },
    Workload {
        name: "room",
        about: "a text of 90 bytes to all of 9,500 WebSockets; counted by what they get",
        kind: Kind::Room,
        connections: 9500,
        prepare: |_| Ok(Repeated::echo("/room", 90)),
        ..USUAL
    },
];

impl Kind {
    /// Whether `cargo xtask bench` counts it: what needs no server of a database.
    pub(super) fn is_counted(self) -> bool {
        match self {
            Kind::Session(store) => store == Store::Memory,
            kind => kind != Kind::Room,
        }
    }
}

fn get(path: &str, visitor: &Visitor) -> Result<Repeated> {
    Ok(visitor.request("GET", path, "").into())
}

fn read_session(visitor: &mut Visitor) -> Result<Repeated> {
    log_in(visitor)?;
    get("/session", visitor)
}

fn write_session(visitor: &mut Visitor) -> Result<Repeated> {
    log_in(visitor)?;
    Ok(visitor.request("POST", "/session", "username=bob").into())
}

fn log_in(visitor: &mut Visitor) -> Result<()> {
    expect(visitor, "/session", "Hello, anonymous!")?;
    visitor.send(&visitor.request("POST", "/session", "username=alice"));
    expect(visitor, "/session", "Hello, alice!")
}

fn last_route(visitor: &mut Visitor, routes: usize) -> Result<Repeated> {
    let path = format!("/r{}/hello", routes - 1);
    expect(visitor, &path, "hello")?;
    get(&path, visitor)
}

fn expect(visitor: &mut Visitor, path: &str, body: &str) -> Result<()> {
    let response = visitor.send(&visitor.request("GET", path, ""));
    if response.status() != 200 || response.text() != body {
        bail!(
            "GET {path} was answered with {} and {:?} in place of {body:?}",
            response.status_line,
            response.text()
        );
    }
    Ok(())
}

fn expect_length(visitor: &mut Visitor, path: &str, length: usize) -> Result<()> {
    let request = visitor.request("GET", path, "");
    let response = visitor.send(&request);
    if response.status() != 200 || response.body.len() != length {
        bail!(
            "GET {path} was answered with {} and {} bytes",
            response.status_line,
            response.body.len()
        );
    }
    Ok(())
}
