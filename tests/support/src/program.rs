//! `Program`: a server in a separate process.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A running server. It is killed when dropped; [`stop`](Program::stop) asks it
/// to stop and checks its log.
#[derive(Debug)]
pub struct Program {
    child: Child,
    address: SocketAddr,
    log: Receiver<String>,
    lines: Vec<String>,
}

impl Program {
    /// Starts a program with `PORT=0` and waits until its log names the port
    /// that it listens on.
    #[must_use]
    pub fn start(path: &str) -> Program {
        Program::start_with(Command::new(path))
    }

    /// As [`start`](Program::start), with arguments and an environment.
    #[must_use]
    pub fn start_with(mut command: Command) -> Program {
        command.env("PORT", "0").stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} can't be started: {error}"));
        let stderr = BufReader::new(child.stderr.take().expect("it was piped"));
        let (sender, log) = channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut lines = Vec::new();
        let port = loop {
            let line = log
                .recv_timeout(Duration::from_secs(30))
                .unwrap_or_else(|_| {
                    panic!("the program did not say that it listens; it said {lines:?}");
                });
            let port = line
                .rsplit_once("listening on http://")
                .and_then(|(_, address)| {
                    address
                        .parse::<SocketAddr>()
                        .ok()
                        .map(|address| address.port())
                });
            lines.push(line);
            if let Some(port) = port {
                break port;
            }
        };
        Program {
            child,
            address: ([127, 0, 0, 1], port).into(),
            log,
            lines,
        }
    }

    /// Where it can be reached.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as a URL, such as `http://127.0.0.1:8888`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Asks it to stop, as a service manager would, and returns its log. It
    /// must exit on its own, with success, and must have logged no warning or
    /// error except those that contain one of `expected`.
    #[must_use]
    pub fn stop(mut self, expected: &[&str]) -> Vec<String> {
        let pid = self.child.id().to_string();
        let kill = Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .expect("`kill` is there");
        assert!(kill.success(), "the program had ended before");
        let status = self.child.wait().expect("a child can be waited for");
        let mut lines = std::mem::take(&mut self.lines);
        lines.extend(self.log.iter());
        assert!(status.success(), "it ended with {status}: {lines:#?}");
        for line in &lines {
            let bad =
                line.starts_with("[W ") || line.starts_with("[E ") || line.contains("panicked");
            // The secret of an example is in its code, for all to see.
            let of_example = line.contains("the setting `cookie_secret` is ");
            assert!(
                !bad || of_example || expected.iter().any(|text| line.contains(text)),
                "unexpected: {line}\n{lines:#?}"
            );
        }
        for text in expected {
            assert!(
                lines.iter().any(|line| line.contains(text)),
                "not logged: {text}\n{lines:#?}"
            );
        }
        lines
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // If it had already exited when `stop` was called, there is nothing to kill.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
