//! `TestClient::serve`: the application on a free port.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;
use tornado_core::{Application, Server};
use tracing::dispatcher;
use url::Url;

use super::Transport;
use super::socket::Socket;
use crate::{TestClient, log};

/// A server in a thread and a runtime of its own, so that a test may block, until
/// the last client of it is dropped.
pub(crate) struct Running {
    application: Application,
    thread: Mutex<Option<Thread>>,
}

struct Thread {
    stop: oneshot::Sender<Stop>,
    handle: JoinHandle<()>,
}

/// How a server ends.
enum Stop {
    /// As by SIGTERM.
    Gracefully,
}

impl TestClient {
    /// Serves the application on a free port of this machine, and asks it there
    /// from now on (`AsyncHTTPTestCase.get_http_server`): for what a socket
    /// matters to, such as a browser, a client in Python, or the server's own
    /// limits. The cookies of the client stay behind.
    ///
    /// It runs in threads of its own until the last clone of the client is
    /// dropped; requests that are under way are cut off then.
    ///
    /// ```
    /// # use tornado_core::{Application, Settings};
    /// # use tornado_testing::TestClient;
    /// # tornado_testing::block_on(async {
    /// # let app = Application::new([], Settings::new()).unwrap();
    /// let client = TestClient::new(app).serve().await;
    /// assert!(client.url("/").starts_with("http://127.0.0.1:"));
    /// assert_eq!(client.get("/").await.status(), 404);
    /// # });
    /// ```
    pub async fn serve(self) -> TestClient {
        self.served("http", |server| server).await
    }

    /// The same, with what is still to be done to the server that is bound.
    pub(super) async fn served(
        mut self,
        scheme: &str,
        prepare: impl FnOnce(Server) -> Server + Send + 'static,
    ) -> TestClient {
        let application = self.application().clone();
        let (thread, port) = start(application.clone(), self.watch().scope().clone(), prepare);
        let running = Running {
            application,
            thread: Mutex::new(Some(thread)),
        };
        let socket = Socket::new((Ipv4Addr::LOCALHOST, port).into());
        let browser = self.browser_mut();
        browser.transport = Transport::Served(Arc::new(running), socket);
        browser.base = Url::parse(&format!("{scheme}://127.0.0.1:{port}")).expect("it is a URL");
        self.another()
    }

    /// The port that this client asks at (`AsyncHTTPTestCase.get_http_port`).
    ///
    /// # Panics
    ///
    /// If it has no socket.
    #[must_use]
    pub fn port(&self) -> u16 {
        match &self.browser().transport {
            Transport::InProcess(_) => panic!("there is no port before `serve()`"),
            Transport::Served(_, socket) | Transport::Remote(socket) => socket.port(),
        }
    }

    /// Speaks HTTP/2 from now on: by ALPN with TLS, and as if it was known that
    /// the server does without.
    ///
    /// # Panics
    ///
    /// If it has no socket.
    #[must_use]
    pub fn http2(mut self) -> TestClient {
        match &mut self.browser_mut().transport {
            Transport::InProcess(_) => panic!("there is no HTTP/2 before `serve()`"),
            Transport::Served(_, socket) | Transport::Remote(socket) => socket.http2 = true,
        }
        self
    }

    /// Stops the server as SIGTERM does: what is under way is finished, up to the
    /// setting `shutdown_timeout`. Gives nothing back before it has ended.
    ///
    /// # Panics
    ///
    /// If this client has not begun to [`serve`](Self::serve).
    pub async fn stop(&self) {
        let Transport::Served(running, _) = &self.browser().transport else {
            panic!("there is nothing to stop before `serve()`");
        };
        let thread = running.take();
        if let Some(Thread { stop, handle }) = thread {
            stop.send(Stop::Gracefully).ok();
            let ended = tokio::task::spawn_blocking(|| handle.join()).await;
            assert!(matches!(ended, Ok(Ok(()))), "the server has panicked");
        }
    }
}

impl Running {
    pub(super) fn application(&self) -> &Application {
        &self.application
    }

    fn take(&self) -> Option<Thread> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        thread.take()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Without a word, it ends at once.
        if let Some(Thread { stop, handle }) = self.take() {
            drop(stop);
            let ended = handle.join();
            assert!(
                ended.is_ok() || thread::panicking(),
                "the server has panicked"
            );
        }
    }
}

fn start(
    application: Application,
    scope: Arc<log::Scope>,
    prepare: impl FnOnce(Server) -> Server + Send + 'static,
) -> (Thread, u16) {
    let (port_in, port_out) = mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    let handle = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("the system has what a runtime needs");
        let serving = async {
            log::adopt(&scope);
            let bound = application
                .bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
                .await;
            let server = prepare(bound.unwrap_or_else(|error| panic!("{error}")));
            port_in.send(server.local_addr().port()).ok();
            let (gracefully, asked) = oneshot::channel();
            let served = server.serve_until(async { drop(asked.await) });
            let ending = async {
                if let Ok(Stop::Gracefully) = stopped.await {
                    gracefully.send(()).ok();
                    std::future::pending().await
                }
            };
            tokio::select! {
                served = served => served.unwrap_or_else(|error| panic!("{error}")),
                () = ending => {}
            }
        };
        dispatcher::with_default(&log::dispatch(), || runtime.block_on(serving));
        runtime.shutdown_background();
    });
    let port = port_out.recv().expect("a server can be started");
    (Thread { stop, handle }, port)
}
