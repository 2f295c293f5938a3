//! Addresses to listen on: ports, addresses, names.

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
        bind_all(found.map_err(|error| at(self.0, &error))?)
    }
}

impl ListenAddress for &str {
    async fn listen(self) -> io::Result<Listeners> {
        #[cfg(unix)]
        if let Some(path) = self.strip_prefix("unix:") {
            return super::unix::unix(path).listen().await;
        }
        let found = tokio::net::lookup_host(self).await;
        bind_all(found.map_err(|error| at(self, &error))?)
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

/// The port in the environment variable `PORT`, as hosting platforms set it, or
/// else this one; on all addresses.
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

/// The result of [`env_port`].
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

/// Binds all addresses of a name. With port 0, all get the port that the system
/// chooses for the first.
fn bind_all(found: impl Iterator<Item = SocketAddr>) -> io::Result<Listeners> {
    let mut addresses = Vec::new();
    for address in found {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    let chosen = addresses.iter().all(|address| address.port() == 0);
    for _ in 0..CHOICES {
        match bind_each(&addresses) {
            // It is free at one address but not at another.
            Err(error) if chosen && error.kind() == io::ErrorKind::AddrInUse => {}
            bound => return bound,
        }
    }
    bind_each(&addresses)
}

/// How many ports chosen by the system are tried.
const CHOICES: usize = 8;

fn bind_each(addresses: &[SocketAddr]) -> io::Result<Listeners> {
    let mut listeners = Listeners::default();
    let mut port = None;
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for &address in addresses {
        let mut address = address;
        if address.port() == 0 {
            address.set_port(port.unwrap_or(0));
        }
        match bind(address) {
            Ok(listener) => {
                port = port.or(listener.tcp_addresses()?.first().map(SocketAddr::port));
                listeners.extend(listener);
            }
            Err(error) if is_absent(address, &error) => failure = error,
            Err(error) => return Err(error),
        }
    }
    match port {
        Some(_) => Ok(listeners),
        None => Err(failure),
    }
}

/// Whether it is an IPv6 address that this machine lacks, although a file such
/// as `/etc/hosts` gives it to `localhost`, as in many containers. Tornado
/// ignores it, too.
fn is_absent(address: SocketAddr, error: &io::Error) -> bool {
    let is_loopback = address.ip() == IpAddr::V6(Ipv6Addr::LOCALHOST);
    is_loopback
        && !matches!(
            error.kind(),
            io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied
        )
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
    // A restart must not wait for the connections of the previous process.
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        // The unspecified address includes IPv4; any other is only itself.
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into()).map(Listeners::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn bound(texts: &[&str]) -> io::Result<Vec<SocketAddr>> {
        bind_all(addresses(texts).into_iter())?.tcp_addresses()
    }

    #[tokio::test]
    async fn a_name_is_listened_on_at_all_its_addresses() {
        let both = bound(&["127.0.0.1:0", "127.0.0.2:0", "127.0.0.1:0"]).unwrap();
        let port = both[0].port();
        let expected = [format!("127.0.0.1:{port}"), format!("127.0.0.2:{port}")];
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        assert_eq!(both, addresses(&expected));

        let taken = std::net::TcpListener::bind("127.0.0.2:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = bound(&[&format!("127.0.0.1:{port}"), &format!("127.0.0.2:{port}")]);
        let error = error.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        assert!(error.to_string().contains("127.0.0.2:"), "{error}");
    }

    #[tokio::test]
    async fn a_loopback_that_is_not_there_is_passed_over_and_nothing_else() {
        let of_localhost = bound(&["[::1]:0", "127.0.0.1:0"]).unwrap();
        assert!(of_localhost.iter().any(SocketAddr::is_ipv4));
        let has_ipv6 = std::net::TcpListener::bind("[::1]:0").is_ok();
        assert_eq!(of_localhost.iter().any(SocketAddr::is_ipv6), has_ipv6);
        // An address that is not this machine's.
        let error = bound(&["127.0.0.1:0", "192.0.2.1:0"]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrNotAvailable);
        assert_eq!(bound(&[]).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
