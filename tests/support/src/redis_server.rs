//! `RedisServer`: a Redis that belongs to a test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::server::{free_port, local, signal, wait_for};

/// A running Redis on a free port, with its files in a temporary folder. It
/// writes each change to its log immediately, so that everything it has
/// confirmed survives being killed. It stops when this is dropped.
#[derive(Debug)]
pub struct RedisServer {
    child: Child,
    port: u16,
    folder: TempDir,
    arguments: Vec<String>,
}

impl RedisServer {
    /// Starts one without a password.
    #[must_use]
    pub fn start() -> RedisServer {
        RedisServer::start_with(&[])
    }

    /// Starts one with additional arguments, such as `--requirepass`.
    #[must_use]
    pub fn start_with(arguments: &[&str]) -> RedisServer {
        let folder = tempfile::tempdir().expect("there is a place for temporary files");
        let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
        for _ in 0..5 {
            let port = free_port();
            if let Some(child) = spawn(port, &folder, &arguments) {
                return RedisServer {
                    child,
                    port,
                    folder,
                    arguments,
                };
            }
        }
        panic!("redis-server does not start");
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        local(self.port)
    }

    /// Its URL: `redis://127.0.0.1:..`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}", self.address())
    }

    /// Kills it, with no chance to tidy up.
    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("a child can be waited for");
    }

    /// Starts it again on the same port, with what it had on disk.
    pub fn start_again(&mut self) {
        self.child = spawn(self.port, &self.folder, &self.arguments)
            .expect("a server that ran before starts again");
    }

    /// Stops it as it is (`SIGSTOP`): connections stay, and nothing answers.
    pub fn pause(&self) {
        signal(&self.child, "STOP");
    }

    /// Lets it go on after [`pause`](Self::pause).
    pub fn resume(&self) {
        signal(&self.child, "CONT");
    }

    /// Sends one command, for tests that work behind a client's back, and
    /// returns the first line of the answer.
    pub fn command(&self, words: &[&str]) -> String {
        self.ask(words).0
    }

    /// As [`command`](Self::command), for a command that answers with a text.
    pub fn text(&self, words: &[&str]) -> String {
        let (head, mut rest) = self.ask(words);
        let length = head
            .strip_prefix('$')
            .and_then(|length| length.parse().ok());
        let mut text = vec![0; length.unwrap_or_else(|| panic!("{words:?}: {head}"))];
        rest.read_exact(&mut text).expect("the server answers");
        String::from_utf8(text).expect("the answer is UTF-8")
    }

    fn ask(&self, words: &[&str]) -> (String, BufReader<TcpStream>) {
        let mut stream = TcpStream::connect(self.address()).expect("it listens");
        let mut request = format!("*{}\r\n", words.len());
        for word in words {
            request += &format!("${}\r\n{word}\r\n", word.len());
        }
        stream
            .write_all(request.as_bytes())
            .expect("the server reads");
        let mut answer = BufReader::new(stream);
        let mut line = String::new();
        answer.read_line(&mut line).expect("the server answers");
        (line.trim_end().to_owned(), answer)
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // It may have been killed already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// `None` if it stops immediately, as it does when the port is taken.
fn spawn(port: u16, folder: &TempDir, arguments: &[String]) -> Option<Child> {
    let mut child = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
        .arg("--dir")
        .arg(folder.path())
        .args([
            "--save",
            "",
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
        ])
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("redis-server can't be started ({error}): apt-get install redis-server")
        });
    wait_for(&mut child, || is_ready(port)).then_some(child)
}

/// Whether it has read its files; until then, it answers `-LOADING`.
fn is_ready(port: u16) -> bool {
    let Ok(stream) = TcpStream::connect(local(port)) else {
        return false;
    };
    let mut answer = String::new();
    (&stream).write_all(b"PING\r\n").is_ok()
        && BufReader::new(&stream).read_line(&mut answer).is_ok()
        // One that requires a password is ready, too.
        && (answer.starts_with("+PONG") || answer.starts_with("-NOAUTH"))
}
