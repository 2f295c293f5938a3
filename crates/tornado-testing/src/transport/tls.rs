//! `TestClient::serve_tls`: HTTPS with a certificate of the test's own.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::Transport;
use crate::TestClient;

/// The certificate of a server for `localhost`, which its client trusts.
#[derive(Clone)]
pub(crate) struct Certificate {
    pem: String,
    roots: Arc<RootCertStore>,
}

impl TestClient {
    /// Serves the application over TLS, on a free port, with a new certificate
    /// for `localhost` and `127.0.0.1`, and asks it there from now on
    /// (`AsyncHTTPSTestCase`). Otherwise as [`serve`](Self::serve).
    ///
    /// ```
    /// # use tornado_core::{Application, Settings};
    /// # use tornado_testing::TestClient;
    /// # tornado_testing::block_on(async {
    /// # let app = Application::new([], Settings::new()).unwrap();
    /// let client = TestClient::new(app).serve_tls().await.http2();
    /// assert_eq!(client.get("/").await.version(), http::Version::HTTP_2);
    /// # });
    /// ```
    pub async fn serve_tls(self) -> TestClient {
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
        let mut client = self.served("https", |server| server.tls(config)).await;
        if let Transport::Served(_, socket) = &mut client.browser_mut().transport {
            socket.tls = Some(Certificate {
                pem: made.cert.pem(),
                roots: Arc::new(roots),
            });
        }
        client
    }

    /// The certificate of [`serve_tls`](Self::serve_tls), as PEM: for another
    /// program, such as curl's `--cacert`.
    ///
    /// # Panics
    ///
    /// If this client does not serve over TLS.
    #[must_use]
    pub fn certificate(&self) -> &str {
        match &self.browser().transport {
            Transport::Served(_, socket) => socket.tls.as_ref(),
            Transport::InProcess(_) | Transport::Remote(_) => None,
        }
        .map(|certificate| certificate.pem.as_str())
        .expect("there is no certificate before `serve_tls()`")
    }
}

impl Certificate {
    pub(super) async fn connect(
        &self,
        stream: TcpStream,
        http2: bool,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_root_certificates(Arc::clone(&self.roots))
            .with_no_client_auth();
        let protocol: &[u8] = if http2 { b"h2" } else { b"http/1.1" };
        config.alpn_protocols = vec![protocol.to_vec()];
        let name = ServerName::try_from("localhost").expect("it is a name");
        TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
    }
}
