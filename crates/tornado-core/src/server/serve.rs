//! `Server`: an application on a socket.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tracing::{debug, error, info, warn};

use super::capacity::{Capacity, Slot};
use super::connection::Connections;
use super::graceful::Graceful;
use super::listeners::{Accepted, ListenAddress, Listeners};
use super::shutdown::stop_signal;
use super::tls::Tls;
use crate::connection::{ConnectionInfo, Protocol};
use crate::log::{self, GENERAL};
use crate::{Application, SslOptions, StartError, StartErrorKind};

impl Application {
    /// Serves the application until SIGINT or SIGTERM arrives:
    /// `app.listen(8888)` and `IOLoop.current().start()` in one.
    ///
    /// At the signal, no new connections are accepted, requests in flight are
    /// finished, and idle connections are closed. Whatever has not finished
    /// within the setting `shutdown_timeout` is cut off. A second signal ends
    /// the process immediately, with status 130 or 143, even while the rest of
    /// `main` runs. Log lines are written as [`log`](crate::log) describes.
    ///
    /// # Errors
    ///
    /// When it is not possible to listen on the address, or a start hook fails.
    ///
    /// ```no_run
    /// use tornado_web::{Application, Settings};
    ///
    /// #[tokio::main]
    /// async fn main() -> Result<(), Box<dyn std::error::Error>> {
    ///     Ok(Application::new([], Settings::new())?.listen(8888).await?)
    /// }
    /// ```
    pub async fn listen(&self, address: impl ListenAddress) -> Result<(), StartError> // with a host: listen(("127.0.0.1", 8888))
    {
        self.bind(address).await?.serve().await
    }

    /// Opens the socket but does not serve yet: to learn the port, or to stop
    /// by other means than a signal.
    ///
    /// # Errors
    ///
    /// When it is not possible to listen on the address.
    ///
    /// ```
    /// # tornado_testing::block_on(async {
    /// use tornado_web::{Application, Settings};
    /// let app = Application::new([], Settings::new()).unwrap();
    /// let server = app.bind("127.0.0.1:0").await.unwrap();
    /// let port = server.local_addr().port();
    /// server.serve_until(async move { assert_ne!(port, 0) }).await.unwrap();
    /// # });
    /// ```
    pub async fn bind(&self, address: impl ListenAddress) -> Result<Server, StartError> {
        let tls = match self.settings().get_ssl_options() {
            Some(options) => Some(Tls::from_options(&options)?),
            None => None,
        };
        let server = Server {
            application: self.clone(),
            listeners: Listeners::default(),
            local_addrs: Vec::new(),
            tls,
        };
        server.add(address).await
    }
}

impl Application {
    /// Serves one connection that arrived in some other way, such as a pipe, a
    /// tunnel or a test, until it ends (`HTTPServer.handle_stream`).
    ///
    /// ```
    /// # tornado_testing::block_on(async {
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    /// use tornado_web::{Application, ConnectionInfo, Settings};
    ///
    /// let app = Application::new([], Settings::new()).unwrap();
    /// let (mut client, server) = tokio::io::duplex(1024);
    /// let serving = app.handle_stream(server, ConnectionInfo::default());
    /// let asking = async {
    ///     client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    ///     let mut answer = String::new();
    ///     client.read_to_string(&mut answer).await.unwrap();
    ///     assert!(answer.starts_with("HTTP/1.1 404 Not Found"));
    /// };
    /// tokio::join!(serving, asking);
    /// # });
    /// ```
    pub async fn handle_stream<S>(&self, stream: S, connection: ConnectionInfo)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        // It lives as long as the connection, so the stop never begins.
        let graceful = Graceful::new();
        let connections = Connections::new(self.clone());
        let ending = graceful.connection();
        let slot = Slot::default();
        connections
            .serve(stream, (connection, None), slot, ending)
            .await;
        // What the connection has turned into may continue.
        graceful.ends().await;
    }
}

/// An application with open sockets (`tornado.httpserver.HTTPServer`); see
/// [`Application::bind`].
#[derive(Debug)]
#[must_use = "a server does nothing until it serves"]
pub struct Server {
    application: Application,
    listeners: Listeners,
    local_addrs: Vec<SocketAddr>,
    tls: Option<Tls>,
}

