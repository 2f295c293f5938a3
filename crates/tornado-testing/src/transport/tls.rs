//! `Certificate`: HTTPS with the test's own certificate.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The certificate of a server for `localhost`, which its client trusts.
#[derive(Clone)]
pub(crate) struct Certificate {
    pem: String,
    /// For programs that need a file.
    file: Arc<tempfile::NamedTempFile>,
    roots: Arc<RootCertStore>,
}

impl Certificate {
    /// A new certificate, and the server configuration with it and its key.
    pub(crate) fn generate() -> (Certificate, ServerConfig) {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).expect("the names are good");
        let certificate = CertificateDer::from(made.cert.der().to_vec());
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("it is a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .expect("they belong together");
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let mut roots = RootCertStore::empty();
        roots.add(certificate).expect("it was made just now");
        let pem = made.cert.pem();
        let file = tempfile::NamedTempFile::new().expect("there is a place for temporary files");
        std::fs::write(file.path(), &pem).expect("it was made just now");
        let certificate = Certificate {
            pem,
            file: Arc::new(file),
            roots: Arc::new(roots),
        };
        (certificate, config)
    }

    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    pub(crate) fn file(&self) -> &Path {
        self.file.path()
    }

    /// A client that trusts it.
    pub(crate) fn client(&self) -> ClientConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_root_certificates(Arc::clone(&self.roots))
            .with_no_client_auth()
    }

    pub(super) async fn connect(
        &self,
        stream: TcpStream,
        http2: bool,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let mut config = self.client();
        let protocol: &[u8] = if http2 { b"h2" } else { b"http/1.1" };
        config.alpn_protocols = vec![protocol.to_vec()];
        let name = ServerName::try_from("localhost").expect("it is a name");
        TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
    }
}
