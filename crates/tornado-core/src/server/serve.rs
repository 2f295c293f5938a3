//! `Server`: an application on a socket.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tracing::{error, info, warn};

use super::address::ListenAddress;
use super::connection::Connections;
use super::graceful::Graceful;
use super::shutdown::stop_signal;
use crate::log::{GENERAL, enable_pretty_logging};
use crate::request::ConnectionInfo;
use crate::{Application, StartError, StartErrorKind};

impl Application {
    /// Serves the application until SIGINT or SIGTERM arrives:
    /// `app.listen(8888)` and `IOLoop.current().start()` in one.
    ///
    /// At the signal no new connection is accepted, requests in flight are
    /// finished, and idle connections are closed; what is not done after the
    /// setting `shutdown_timeout` is cut off. Where the program has installed no
    /// `tracing` subscriber, log lines go to standard error in Tornado's form;
    /// the setting `logging` says from which level on, or `none`.
    ///
    /// # Errors
    ///
    /// When the address can't be listened on, or a hook for the start fails.
    ///
    /// ```no_run
    /// use tornado_core::{Application, Settings};
    ///
    /// #[tokio::main]
    /// async fn main() -> Result<(), Box<dyn std::error::Error>> {
    ///     Ok(Application::new([], Settings::new())?.listen(8888).await?)
    /// }
    /// ```
    pub async fn listen(&self, address: impl ListenAddress) -> Result<(), StartError> {
        self.bind(address).await?.serve().await
    }

    /// Opens the socket and does not serve yet: to learn the port, or to stop
    /// by something else than a signal.
    ///
    /// # Errors
    ///
    /// When the address can't be listened on.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use tornado_core::{Application, Settings};
    /// let app = Application::new([], Settings::new()).unwrap();
    /// let server = app.bind("127.0.0.1:0").await.unwrap();
    /// let port = server.local_addr().port();
    /// server.serve_until(async move { assert_ne!(port, 0) }).await.unwrap();
    /// # });
    /// ```
    pub async fn bind(&self, address: impl ListenAddress) -> Result<Server, StartError> {
        let listener = address
            .listen()
            .await
            .and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (local_addr, listener) = listener.map_err(|error| {
            let message =
                format!("can't listen: {error}; is the port taken, or may the process not use it?");
            StartError::new(StartErrorKind::Listen, message).with_source(error)
        })?;
        Ok(Server {
            application: self.clone(),
            listener,
            local_addr,
        })
    }
}

/// An application with an open socket (`tornado.httpserver.HTTPServer`); see
/// [`Application::bind`].
#[derive(Debug)]
#[must_use = "a server does nothing until it serves"]
pub struct Server {
    application: Application,
    listener: TcpListener,
    local_addr: SocketAddr,
}

impl Server {
    /// The address that it listens on.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Serves until SIGINT or SIGTERM arrives, as [`Application::listen`].
    ///
    /// # Errors
    ///
    /// When a hook for the start fails.
    pub async fn serve(self) -> Result<(), StartError> {
        enable_pretty_logging(self.application.settings().get_logging());
        let stop = stop_signal().map_err(|error| {
            let message = format!("can't wait for signals: {error}");
            StartError::new(StartErrorKind::Listen, message).with_source(error)
        })?;
        self.serve_until(stop).await
    }

    /// Serves until `stop` completes, and then ends gracefully.
    ///
    /// # Errors
    ///
    /// When a hook for the start fails.
    pub async fn serve_until(self, stop: impl Future<Output = ()>) -> Result<(), StartError> {
        self.application.settings().warn_misspelled();
        self.application.start().await?;
        info!(target: GENERAL, "listening on http://{}", self.local_addr);
        let graceful = Graceful::new();
        let protocol = self
            .application
            .settings()
            .get_protocol()
            .unwrap_or_default();
        let connections = Connections::new(self.application.clone());
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, peer)) => {
                        let connections = connections.clone();
                        let info = ConnectionInfo::new(peer.ip(), protocol);
                        tokio::spawn(connections.serve(prepare(stream), info, graceful.connection()));
                    }
                    Err(error) => pause_after(error).await,
                },
                () = &mut stop => break,
            }
        }
        drop(self.listener);
        let limit = self.application.settings().get_shutdown_timeout();
        if tokio::time::timeout(limit, graceful.end()).await.is_err() {
            warn!(target: GENERAL, "requests still running after {limit:?} are cut off");
        }
        Ok(())
    }
}

/// Small writes go out at once: a response is one write already.
fn prepare(stream: TcpStream) -> TcpStream {
    if let Err(error) = stream.set_nodelay(true) {
        // The client is gone, most likely; its connection will say so.
        info!(target: GENERAL, "can't set TCP_NODELAY: {error}");
    }
    stream
}

/// After a failed accept. A connection that was reset in the queue is nothing;
/// no free file descriptor is, and trying again at once would spin.
async fn pause_after(error: io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        error!(target: GENERAL, "can't accept a connection, trying again in a second: {error}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