impl Server {
    /// Listens on another address as well (`HTTPServer.add_sockets`).
    ///
    /// # Errors
    ///
    /// When it is not possible to listen on the address.
    pub async fn add(mut self, address: impl ListenAddress) -> Result<Server, StartError> {
        let opened = address
            .listen()
            .await
            .and_then(|listeners| Ok((listeners.tcp_addresses()?, listeners)));
        let (addresses, listeners) = opened.map_err(|error| {
            let advice = match error.kind() {
                io::ErrorKind::AddrInUse => {
                    "; stop the process that listens there, or take another port"
                }
                io::ErrorKind::PermissionDenied => {
                    "; this process may not use it, as ports below 1024 often need rights of their own"
                }
                io::ErrorKind::AddrNotAvailable => "; this machine has no such address",
                io::ErrorKind::InvalidInput => "; an address has a port: \"127.0.0.1:8888\"",
                _ => "",
            };
            let message = format!("can't listen: {error}{advice}");
            StartError::new(StartErrorKind::Listen, message).with_source(error)
        })?;
        self.local_addrs.extend(addresses);
        self.listeners.extend(listeners);
        Ok(self)
    }

    /// Serves HTTPS with a rustls configuration, instead of the setting
    /// [`ssl_options`](crate::Settings::ssl_options). HTTP/2 is used if the
    /// configuration offers it: `alpn_protocols` should have `h2` and
    /// `http/1.1`.
    ///
    /// ```no_run
    /// # async fn serve(config: rustls::ServerConfig) -> Result<(), tornado_web::StartError> {
    /// use tornado_web::{Application, Settings};
    /// let app = Application::new([], Settings::new())?;
    /// app.bind(8443).await?.tls(config).serve().await
    /// # }
    /// ```
    #[cfg(feature = "tls")]
    pub fn tls(mut self, config: impl Into<std::sync::Arc<rustls::ServerConfig>>) -> Server {
        self.tls = Some(Tls::new(config.into()));
        self
    }

    /// Serves HTTPS with this certificate and key, instead of the setting
    /// [`ssl_options`](crate::Settings::ssl_options), which is for all servers
    /// of the application: `HTTPServer(app, ssl_options=..)`.
    ///
    /// # Errors
    ///
    /// When a file can't be read or used, and without the feature `tls`.
    ///
    /// ```no_run
    /// # async fn serve() -> Result<(), tornado_web::StartError> {
    /// use tornado_web::{Application, Settings, SslOptions};
    /// let app = Application::new([], Settings::new())?;
    /// let options = SslOptions::new("cert.pem", "key.pem");
    /// tokio::try_join!(app.listen(8080), app.bind(8443).await?.ssl_options(&options)?.serve())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn ssl_options(mut self, options: &SslOptions) -> Result<Server, StartError> {
        self.tls = Some(Tls::from_options(options)?);
        Ok(self)
    }

    /// The address that it listens on: the first, if there are several.
    /// `0.0.0.0:0` if it has only Unix sockets.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        let none = SocketAddr::from(([0, 0, 0, 0], 0));
        self.local_addrs.first().copied().unwrap_or(none)
    }

    /// All TCP addresses that it listens on.
    #[must_use]
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.local_addrs
    }

    /// Serves until SIGINT or SIGTERM arrives, as [`Application::listen`].
    ///
    /// # Errors
    ///
    /// When a start hook fails.
    pub async fn serve(self) -> Result<(), StartError> {
        let stop = stop_signal().map_err(|error| {
            let message = format!("can't wait for signals: {error}");
            StartError::new(StartErrorKind::Listen, message).with_source(error)
        })?;
        self.serve_until(stop).await
    }

    /// Serves until `stop` completes, and then stops gracefully.
    ///
    /// # Errors
    ///
    /// When a start hook fails.
    pub async fn serve_until(self, stop: impl Future<Output = ()>) -> Result<(), StartError> {
        let settings = self.application.settings();
        log::enable_for(|| settings.get_logging());
        self.application.warn_of_mistakes();
        self.application.start().await?;
        let scheme = if self.tls.is_some() {
            Protocol::Https
        } else {
            Protocol::Http
        };
        for address in self.listeners.describe(scheme.as_str()) {
            info!(target: GENERAL, "listening on {address}");
        }
        self.application.set_stopping(false);
        let limit = settings.get_shutdown_timeout();
        let delay = settings.get_shutdown_delay();
        let acceptor = Acceptor {
            connections: Connections::new(self.application.clone()),
            capacity: Capacity::new(settings),
            tls: self.tls,
            protocol: settings.get_protocol().unwrap_or(scheme),
            graceful: Graceful::new(),
        };
        tokio::select! {
            never = acceptor.accept_from(&self.listeners) => match never {},
            () = stop => {}
        }
        self.application.set_stopping(true);
        if !delay.is_zero() {
            let late = acceptor.accept_from(&self.listeners);
            // The timeout is the end of the delay.
            let _ = tokio::time::timeout(delay, late).await;
        }
        drop(self.listeners);
        let graceful = acceptor.graceful;
        if tokio::time::timeout(limit, graceful.end()).await.is_err() {
            self.application.set_over();
            warn!(target: GENERAL, "requests still running after {limit:?} are cut off");
        }
        Ok(())
    }
}

