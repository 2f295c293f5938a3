//! What can be listened on: ports, addresses, names.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

use super::listeners::{ListenAddress, Listeners, at};

/// How many connections may wait to be accepted, as in Tornado.
const BACKLOG: i32 = 128;

impl ListenAddress for u16 {
    async fn listen(self) -> io::Result<Listeners> {
        let opened = match open(SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), self)) {
            // A machine without IPv6.
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                open(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), self))
            }
            opened => opened,
        };
        opened.map_err(|error| at(format_args!("port {self}"), &error))
    }
}

impl ListenAddress for SocketAddr {
    async fn listen(self) -> io::Result<Listeners> {
        bind(self)
    }
}

impl ListenAddress for (IpAddr, u16) {
    async fn listen(self) -> io::Result<Listeners> {
        bind(self.into())
    }
}

impl ListenAddress for (&str, u16) {
    async fn listen(self) -> io::Result<Listeners> {
        let found = tokio::net::lookup_host(self).await;
        bind_first(found.map_err(|error| at(self.0, &error))?)
    }
}

impl ListenAddress for &str {
    async fn listen(self) -> io::Result<Listeners> {
        #[cfg(unix)]
        if let Some(path) = self.strip_prefix("unix:") {
            return super::unix::unix(path).listen().await;
        }
        let found = tokio::net::lookup_host(self).await;
        bind_first(found.map_err(|error| at(self, &error))?)
    }
}

impl ListenAddress for String {
    async fn listen(self) -> io::Result<Listeners> {
        self.as_str().listen().await
    }
}

impl ListenAddress for std::net::TcpListener {
    async fn listen(self) -> io::Result<Listeners> {
        self.set_nonblocking(true)?;
        TcpListener::from_std(self).map(Listeners::from)
    }
}

impl ListenAddress for TcpListener {
    async fn listen(self) -> io::Result<Listeners> {
        Ok(self.into())
    }
}

impl ListenAddress for Listeners {
    async fn listen(self) -> io::Result<Listeners> {
        Ok(self)
    }
}

impl<A: ListenAddress> ListenAddress for Vec<A> {
    async fn listen(self) -> io::Result<Listeners> {
        let mut listeners = Listeners::default();
        for address in self {
            listeners.extend(address.listen().await?);
        }
        Ok(listeners)
    }
}

impl<A: ListenAddress, const N: usize> ListenAddress for [A; N] {
    async fn listen(self) -> io::Result<Listeners> {
        Vec::from(self).listen().await
    }
}

/// The port that the environment variable `PORT` names, as hosting platforms
/// set it, or else this one; on all addresses.
///
/// ```no_run
/// use tornado_web::{Application, Settings, env_port};
///
/// #[tokio::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     Ok(Application::new([], Settings::new())?.listen(env_port(8888)).await?)
/// }
/// ```
#[must_use]
pub fn env_port(default: u16) -> EnvPort {
    EnvPort { default }
}

/// What [`env_port`] gives.
#[derive(Clone, Copy, Debug)]
pub struct EnvPort {
    default: u16,
}

impl ListenAddress for EnvPort {
    async fn listen(self) -> io::Result<Listeners> {
        let port = match std::env::var("PORT") {
            Err(std::env::VarError::NotPresent) => self.default,
            Err(error) => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    format!("PORT: {error}"),
                ));
            }
            Ok(text) => text.parse().map_err(|error| {
                let message =
                    format!("the environment variable PORT is {text:?}, which is no port: {error}");
                io::Error::new(io::ErrorKind::InvalidInput, message)
            })?,
        };
        port.listen().await
    }
}

fn bind_first(addresses: impl Iterator<Item = SocketAddr>) -> io::Result<Listeners> {
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in addresses {
        match bind(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

fn bind(address: SocketAddr) -> io::Result<Listeners> {
    open(address).map_err(|error| at(address, &error))
}

fn open(address: SocketAddr) -> io::Result<Listeners> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // A restart must not wait for the connections of the process before.
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        // The unspecified address takes IPv4 in as well; any other is only itself.
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into()).map(Listeners::from)
}
