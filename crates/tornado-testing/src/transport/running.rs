//! `Running`: an application on a free port.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;
use tornado_core::{Application, Server, StartError};

use super::socket::Socket;
use crate::log;

/// A server in its own thread and runtime, so that a test may block, until its
/// last client is dropped.
pub(crate) struct Running {
    application: Application,
    thread: Mutex<Option<Thread>>,
}

struct Thread {
    stop: oneshot::Sender<Stop>,
    handle: JoinHandle<()>,
}

/// How a server stops.
enum Stop {
    /// As with SIGTERM.
    Gracefully,
}

impl Running {
    /// Starts a server whose log belongs to the test of that scope. `prepare`
    /// takes the last steps once the server is bound.
    pub(crate) async fn start(
        application: Application,
        scope: &Arc<log::Scope>,
        prepare: impl FnOnce(Server) -> Server + Send + 'static,
    ) -> (Running, Socket) {
        let (thread, port) = start(application.clone(), Arc::clone(scope), prepare);
        let port = port.await.expect("it says how it has begun");
        let port = port.unwrap_or_else(|error| panic!("{error}"));
        let running = Running {
            application,
            thread: Mutex::new(Some(thread)),
        };
        (running, Socket::new((Ipv4Addr::LOCALHOST, port).into()))
    }

    pub(super) fn application(&self) -> &Application {
        &self.application
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) async fn stop(&self) {
        if let Some(Thread { stop, handle }) = self.take() {
            stop.send(Stop::Gracefully).ok();
            let ended = tokio::task::spawn_blocking(|| handle.join()).await;
            assert!(matches!(ended, Ok(Ok(()))), "the server has panicked");
        }
    }

    fn take(&self) -> Option<Thread> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        thread.take()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Without a message, it stops at once.
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
) -> (Thread, oneshot::Receiver<Result<u16, StartError>>) {
    let (port_in, port) = oneshot::channel();
    let (stop, stopped) = oneshot::channel();
    let handle = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("the system has what a runtime needs");
        let serving = async {
            log::adopt(&scope);
            let server = match bind(&application).await {
                Ok(server) => prepare(server),
                Err(error) => return drop(port_in.send(Err(error))),
            };
            port_in.send(Ok(server.local_addr().port())).ok();
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
        runtime.block_on(serving);
        runtime.shutdown_background();
    });
    (Thread { stop, handle }, port)
}

/// Runs the start hooks as well, so that one that fails is reported.
async fn bind(application: &Application) -> Result<Server, StartError> {
    let server = application
        .bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .await?;
    application.start().await?;
    Ok(server)
}
