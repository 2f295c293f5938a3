//! The underlying socket, with or without TLS.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::{WebSocketConnect, WebSocketConnectError};

/// The transport of a handshake.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// The server that a URL leads to.
pub(super) struct Target {
    pub(super) tls: bool,
    /// Without the brackets of IPv6.
    pub(super) host: String,
    pub(super) port: u16,
}

pub(super) async fn open(
    target: &Target,
    options: &WebSocketConnect,
) -> Result<Box<dyn Stream>, WebSocketConnectError> {
    let failed = |error| {
        let text = format!("{}:{} can't be reached", target.host, target.port);
        WebSocketConnectError::connect(text, error)
    };
    let address = (&*target.host, target.port);
    let stream = TcpStream::connect(address).await.map_err(failed)?;
    // Small messages are sent at once.
    stream.set_nodelay(true).map_err(failed)?;
    if !target.tls {
        return Ok(Box::new(stream));
    }
    encrypt(stream, target, options).await
}

#[cfg(feature = "tls")]
async fn encrypt(
    stream: TcpStream,
    target: &Target,
    options: &WebSocketConnect,
) -> Result<Box<dyn Stream>, WebSocketConnectError> {
    use rustls::pki_types::ServerName;

    let name = ServerName::try_from(target.host.clone()).map_err(|_| {
        WebSocketConnectError::request(format!("{:?} is not a host's name", target.host))
    })?;
    let config = match &options.tls {
        Some(config) => config.clone(),
        None => trusting_the_system()?.into(),
    };
    let encrypted = tokio_rustls::TlsConnector::from(config)
        .connect(name, stream)
        .await;
    let encrypted = encrypted.map_err(|error| {
        WebSocketConnectError::connect(format!("no TLS with {}", target.host), error)
    })?;
    Ok(Box::new(encrypted))
}

#[cfg(feature = "tls")]
fn trusting_the_system() -> Result<rustls::ClientConfig, WebSocketConnectError> {
    let mut roots = rustls::RootCertStore::empty();
    // On many systems some of the certificates can't be read; the others can.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(WebSocketConnectError::new(
            super::WebSocketConnectErrorKind::Connect,
            crate::tls::NO_CERTIFICATES,
        ));
    }
    crate::tls::prepare();
    Ok(rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth())
}

#[cfg(not(feature = "tls"))]
async fn encrypt(
    _stream: TcpStream,
    _target: &Target,
    _options: &WebSocketConnect,
) -> Result<Box<dyn Stream>, WebSocketConnectError> {
    Err(WebSocketConnectError::request(
        "`wss:` is not compiled in; add the feature `tls` to `tornado-web` in Cargo.toml",
    ))
}