/// Receives each new connection.
struct Acceptor {
    connections: Connections,
    capacity: Capacity,
    tls: Option<Tls>,
    protocol: Protocol,
    graceful: Graceful,
}

/// How long the TLS handshake may take. Tornado has no limit, so a client can
/// hold a connection for nothing.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);

impl Acceptor {
    /// Accepts connections for as long as there is room for more.
    async fn accept_from(&self, listeners: &Listeners) -> Infallible {
        loop {
            let slot = self.capacity.room().await;
            match listeners.accept().await {
                Ok(accepted) => self.accept(accepted, slot),
                Err(error) => pause_after(error).await,
            }
        }
    }

    /// Serves a connection in a separate task.
    fn accept(&self, accepted: Accepted, slot: Slot) {
        match accepted {
            Accepted::Tcp(stream, peer) => {
                let Some(slot) = self.capacity.admit(slot, peer.ip()) else {
                    let ip = peer.ip();
                    info!(target: GENERAL, "{ip} has too many connections, closing one");
                    return;
                };
                let info = ConnectionInfo::of_peer(peer, self.protocol);
                self.serve(prepare(stream), info, slot);
            }
            #[cfg(unix)]
            Accepted::Unix(stream) => {
                let nobody = ConnectionInfo::default().remote_ip();
                let info = ConnectionInfo::new(nobody, self.protocol);
                self.serve(stream, info, slot);
            }
        }
    }

    fn serve<S>(&self, stream: S, info: ConnectionInfo, slot: Slot)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut ending = self.graceful.connection();
        let connections = self.connections.clone();
        let Some(tls) = self.tls.clone() else {
            tokio::spawn(connections.serve(stream, (info, None), slot, ending));
            return;
        };
        tokio::spawn(async move {
            let handshake = tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(stream));
            let shaken = tokio::select! {
                shaken = handshake => shaken,
                () = ending.begins() => return,
            };
            match shaken {
                Ok(Ok(stream)) => {
                    let client = (info, Tls::peer_certificate(&stream));
                    connections.serve(stream, client, slot, ending).await;
                }
                Ok(Err(error)) => {
                    debug!(target: GENERAL, "TLS handshake with {} failed: {error}", info.remote_ip());
                }
                Err(_) => {
                    debug!(target: GENERAL, "TLS handshake with {} took too long", info.remote_ip());
                }
            }
        });
    }
}

/// Small writes are sent at once: a response is already a single write.
fn prepare(stream: TcpStream) -> TcpStream {
    if let Err(error) = stream.set_nodelay(true) {
        // The client has probably left; its connection will say so.
        info!(target: GENERAL, "can't set TCP_NODELAY: {error}");
    }
    stream
}

/// After a failed accept. A connection that was reset in the queue is harmless.
/// Running out of file descriptors is not, and retrying immediately would spin.
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
