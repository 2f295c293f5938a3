//! `Tls`: HTTPS, with the feature `tls`.

#[cfg(feature = "tls")]
pub(super) use with_feature::Tls;
#[cfg(not(feature = "tls"))]
pub(super) use without_feature::Tls;

#[cfg(feature = "tls")]
mod with_feature {
    use std::io;
    use std::path::Path;
    use std::sync::Arc;

    use rustls::ServerConfig;
    use rustls::pki_types::pem::{self, PemObject as _};
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use tokio::io::{AsyncRead, AsyncWrite};
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::server::TlsStream;

    use crate::{SslOptions, StartError, StartErrorKind};

    /// How connections begin that are encrypted.
    #[derive(Clone)]
    pub(in crate::server) struct Tls(TlsAcceptor);

    impl Tls {
        pub(in crate::server) fn new(config: Arc<ServerConfig>) -> Tls {
            Tls(TlsAcceptor::from(config))
        }

        /// Reads certificate and key; HTTP/2 is offered before HTTP/1.1.
        pub(in crate::server) fn from_options(options: &SslOptions) -> Result<Tls, StartError> {
            let certificates = read(options.certfile(), |path| {
                CertificateDer::pem_file_iter(path)?.collect::<Result<Vec<_>, _>>()
            })?;
            let key = read(options.keyfile(), |path| PrivateKeyDer::from_pem_file(path))?;
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let config = ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .and_then(|config| {
                    config
                        .with_no_client_auth()
                        .with_single_cert(certificates, key)
                });
            let mut config = config.map_err(|error| {
                let message = format!(
                    "the certificate {} can't be used with the key {}: {error}",
                    options.certfile().display(),
                    options.keyfile().display()
                );
                StartError::new(StartErrorKind::Settings, message).with_source(error)
            })?;
            config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            Ok(Tls::new(Arc::new(config)))
        }

        pub(in crate::server) async fn accept<S>(&self, stream: S) -> io::Result<TlsStream<S>>
        where
            S: AsyncRead + AsyncWrite + Unpin,
        {
            self.0.accept(stream).await
        }
    }

    fn read<T>(
        path: &Path,
        read: impl Fn(&Path) -> Result<T, pem::Error>,
    ) -> Result<T, StartError> {
        read(path).map_err(|error| {
            let message = format!("{} can't be read as PEM: {error}", path.display());
            StartError::new(StartErrorKind::Settings, message).with_source(error)
        })
    }
}

#[cfg(not(feature = "tls"))]
mod without_feature {
    use std::io;

    use crate::{SslOptions, StartError, StartErrorKind};

    /// There is none of it.
    #[derive(Clone)]
    pub(in crate::server) enum Tls {}

    impl Tls {
        pub(in crate::server) fn from_options(_: &SslOptions) -> Result<Tls, StartError> {
            let message = "the setting `ssl_options` needs the feature `tls` of this crate";
            Err(StartError::new(
                StartErrorKind::Settings,
                message.to_owned(),
            ))
        }

        pub(in crate::server) async fn accept<S>(&self, _: S) -> io::Result<S> {
            match *self {}
        }
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}
