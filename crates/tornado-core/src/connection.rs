//! `ConnectionInfo`: the peer and the protocol of a connection.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

/// What is known about the connection that a request arrived on.
///
/// The server fills it in. Behind another server, such as axum's, put one into
/// the request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionInfo {
    remote_ip: IpAddr,
    /// 0 if unknown.
    port: u16,
    protocol: Protocol,
    /// A proxy in front has reported it, along with everything else it knows.
    proxied: bool,
}

impl ConnectionInfo {
    /// A connection from this address. An IPv4 address on an IPv6 socket is
    /// shown as IPv4.
    ///
    /// ```
    /// use tornado_web::{ConnectionInfo, Protocol};
    /// let mapped = "::ffff:10.0.0.1".parse().unwrap();
    /// assert_eq!(ConnectionInfo::new(mapped, Protocol::Http).remote_ip().to_string(), "10.0.0.1");
    /// ```
    #[must_use]
    pub fn new(remote_ip: IpAddr, protocol: Protocol) -> ConnectionInfo {
        ConnectionInfo {
            remote_ip: remote_ip.to_canonical(),
            port: 0,
            protocol,
            proxied: false,
        }
    }

    /// As [`new`](Self::new), with the port of the peer.
    pub(crate) fn of_peer(peer: SocketAddr, protocol: Protocol) -> ConnectionInfo {
        ConnectionInfo {
            port: peer.port(),
            ..ConnectionInfo::new(peer.ip(), protocol)
        }
    }

    /// The connection as a proxy has reported it, with the scheme that it gave.
    pub(crate) fn told_by_proxy(self, protocol: Option<Protocol>) -> ConnectionInfo {
        ConnectionInfo {
            protocol: protocol.unwrap_or(self.protocol),
            proxied: true,
            ..self
        }
    }

    pub(crate) fn is_proxied(&self) -> bool {
        self.proxied
    }

    /// Tells a layer or a service who the client is, in the form of this crate
    /// and in axum's.
    pub(crate) fn show(self, extensions: &mut http::Extensions) {
        extensions.insert(self);
        #[cfg(feature = "axum")]
        extensions.insert(axum::extract::ConnectInfo(SocketAddr::new(
            self.remote_ip,
            self.port,
        )));
    }

    /// The client's address.
    #[must_use]
    pub fn remote_ip(&self) -> IpAddr {
        self.remote_ip
    }

    /// The scheme of the request.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }
}

/// The client's certificate, among the extensions of a request.
#[derive(Clone, Debug)]
pub(crate) struct PeerCertificate(pub(crate) std::sync::Arc<[u8]>);

#[cfg(feature = "axum")]
impl ConnectionInfo {
    /// What axum's server knows, if it was configured to keep it.
    pub(crate) fn of_axum(extensions: &http::Extensions) -> Option<ConnectionInfo> {
        use axum::extract::ConnectInfo;
        let ConnectInfo(address) = extensions.get::<ConnectInfo<SocketAddr>>()?;
        Some(ConnectionInfo::of_peer(*address, Protocol::Http))
    }
}

impl Default for ConnectionInfo {
    /// No known address: `0.0.0.0`, as Tornado reports for a Unix socket.
    fn default() -> ConnectionInfo {
        ConnectionInfo {
            remote_ip: Ipv4Addr::UNSPECIFIED.into(),
            port: 0,
            protocol: Protocol::Http,
            proxied: false,
        }
    }
}

/// The scheme of a request (`HTTPServerRequest.protocol`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Protocol {
    /// Plain HTTP.
    #[default]
    Http,
    /// HTTP over TLS.
    Https,
}

impl Protocol {
    /// `http` or `https`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::Http => "http",
            Protocol::Https => "https",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
