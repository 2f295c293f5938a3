//! `TestClient::serve`: the application on a free port.

use std::sync::Arc;

use tornado_core::Server;
use url::Url;

use crate::TestClient;
#[cfg(feature = "tls")]
use crate::transport::Certificate;
use crate::transport::{Running, Transport};

impl TestClient {
    /// Serves the application on a free port of this machine, and uses that
    /// port from now on (`AsyncHTTPTestCase.get_http_server`). It is for tests
    /// that need a socket: for a browser, a Python client, or the server's own
    /// limits. Cookies of `localhost`, the client's address so far, are kept.
    ///
    /// It runs in separate threads until the last clone of the client is
    /// dropped, which cuts off requests in flight. The test may block, unless a
    /// handler waits for something that runs on the test's own runtime.
    ///
    /// ```
    /// # use tornado_web::{Application, Settings};
    /// # use tornado_testing::TestClient;
    /// # tornado_testing::block_on(async {
    /// # let app = Application::new([], Settings::new()).unwrap();
    /// let client = TestClient::new(app).serve().await;
    /// assert!(client.url("/").starts_with("http://localhost:"));
    /// assert_eq!(client.get("/").await.status(), 404);
    /// # });
    /// ```
    pub async fn serve(self) -> TestClient {
        self.served("http", |server| server).await
    }

    /// As [`serve`](Self::serve), with a last step for the server once it is
    /// bound.
    async fn served(
        mut self,
        scheme: &str,
        prepare: impl FnOnce(Server) -> Server + Send + 'static,
    ) -> TestClient {
        let application = self.application().clone();
        let (running, socket) = Running::start(application, self.watch().scope(), prepare).await;
        let base = format!("{scheme}://localhost:{}", socket.port());
        let browser = self.browser_mut();
        browser.transport = Transport::Served(Arc::new(running), socket);
        browser.base = Url::parse(&base).expect("it is a URL");
        self
    }

    /// Serves the application over TLS, on a free port, with a new certificate
    /// for `localhost` and `127.0.0.1`, and uses that port from now on
    /// (`AsyncHTTPSTestCase`). Otherwise as [`serve`](Self::serve).
    ///
    /// ```
    /// # use tornado_web::{Application, Settings};
    /// # use tornado_testing::TestClient;
    /// # tornado_testing::block_on(async {
    /// # let app = Application::new([], Settings::new()).unwrap();
    /// let client = TestClient::new(app).serve_tls().await.http2();
    /// assert_eq!(client.get("/").await.version(), http::Version::HTTP_2);
    /// # });
    /// ```
    #[cfg(feature = "tls")]
    pub async fn serve_tls(self) -> TestClient {
        let (certificate, config) = Certificate::generate();
        let mut client = self.served("https", |server| server.tls(config)).await;
        if let Transport::Served(_, socket) = &mut client.browser_mut().transport {
            socket.tls = Some(certificate);
        }
        client
    }

    /// The certificate of [`serve_tls`](Self::serve_tls), as PEM.
    ///
    /// # Panics
    ///
    /// If this client does not serve over TLS.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn certificate(&self) -> &str {
        self.tls_certificate().pem()
    }

    /// The file of the [`certificate`](Self::certificate), for other programs, as in curl's
    /// `--cacert`. It exists as long as the client.
    ///
    /// # Panics
    ///
    /// If this client does not serve over TLS.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn certificate_file(&self) -> &std::path::Path {
        self.tls_certificate().file()
    }

    #[cfg(feature = "tls")]
    fn tls_certificate(&self) -> &Certificate {
        self.certificate_if_any()
            .expect("there is no certificate before `serve_tls()`")
    }

    #[cfg(feature = "tls")]
    pub(crate) fn certificate_if_any(&self) -> Option<&Certificate> {
        match &self.browser().transport {
            Transport::Served(_, socket) => socket.tls.as_ref(),
            Transport::InProcess(_) | Transport::Remote(_) => None,
        }
    }

    /// The port that this client uses (`AsyncHTTPTestCase.get_http_port`).
    ///
    /// # Panics
    ///
    /// If it has no socket.
    #[must_use]
    pub fn port(&self) -> u16 {
        match &self.browser().transport {
            Transport::InProcess(_) => panic!("there is no port before `serve()`"),
            Transport::Served(_, socket) | Transport::Remote(socket) => socket.port(),
        }
    }

    /// Uses HTTP/2 from now on: negotiated by ALPN with TLS, and with prior
    /// knowledge without.
    ///
    /// # Panics
    ///
    /// If it has no socket.
    #[must_use]
    pub fn http2(mut self) -> TestClient {
        match &mut self.browser_mut().transport {
            Transport::InProcess(_) => panic!("there is no HTTP/2 before `serve()`"),
            Transport::Served(_, socket) | Transport::Remote(socket) => socket.http2 = true,
        }
        self
    }

    /// Stops the server as SIGTERM does: requests in flight are finished, for
    /// up to the setting `shutdown_timeout`. Returns when it has ended.
    ///
    /// # Panics
    ///
    /// If this client is not [serving](Self::serve).
    pub async fn stop(&self) {
        let Transport::Served(running, _) = &self.browser().transport else {
            panic!("there is nothing to stop before `serve()`");
        };
        running.stop().await;
    }
}
