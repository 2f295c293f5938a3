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

    /// Returns whether there were any.
    pub(super) fn forget_cookies(&mut self) -> bool {
        !std::mem::take(&mut self.cookies).is_empty()
    }
}
