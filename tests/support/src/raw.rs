//! HTTP/1.1 bytes over a socket, and the answer as it was on the wire.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An answer, with its bytes as they were on the wire.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RawResponse {
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

/// Sends these bytes on a new connection and reads one answer.
#[must_use]
pub fn send_raw(address: SocketAddr, request: &[u8]) -> RawResponse {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a time limit can be set");
    stream.write_all(request).expect("the server reads");
    RawResponse::read(&mut BufReader::new(stream))
}

impl RawResponse {
    /// Reads one answer to a request other than `HEAD`.
    pub fn read(stream: &mut impl BufRead) -> RawResponse {
        let mut response = RawResponse::read_head(stream);
        response.read_body(stream);
        response
    }

    /// Reads the head of an answer; what comes behind it is left in the stream.
    pub fn read_head(stream: &mut impl BufRead) -> RawResponse {
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
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            headers.push((name.to_owned(), value.trim_start().to_owned()));
        }
        RawResponse {
            status_line,
            headers,
            body: Vec::new(),
            complete: true,
        }
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
            None if [" 101 ", " 204 ", " 304 "]
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

    /// The first header with a given name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }
}
