//! How these tests run an application, ours and Tornado's.

use std::net::SocketAddr;
use std::thread::{self, JoinHandle};

use test_support::{Client, Program, Response};
use tokio::sync::oneshot;
use tornado_web::Application;

/// An application on a port of its own, until dropped.
pub(crate) struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    pub(crate) fn start(app: Application) -> Running {
        let (address_in, address_out) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let server = app.bind("127.0.0.1:0").await.unwrap();
                address_in.send(server.local_addr()).unwrap();
                server
                    .serve_until(async { drop(stopped.await) })
                    .await
                    .unwrap();
            });
        });
        Running {
            address: address_out.recv().unwrap(),
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(
                ended.is_ok() || thread::panicking(),
                "the server has panicked"
            );
        }
    }
}

/// Asks an application and a Python program the same: `GET path`, with headers.
/// Status, body and headers must be the same, but for those that say who
/// answered and when.
pub(crate) fn ask_both<const N: usize>(
    app: Application,
    python: &str,
    requests: [(&str, &[(&str, &str)]); N],
) -> [Response; N] {
    let (ours, theirs) = (Running::start(app), Program::python(python));
    requests.map(|(path, headers)| {
        let mut request = format!("GET {path} HTTP/1.1\r\nConnection: close\r\n");
        if headers.iter().all(|(name, _)| *name != "Host") {
            request.push_str("Host: localhost\r\n");
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        let ours = ours.client().send_raw(request.as_bytes(), false);
        let theirs = theirs.client().send_raw(request.as_bytes(), false);
        assert_eq!(seen(&ours), seen(&theirs), "{request}");
        ours
    })
}

/// What a client can see of an answer, who and when aside.
fn seen(response: &Response) -> (&str, Vec<(&str, &str)>, &str) {
    let headers = response.headers.iter();
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| !["Server", "Date"].contains(name))
        .collect();
    headers.sort_unstable();
    (&response.status_line, headers, response.text())
}
