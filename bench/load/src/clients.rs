//! All connections.

use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::answer::Rest;
use crate::{Plan, Seen};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

struct Client {
    stream: TcpStream,
    rest: Rest,
    /// What of the request has gone out.
    sent: usize,
    began: Instant,
    /// Whether it waits for an answer.
    waits: bool,
}

pub(crate) struct Clients {
    poll: Poll,
    clients: Vec<Client>,
    request: Vec<u8>,
    answer: Option<usize>,
    room: bool,
    buffer: Vec<u8>,
}

impl Clients {
    /// Connects all of them, and lets each make its first request.
    pub(crate) fn connect(plan: &Plan) -> Result<Clients> {
        let poll = Poll::new()?;
        let mut clients = Vec::with_capacity(plan.connections);
        for token in 0..plan.connections {
            let stream = std::net::TcpStream::connect(plan.address)
                .with_context(|| format!("connection {token}"))?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            if let Some(first) = &plan.first {
                (&stream).write_all(first)?;
                read_answer(&stream)?;
            }
            stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(stream);
            let interest = Interest::READABLE | Interest::WRITABLE;
            poll.registry()
                .register(&mut stream, Token(token), interest)?;
            clients.push(Client {
                stream,
                rest: Rest::of(plan.answer),
                sent: 0,
                began: Instant::now(),
                waits: false,
            });
        }
        Ok(Clients {
            poll,
            clients,
            request: plan.request.clone().unwrap_or_default(),
            answer: plan.answer,
            room: plan.room,
            buffer: vec![0; 256 * 1024],
        })
    }

    /// Sends and reads for so long, and then until the last answer is there.
    pub(crate) fn go_on(&mut self, seconds: f64) -> Result<Seen> {
        let began = Instant::now();
        let end = began + Duration::from_secs_f64(seconds);
        let mut took: Vec<u32> = Vec::new();
        let mut waiting = 0;
        if self.room {
            waiting = self.clients.len();
            self.ask_room()?;
        } else {
            for token in 0..self.clients.len() {
                self.ask(token)?;
                waiting += 1;
            }
        }
        let mut events = Events::with_capacity(1024);
        while waiting > 0 {
            self.poll.poll(&mut events, Some(PATIENCE))?;
            if events.is_empty() {
                bail!("{waiting} answers did not come within {PATIENCE:?}");
            }
            for event in &events {
                let token = event.token().0;
                if event.is_writable() {
                    self.write(token)?;
                }
                if !event.is_readable() || !self.read(token)? {
                    continue;
                }
                let now = Instant::now();
                let client = &mut self.clients[token];
                client.waits = false;
                took.push(u32::try_from((now - client.began).as_micros()).unwrap_or(u32::MAX));
                waiting -= 1;
                if now >= end {
                    continue;
                }
                if !self.room {
                    self.ask(token)?;
                    waiting += 1;
                } else if waiting == 0 {
                    self.ask_room()?;
                    waiting = self.clients.len();
                }
            }
        }
        took.sort_unstable();
        let at = |share: f64| {
            let index = (took.len() as f64 * share) as usize;
            took.get(index).copied().unwrap_or(0).into()
        };
        Ok(Seen {
            answers: took.len() as u64,
            seconds: began.elapsed().as_secs_f64(),
            p50: at(0.5),
            p99: at(0.99),
            ..Seen::default()
        })
    }

    fn ask(&mut self, token: usize) -> Result<()> {
        let client = &mut self.clients[token];
        client.rest = Rest::of(self.answer);
        client.began = Instant::now();
        client.sent = 0;
        client.waits = true;
        self.write(token)
    }

    /// Lets the first ask, and all wait.
    fn ask_room(&mut self) -> Result<()> {
        let now = Instant::now();
        for client in &mut self.clients {
            client.rest = Rest::of(self.answer);
            client.began = now;
            client.sent = self.request.len();
            client.waits = true;
        }
        self.clients[0].sent = 0;
        self.write(0)
    }

    fn write(&mut self, token: usize) -> Result<()> {
        let client = &mut self.clients[token];
        while client.waits && client.sent < self.request.len() {
            match client.stream.write(&self.request[client.sent..]) {
                Ok(bytes) => client.sent += bytes,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error).context("a request"),
            }
        }
        Ok(())
    }

    /// Reads everything that is there; tells whether the answer is whole.
    fn read(&mut self, token: usize) -> Result<bool> {
        let client = &mut self.clients[token];
        let mut whole = false;
        loop {
            let bytes = match client.stream.read(&mut self.buffer) {
                Ok(0) => bail!("the server has closed a connection"),
                Ok(bytes) => bytes,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(whole),
                Err(error) => return Err(error).context("an answer"),
            };
            let mut read = &self.buffer[..bytes];
            whole |= client.rest.take(&mut read)?;
            if !client.waits || !read.is_empty() {
                bail!("the server says more than it was asked for");
            }
            // There can be no more, so it need not be asked for once more.
            if whole {
                return Ok(true);
            }
        }
    }
}

/// The answer to the first request, of which no more is needed than that it is one.
fn read_answer(mut stream: &std::net::TcpStream) -> Result<()> {
    let mut rest = Rest::of(None);
    let mut buffer = [0; 4096];
    loop {
        let bytes = stream.read(&mut buffer).context("the first answer")?;
        if bytes == 0 {
            bail!("the server has closed a new connection");
        }
        if rest.take(&mut &buffer[..bytes])? {
            return Ok(());
        }
    }
}
