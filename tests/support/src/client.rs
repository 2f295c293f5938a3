//! `Client`: HTTP/1.1 over a socket, with a cookie jar.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A client of one server. Each request has a connection of its own.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    /// The cookies that the server has set, as they are sent back.
    pub cookies: BTreeMap<String, String>,
}

/// An answer, with its bytes as they were on the wire.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response {
    /// Such as `HTTP/1.1 200 OK`.
    pub status_line: String,
    /// Names as they were sent, and values.
    pub headers: Vec<(String, String)>,
    /// The body, its chunks joined.
    pub body: Vec<u8>,
    /// Whether the body ended as it should: with its last chunk or its full
    /// length.
    pub complete: bool,
}

impl Client {
    /// A client with an empty jar.
    #[must_use]
    pub fn new(address: SocketAddr) -> Client {
        Client {
            address,
            cookies: BTreeMap::new(),
        }
    }

    /// `GET path`.
    pub fn get(&mut self, path: &str) -> Response {
        self.send("GET", path, &[], b"")
    }

    /// `POST path` with a urlencoded form.
    pub fn post_form(&mut self, path: &str, form: &str) -> Response {
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        self.send("POST", path, &headers, form.as_bytes())
    }

    /// Any request, with the cookies of the jar; the cookies of the answer go
    /// into it.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.address
        );
        if !self.cookies.is_empty() {
            let jar: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            write!(head, "Cookie: {}\r\n", jar.join("; ")).expect("a string takes all text");
        }
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").expect("a string takes all text");
        }
        if !body.is_empty() {
            write!(head, "Content-Length: {}\r\n", body.len()).expect("a string takes all text");
        }
        let request = [head.as_bytes(), b"\r\n", body].concat();
        let response = self.send_raw(&request, method == "HEAD");
        for cookie in response.all("Set-Cookie") {
            let (pair, attributes) = cookie.split_once("; ").unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            // Enough of RFC 6265 to tell a removal: an empty value and a date
            // that has passed.
            if value == "\"\"" && attributes.contains("expires=") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    /// Sends these bytes and reads one answer, without the jar.
    #[must_use]
    pub fn send_raw(&self, request: &[u8], head_only: bool) -> Response {
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a time limit can be set");
        stream.write_all(request).expect("the server reads");
        Response::read(&mut BufReader::new(stream), head_only)
    }
}

impl Response {
    /// Reads one answer.
    pub fn read(stream: &mut impl BufRead, head_only: bool) -> Response {
        let mut line = || {
            let mut line = String::new();
            stream
                .read_line(&mut line)
                .expect("an answer in time, in UTF-8");
            line.trim_end_matches(['\r', '\n']).to_owned()
        };
        let status_line = line();
        let mut headers = Vec::new();
        loop {
            let line = line();
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            headers.push((name.to_owned(), value.to_owned()));
        }
        let mut response = Response {
            status_line,
            headers,
            body: Vec::new(),
            complete: true,
        };
        if !head_only {
            response.read_body(stream);
        }
        response
    }

    fn read_body(&mut self, stream: &mut impl BufRead) {
        if self.header("Transfer-Encoding") == Some("chunked") {
            loop {
                let mut size = String::new();
                stream.read_line(&mut size).ok();
                let Ok(size) = usize::from_str_radix(size.trim_end(), 16) else {
                    self.complete = false;
                    return;
                };
                let mut chunk = vec![0; size + 2];
                self.complete = stream.read_exact(&mut chunk).is_ok();
                if size == 0 || !self.complete {
                    return;
                }
                self.body.extend_from_slice(&chunk[..size]);
            }
        }
        match self
            .header("Content-Length")
            .map(|length| length.parse().expect("a length is a number"))
        {
            Some(length) => {
                stream.take(length).read_to_end(&mut self.body).ok();
                self.complete = self.body.len() as u64 == length;
            }
            None if [" 204 ", " 304 "]
                .iter()
                .any(|code| self.status_line.contains(code)) => {}
            None => self.complete = stream.read_to_end(&mut self.body).is_ok(),
        }
    }

    /// The number of the status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status_line
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .unwrap_or(0)
    }

    /// The first header of a name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All headers of a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }
}
