//! `Browser`: a Chromium that a test controls through the protocol WebDriver.

use std::process::{Child, Command, Stdio};

use crate::server::{connects, free_port, local, signal, wait_for};

const INSTALL: &str = "apt-get install chromium chromium-driver";

/// A running `chromedriver`, which starts a headless Chromium for each client that connects to
/// [`url`](Browser::url). It stops when this is dropped.
#[derive(Debug)]
pub struct Browser {
    child: Child,
    port: u16,
}

impl Browser {
    /// Starts a `chromedriver` on a free port.
    #[must_use]
    pub fn start() -> Browser {
        for _ in 0..5 {
            let port = free_port();
            let mut child = Command::new("chromedriver")
                .arg(format!("--port={port}"))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap_or_else(|error| {
                    panic!("chromedriver can't be started, {error}: {INSTALL}")
                });
            if wait_for(&mut child, || connects(local(port))) {
                return Browser { child, port };
            }
        }
        panic!("chromedriver does not start");
    }

    /// Where it listens, for a WebDriver client.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", local(self.port))
    }

    /// The options that a client must request so that Chromium runs without a window, and in a
    /// container. It runs without the sandbox, which is not available to root: it sees only the
    /// pages of tests.
    #[must_use]
    pub fn capabilities() -> serde_json::Value {
        serde_json::json!({
            "browserName": "chrome",
            "goog:chromeOptions": {
                "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"],
            },
        })
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A failing test leaves its Chromium to the driver, which ends it at this signal.
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            signal(&self.child, "TERM");
        }
        self.child.wait().ok();
    }
}
