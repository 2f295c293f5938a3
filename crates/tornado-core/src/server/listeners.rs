//! `Listeners`: the sockets that a server accepts connections from.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::task::Poll;

use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};

/// An address to listen on.
///
/// A port alone means that port on all addresses, IPv4 and IPv6, as in
/// Tornado's `listen(8888)`; with port 0, the system chooses.
/// `("127.0.0.1", 8888)` and `"127.0.0.1:8888"` name the address. A host name,
/// as in `"localhost:8888"`, is looked up, and the server listens on all its
/// addresses. A Unix socket is [`unix`](crate::unix)`("/run/app.sock")`, or as
/// text `"unix:/run/app.sock"`. Several addresses of the same kind can be a
/// list; others are added with [`Server::add`](crate::Server::add). A listener
/// that is already open is used as it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an address to listen on",
    note = "write a port, `8888`, which is a `u16`; an address, `(\"127.0.0.1\", 8888)` or `\"127.0.0.1:8888\"`; or \
            `env_port(8888)`"
)]
pub trait ListenAddress: Send {
    /// Opens the socket.
    ///
    /// # Errors
    ///
    /// When the address can't be found or is taken.
    fn listen(self) -> impl Future<Output = io::Result<Listeners>> + Send;
}

/// One or more open sockets: the result of a
/// [`ListenAddress`](super::ListenAddress).
///
/// ```
/// # tornado_testing::block_on(async {
/// use tornado_web::{Application, Listeners, Settings};
/// let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
/// let port = socket.local_addr().unwrap().port();
/// let app = Application::new([], Settings::new()).unwrap();
/// let server = app.bind(Listeners::from(socket)).await.unwrap();
/// assert_eq!(server.local_addr().port(), port);
/// # });
/// ```
#[derive(Debug, Default)]
pub struct Listeners(Vec<Listener>);

#[derive(Debug)]
enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener),
}

/// A connection that has been accepted.
#[derive(Debug)]
pub(super) enum Accepted {
    Tcp(TcpStream, SocketAddr),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Listeners {
    /// Adds the sockets of `other`.
    pub(super) fn extend(&mut self, other: Listeners) {
        self.0.extend(other.0);
    }

    /// The addresses of the TCP sockets.
    pub(super) fn tcp_addresses(&self) -> io::Result<Vec<SocketAddr>> {
        let addresses = self.0.iter().filter_map(|listener| match listener {
            Listener::Tcp(listener) => Some(listener.local_addr()),
            #[cfg(unix)]
            Listener::Unix(_) => None,
        });
        addresses.collect()
    }

    /// Where it listens, for the log: `http://127.0.0.1:8888`, `unix:/run/app`.
    pub(super) fn describe(&self, scheme: &str) -> Vec<String> {
        let describe = |listener: &Listener| match listener {
            Listener::Tcp(listener) => match listener.local_addr() {
                Ok(address) => format!("{scheme}://{address}"),
                Err(_) => format!("{scheme}://"),
            },
            #[cfg(unix)]
            Listener::Unix(listener) => {
                let address = listener.local_addr().ok();
                let path = address.as_ref().and_then(|address| address.as_pathname());
                format!(
                    "unix:{}",
                    path.map_or("(no path)".into(), |p| p.to_string_lossy())
                )
            }
        };
        self.0.iter().map(describe).collect()
    }

    /// Waits for a connection to any of the sockets.
    pub(super) async fn accept(&self) -> io::Result<Accepted> {
        poll_fn(|cx| {
            for listener in &self.0 {
                let accepted = match listener {
                    Listener::Tcp(listener) => listener
                        .poll_accept(cx)
                        .map_ok(|(stream, peer)| Accepted::Tcp(stream, peer)),
                    #[cfg(unix)]
                    Listener::Unix(listener) => listener
                        .poll_accept(cx)
                        .map_ok(|(stream, _)| Accepted::Unix(stream)),
                };
                if accepted.is_ready() {
                    return accepted;
                }
            }
            Poll::Pending
        })
        .await
    }
}

impl From<TcpListener> for Listeners {
    fn from(listener: TcpListener) -> Listeners {
        Listeners(vec![Listener::Tcp(listener)])
    }
}

#[cfg(unix)]
impl From<UnixListener> for Listeners {
    fn from(listener: UnixListener) -> Listeners {
        Listeners(vec![Listener::Unix(listener)])
    }
}

/// Adds the address to the error, since the system does not say.
pub(super) fn at(place: impl fmt::Display, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{place}: {error}"))
}
