//! A client for the server. It keeps cookies and does nothing else of what a
//! browser does, since this program must not depend on what it measures.

use std::net::SocketAddr;

use test_support::{RawResponse, send_raw};

/// Keeps the cookies of one server.
pub(super) struct Visitor {
    address: SocketAddr,
    /// Names and values, as they are sent back.
    cookies: Vec<(String, String)>,
}

/// A request as bytes on the wire.
pub(super) struct Request(pub(super) Vec<u8>);

/// What a client does: one request over and over.
pub(super) struct Repeated {
    /// What each connection sends once before, such as the handshake of a WebSocket.
    pub(super) first: Option<Request>,
    pub(super) request: Request,
    /// How long the answer is; its head says so where this is missing.
    pub(super) answer: Option<usize>,
}

impl Request {
    /// A form with a name and a file of this size.
    pub(super) fn upload(path: &str, name: &str, bytes: usize) -> Request {
        let before = format!(
            "--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n{name}\r\n--B\r\n\
             Content-Disposition: form-data; name=\"f\"; filename=\"f.bin\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let after = b"\r\n--B--\r\n";
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\
             Content-Type: multipart/form-data; boundary=B\r\nContent-Length: {}\r\n\r\n",
            before.len() + bytes + after.len()
        );
        let file = vec![b'x'; bytes];
        Request([head.as_bytes(), before.as_bytes(), &file, after].concat())
    }
}

impl Repeated {
    /// A text to a WebSocket, which answers with the same.
    pub(super) fn echo(path: &str, length: u8) -> Repeated {
        let upgrade = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        // A text of less than 126 bytes, masked with zeros.
        let mut frame = vec![0x81, 0x80 | length, 0, 0, 0, 0];
        frame.resize(frame.len() + usize::from(length), b'x');
        Repeated {
            first: Some(Request(upgrade.into_bytes())),
            request: Request(frame),
            answer: Some(2 + usize::from(length)),
        }
    }
}

impl From<Request> for Repeated {
    fn from(request: Request) -> Repeated {
        Repeated {
            first: None,
            request,
            answer: None,
        }
    }
}

impl Visitor {
    pub(super) fn new(address: SocketAddr) -> Visitor {
        Visitor {
            address,
            cookies: Vec::new(),
        }
    }

    /// A request with the current cookies.
    pub(super) fn request(&self, method: &str, path: &str, form: &str) -> Request {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter();
            let pairs: Vec<_> = pairs
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            head += &format!("Cookie: {}\r\n", pairs.join("; "));
        }
        if !form.is_empty() {
            head += "Content-Type: application/x-www-form-urlencoded\r\n";
            head += &format!("Content-Length: {}\r\n", form.len());
        }
        Request([head.as_bytes(), b"\r\n", form.as_bytes()].concat())
    }

    /// Sends it, and stores the cookies of the response.
    pub(super) fn send(&mut self, request: &Request) -> RawResponse {
        let response = send_raw(self.address, &request.0);
        let is_cookie = |name: &str| name.eq_ignore_ascii_case("Set-Cookie");
        for (_, cookie) in response.headers.iter().filter(|(name, _)| is_cookie(name)) {
            let (pair, _) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.cookies.retain(|(other, _)| other != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        response
    }

    /// Changes a letter of each cookie.
    pub(super) fn forge_cookies(&mut self) {
        for (_, value) in &mut self.cookies {
            let middle = value.len() / 2;
            let letter = value[middle..].find(|c: char| c.is_ascii_alphanumeric());
            let Some(at) = letter.map(|letter| middle + letter) else {
                continue;
            };
            let other = if value[at..].starts_with('A') {
                "B"
            } else {
                "A"
            };
            value.replace_range(at..=at, other);
        }
    }

    /// Returns whether there were any.
    pub(super) fn forget_cookies(&mut self) -> bool {
        !std::mem::take(&mut self.cookies).is_empty()
    }
}
