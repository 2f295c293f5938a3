//! `Tls`: HTTPS, with the feature `tls`.

#[cfg(feature = "tls")]
pub(super) use with_feature::Tls;
#[cfg(not(feature = "tls"))]
pub(super) use without_feature::Tls;

#[cfg(feature = "tls")]
mod with_feature {
    use std::io;
    use std::sync::Arc;

    use rustls::server::WebPkiClientVerifier;
    use rustls::{RootCertStore, ServerConfig};
    use tokio::io::{AsyncRead, AsyncWrite};
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::server::TlsStream;

    use crate::connection::PeerCertificate;
    use crate::server::certificate::{Reloading, certificates};
    use crate::{CertReqs, SslOptions, StartError, StartErrorKind};

    /// How encrypted connections begin.
    #[derive(Clone)]
    pub(in crate::server) struct Tls(TlsAcceptor);

    impl Tls {
        pub(in crate::server) fn new(config: Arc<ServerConfig>) -> Tls {
            Tls(TlsAcceptor::from(config))
        }

        /// Reads certificate and key. HTTP/2 is offered before HTTP/1.1.
        pub(in crate::server) fn from_options(options: &SslOptions) -> Result<Tls, StartError> {
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let reloading = Reloading::new(options, &provider)?;
            let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
                .with_safe_default_protocol_versions()
                .map_err(|error| unusable(&error.to_string()))?;
            let config = match options.get_cert_reqs() {
                CertReqs::None => config.with_no_client_auth(),
                asked => {
                    let verifier = WebPkiClientVerifier::builder_with_provider(
                        Arc::new(roots(options)?),
                        provider,
                    );
                    let verifier = match asked {
                        CertReqs::Optional => verifier.allow_unauthenticated(),
                        _ => verifier,
                    };
                    let verifier = verifier
                        .build()
                        .map_err(|error| unusable(&error.to_string()))?;
                    config.with_client_cert_verifier(verifier)
                }
            };
            let mut config = config.with_cert_resolver(Arc::new(reloading));
            config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            Ok(Tls::new(Arc::new(config)))
        }

        pub(in crate::server) async fn accept<S>(&self, stream: S) -> io::Result<TlsStream<S>>
        where
            S: AsyncRead + AsyncWrite + Unpin,
        {
            self.0.accept(stream).await
        }

        /// The client's certificate.
        pub(in crate::server) fn peer_certificate<S>(
            stream: &TlsStream<S>,
        ) -> Option<PeerCertificate> {
            let (_, connection) = stream.get_ref();
            let certificate = connection.peer_certificates()?.first()?;
            Some(PeerCertificate(certificate.as_ref().into()))
        }
    }

    /// The authorities that may sign the certificates of clients.
    fn roots(options: &SslOptions) -> Result<RootCertStore, StartError> {
        let Some(path) = options.get_ca_certs() else {
            let message = "`cert_reqs` asks for certificates of clients, and `ca_certs` \
                does not say who may have signed them";
            return Err(unusable(message));
        };
        let mut roots = RootCertStore::empty();
        for certificate in certificates(path)? {
            roots
                .add(certificate)
                .map_err(|error| unusable(&format!("{}: {error}", path.display())))?;
        }
        Ok(roots)
    }

    fn unusable(why: &str) -> StartError {
        let message = format!("the setting `ssl_options` can't be used: {why}");
        StartError::new(StartErrorKind::Settings, message)
    }
}

#[cfg(not(feature = "tls"))]
mod without_feature {
    use std::io;

    use crate::connection::PeerCertificate;
    use crate::{SslOptions, StartError, StartErrorKind};

    /// TLS without the feature: it has no values.
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

        pub(in crate::server) fn peer_certificate<S>(_: &S) -> Option<PeerCertificate> {
            None
        }
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}
