//! The clients: their requests, and the responses that they must get.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use test_support::RawResponse;

/// The size of the large file.
pub(super) const LARGE: usize = 2 << 20;

/// All clients together.
pub(super) struct Load {
    threads: Vec<JoinHandle<Result<Counts>>>,
    requests: Arc<AtomicU64>,
    failed: Arc<AtomicBool>,
}

/// How often each action was done.
pub(super) struct Counts(BTreeMap<&'static str, u64>);

/// One client, with its connection and its session.
struct Client {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
    cookie: Option<String>,
    random: u64,
}

impl Load {
    pub(super) fn start(address: SocketAddr, clients: usize, end: Instant) -> Load {
        let (requests, failed) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
        let threads = (0..clients).map(|seed| {
            let (requests, failed) = (Arc::clone(&requests), Arc::clone(&failed));
            std::thread::spawn(move || {
                let mut client = Client {
                    address,
                    connection: None,
                    cookie: None,
                    random: 0x9e37_79b9_7f4a_7c15 ^ (seed as u64 + 1),
                };
                let mut counts = BTreeMap::new();
                while Instant::now() < end && !failed.load(Relaxed) {
                    match client.act() {
                        Ok(name) => *counts.entry(name).or_default() += 1,
                        Err(error) => {
                            failed.store(true, Relaxed);
                            return Err(error);
                        }
                    }
                    requests.fetch_add(1, Relaxed);
                }
                Ok(Counts(counts))
            })
        });
        Load {
            threads: threads.collect(),
            requests: Arc::clone(&requests),
            failed: Arc::clone(&failed),
        }
    }

    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Relaxed)
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Relaxed)
    }

    /// Waits for all clients. It is an error if one of them did not get what it
    /// should.
    pub(super) fn end(self) -> Result<Counts> {
        let mut all = BTreeMap::new();
        for thread in self.threads {
            let counts = thread
                .join()
                .map_err(|_| anyhow::anyhow!("a client has got no answer in time"))??;
            for (name, count) in counts.0 {
                *all.entry(name).or_default() += count;
            }
        }
        Ok(Counts(all))
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<_> = self
            .0
            .iter()
            .map(|(name, n)| format!("{n} {name}"))
            .collect();
        write!(f, "{}", counts.join(", "))
    }
}

impl Client {
    /// One action of a client.
    fn act(&mut self) -> Result<&'static str> {
        let dice = self.below(100);
        Ok(match dice {
            0..20 => self.get("page", "/page", "", 200)?,
            20..35 => self.get("compressed page", "/page", "Accept-Encoding: gzip\r\n", 200)?,
            35..50 => self.session()?,
            50..60 => self.get("style", "/static/style.css", "", 200)?,
            60..63 => self.get("large file", "/static/large.bin", "", 200)?,
            63..68 => self.get("part", "/static/large.bin", "Range: bytes=5-70000\r\n", 206)?,
            68..74 => self.upload()?,
            74..78 => self.get("stream", "/stream", "", 200)?,
            78..82 => self.get("wait", "/wait", "", 200)?,
            82..85 => self.get("failure", "/fail", "", 500)?,
            85..90 => self.get("missing page", "/nothing", "", 404)?,
            90..93 => self.get("new connection", "/page", "Connection: close\r\n", 200)?,
            93..96 => self.leave(
                "left in a request",
                b"POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 90000\r\n\r\nhalf",
                0,
            )?,
            96..98 => self.leave(
                "left while waited for",
                b"GET /wait HTTP/1.1\r\nHost: h\r\n\r\n",
                0,
            )?,
            _ => self.leave(
                "left in an answer",
                b"GET /static/large.bin HTTP/1.1\r\nHost: h\r\n\r\n",
                1000,
            )?,
        })
    }

    fn get(
        &mut self,
        name: &'static str,
        path: &str,
        headers: &str,
        status: u16,
    ) -> Result<&'static str> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: h\r\n{headers}\r\n");
        let answer = self.ask(request.as_bytes())?;
        expect(name, &answer, status)?;
        let length = answer.body.len();
        let right = match name {
            "large file" => length == LARGE,
            "part" => length == 69_996,
            "stream" => length == 20 * 16 * 1024,
            _ => length > 0,
        };
        if !right {
            bail!("{name}: {length} bytes");
        }
        Ok(name)
    }

    /// Begins, continues or ends a session; or forgets it, so that it expires.
    fn session(&mut self) -> Result<&'static str> {
        let dice = self.below(10);
        let (name, verb) = match (&self.cookie, dice) {
            (None, _) => ("session begun", "set"),
            (Some(_), 0..5) => ("session written", "set"),
            (Some(_), 5) => ("login", "login"),
            (Some(_), 6) => ("logout", "logout"),
            (Some(_), 7) => {
                self.cookie = None;
                return Ok("session forgotten");
            }
            (Some(cookie), _) => {
                let header = format!("Cookie: {cookie}\r\n");
                return self.get("session read", "/session/", &header, 200);
            }
        };
        let cookie = self.cookie.as_ref();
        let cookie = cookie.map_or_else(String::new, |cookie| format!("Cookie: {cookie}\r\n"));
        let request = format!(
            "POST /session/{verb} HTTP/1.1\r\nHost: h\r\n{cookie}Content-Length: 0\r\n\r\n"
        );
        let answer = self.ask(request.as_bytes())?;
        expect(name, &answer, 200)?;
        if let Some(cookie) = answer.header("Set-Cookie") {
            let pair = cookie.split(';').next().unwrap_or_default().to_owned();
            self.cookie = Some(pair).filter(|_| verb != "logout");
        }
        Ok(name)
    }

    fn upload(&mut self) -> Result<&'static str> {
        let size = 1000 + self.below(200_000) as usize;
        let mut body = b"--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nkim\r\n\
            --B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.bin\"\r\n\r\n"
            .to_vec();
        body.resize(body.len() + size, b'x');
        body.extend_from_slice(b"\r\n--B--\r\n");
        let head = format!(
            "POST /upload HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=B\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let answer = self.ask(&[head.as_bytes(), &body].concat())?;
        expect("upload", &answer, 200)?;
        if answer.body != format!("kim {size}").into_bytes() {
            bail!("upload: another form came back");
        }
        Ok("upload")
    }

    /// A separate connection, from which only this much is read.
    fn leave(&mut self, name: &'static str, request: &[u8], read: usize) -> Result<&'static str> {
        let mut stream = connect(self.address)?;
        stream.write_all(request)?;
        stream.read_exact(&mut vec![0; read])?;
        Ok(name)
    }

    fn ask(&mut self, request: &[u8]) -> Result<RawResponse> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => BufReader::new(connect(self.address)?),
        };
        connection.get_mut().write_all(request)?;
        let answer = RawResponse::read(&mut connection);
        let closes = answer
            .header("Connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"));
        self.connection = Some(connection).filter(|_| !closes);
        Ok(answer)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % bound
    }
}

fn expect(name: &str, answer: &RawResponse, status: u16) -> Result<()> {
    if answer.status() != status || !answer.complete {
        bail!("{name}: {}", answer.status_line);
    }
    Ok(())
}

fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).context("the server does not take a connection")?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    Ok(stream)
}
