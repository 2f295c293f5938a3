//! `bind_unused_port`.

use std::net::{Ipv4Addr, TcpListener};

/// A socket that listens on a free port of this machine, and the port
/// (`tornado.testing.bind_unused_port`). The port is taken for as long as the
/// socket exists.
///
/// ```
/// let (socket, port) = tornado_testing::bind_unused_port();
/// assert_eq!(socket.local_addr()?.port(), port);
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn bind_unused_port() -> (TcpListener, u16) {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    let address = socket.local_addr().expect("it is bound");
    (socket, address.port())
}
