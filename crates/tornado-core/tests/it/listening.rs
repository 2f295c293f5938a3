//! Where a server listens: several addresses, Unix sockets, TLS.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use tornado_core::{
    Application, Context as _, Exchange, Handler, Output as _, RequestHandler, Result, Server,
    Settings, StartError, StartErrorKind, unix, url,
};

use tornado_testing::TestClient;

use crate::support::connect;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Who(Exchange);

impl RequestHandler for Who {
    async fn get(&mut self) -> Result {
        let request = self.request();
        let text = format!(
            "{} {} {}",
            request.remote_ip(),
            request.protocol(),
            request.version()
        );
        self.write(text);
        Ok(())
    }
}

fn app(settings: Settings) -> Application {
    Application::new([url("/", Who)], settings.logging("none")).unwrap()
}

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

fn body(mut stream: impl std::io::Read + std::io::Write, request: &[u8]) -> String {
    stream.write_all(request).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.rsplit("\r\n\r\n").next().unwrap().to_owned()
}

/// Serves what is bound, in the threads of this runtime, and returns its
/// addresses.
fn serve(server: Server) -> Vec<SocketAddr> {
    let addresses = server.local_addrs().to_vec();
    tokio::spawn(server.serve_until(std::future::pending()));
    addresses
}

fn tcp(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_addresses_are_one_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.sock");
    let server = bind(["127.0.0.1:0", "127.0.0.1:0"]).await.unwrap();
    let addresses = serve(server.add(unix(&path)).await.unwrap());
    assert_eq!(addresses.len(), 2);
    for address in addresses {
        assert_eq!(body(tcp(address), GET), "127.0.0.1 http HTTP/1.1");
    }
    assert_eq!(
        body(UnixStream::connect(&path).unwrap(), GET),
        "0.0.0.0 http HTTP/1.1"
    );
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut bad = UnixStream::connect(&path).unwrap();
    bad.write_all(b"garbage\r\n\r\n").unwrap();
    let mut answer = String::new();
    bad.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
        "{answer}"
    );
}

async fn bind(address: impl tornado_core::ListenAddress) -> Result<Server, StartError> {
    app(Settings::new()).bind(address).await
}

#[tokio::test]
async fn a_socket_that_is_left_over_is_replaced_and_a_file_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.sock");
    for mode in [0o600, 0o660] {
        drop(bind(unix(&path).mode(mode)).await.unwrap());
        let found = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode);
    }
    let text = format!("unix:{}", path.display());
    drop(bind(text).await.unwrap());
    let file = folder.path().join("precious");
    std::fs::write(&file, "data").unwrap();
    let error = bind(unix(&file)).await.unwrap_err();
    assert_eq!(error.kind(), StartErrorKind::Listen);
    assert!(error.to_string().contains("is no socket"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "data");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abstract_name_is_in_no_folder() {
    use std::os::linux::net::SocketAddrExt as _;
    let name = format!("tornado-test-{}", std::process::id());
    serve(bind(unix(format!("\0{name}"))).await.unwrap());
    let address = std::os::unix::net::SocketAddr::from_abstract_name(&name).unwrap();
    let stream = UnixStream::connect_addr(&address).unwrap();
    assert_eq!(body(stream, GET), "0.0.0.0 http HTTP/1.1");
}

#[tokio::test]
async fn the_protocol_can_be_forced_and_a_proxy_be_believed() {
    let forced = app(Settings::new().protocol(tornado_core::Protocol::Https));
    let client = TestClient::new(forced).serve().await;
    assert_eq!(body(connect(&client), GET), "127.0.0.1 https HTTP/1.1");
    let settings = Settings::new()
        .xheaders(true)
        .trusted_downstream(vec![[5, 5, 5, 5].into()]);
    let client = TestClient::new(app(settings)).serve().await;
    let mut stream = connect(&client);
    // What a proxy reports applies to a single request.
    let request = b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 4.4.4.4, 5.5.5.5\r\nX-Scheme: https\r\n\r\n";
    stream.write_all(&[&request[..], GET].concat()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.contains("\r\n\r\n4.4.4.4 https HTTP/1.1"),
        "{answer}"
    );
    assert!(
        answer.ends_with("\r\n\r\n127.0.0.1 http HTTP/1.1"),
        "{answer}"
    );
}

#[cfg(feature = "tls")]
mod tls {
    use std::sync::Arc;

    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
    use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, StreamOwned};
    use test_support::free_port;
    use tornado_core::{CertReqs, SslOptions};

    use crate::support::wait_for;

    use super::*;

    /// A server with its own certificate, and the roots that trust it.
    async fn start(settings: Settings) -> (SocketAddr, RootCertStore) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (cert, key) = (
            folder.path().join("cert.pem"),
            folder.path().join("key.pem"),
        );
        std::fs::write(&cert, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let settings = settings.ssl_options(SslOptions::new(cert, key));
        let server = app(settings).bind("127.0.0.1:0").await.unwrap();
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from(made.cert.der().to_vec()))
            .unwrap();
        (serve(server)[0], roots)
    }

    fn connect(
        address: SocketAddr,
        roots: &RootCertStore,
        alpn: &[&[u8]],
    ) -> StreamOwned<ClientConnection, TcpStream> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots.clone())
            .with_no_client_auth();
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        let name = ServerName::try_from("localhost").unwrap();
        let client = ClientConnection::new(Arc::new(config), name).unwrap();
        StreamOwned::new(client, tcp(address))
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn https_is_served_from_two_files() {
        let (address, roots) = start(Settings::new()).await;
        let stream = connect(address, &roots, &[]);
        assert_eq!(body(stream, GET), "127.0.0.1 https HTTP/1.1");
        let stream = connect(address, &roots, &[b"http/1.1"]);
        assert_eq!(
            body(stream, b"GET / HTTP/1.0\r\n\r\n"),
            "127.0.0.1 https HTTP/1.0"
        );
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn one_application_serves_plain_http_and_https_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let certificate = write_certificate(folder.path(), "localhost");
        let path = |name: &str| folder.path().join(name);
        let options = SslOptions::new(path("cert.pem"), path("key.pem"));
        let key = std::fs::read_to_string(path("key.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let [plain, files, value] = [free_port(), free_port(), free_port()];
        let local = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        let app = app(Settings::new());
        let serving = tokio::spawn(async move {
            tokio::try_join!(
                app.listen(local(plain)),
                app.bind(local(files)).await?.ssl_options(&options)?.serve(),
                app.bind(local(value)).await?.tls(config).serve(),
            )
        });
        wait_for(|| {
            [plain, files, value]
                .iter()
                .all(|port| TcpStream::connect(local(*port)).is_ok())
        });
        assert_eq!(body(tcp(local(plain)), GET), "127.0.0.1 http HTTP/1.1");
        for port in [files, value] {
            let stream = connect(local(port), &roots(&certificate), &[]);
            assert_eq!(body(stream, GET), "127.0.0.1 https HTTP/1.1");
        }
        serving.abort();
        let missing = SslOptions::new(path("nothing.pem"), path("key.pem"));
        let server = bind("127.0.0.1:0").await.unwrap();
        let error = server.ssl_options(&missing).unwrap_err();
        assert!(error.to_string().contains("nothing.pem"), "{error}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_proxy_may_name_another_scheme() {
        let (address, roots) = start(Settings::new().xheaders(true)).await;
        for (scheme, expected) in [("http", "http"), ("other", "https")] {
            let request = format!(
                "GET / HTTP/1.1\r\nHost: x\r\nX-Scheme: {scheme}\r\nConnection: close\r\n\r\n"
            );
            let found = body(connect(address, &roots, &[]), request.as_bytes());
            assert_eq!(found, format!("127.0.0.1 {expected} HTTP/1.1"));
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn http2_is_negotiated() {
        let (address, roots) = start(Settings::new()).await;
        let mut stream = connect(address, &roots, &[b"h2", b"http/1.1"]);
        // The preface, and an empty SETTINGS frame.
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
            .unwrap();
        let mut frame = [0; 9];
        stream.read_exact(&mut frame).unwrap();
        assert_eq!(stream.conn.alpn_protocol(), Some(&b"h2"[..]));
        assert_eq!(
            frame[3], 4,
            "the server begins with its settings: {frame:?}"
        );
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn plain_text_is_no_handshake() {
        let (address, _) = start(Settings::new()).await;
        let mut stream = tcp(address);
        stream.write_all(GET).unwrap();
        let mut answer = Vec::new();
        // Closed, possibly with a reset.
        let _ = stream.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/"), "{answer:?}");
    }

    /// Writes a self-signed certificate for this name, and returns it.
    fn write_certificate(folder: &std::path::Path, name: &str) -> CertificateDer<'static> {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
        let key = made.signing_key.serialize_pem();
        std::fs::write(folder.join("key.pem"), key).unwrap();
        CertificateDer::from(made.cert.der().to_vec())
    }

    fn roots(certificate: &CertificateDer<'static>) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).unwrap();
        roots
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_certificate_that_is_renewed_is_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let first = write_certificate(folder.path(), "localhost");
        let options = SslOptions::new(path("cert.pem"), path("key.pem"));
        let server = app(Settings::new().ssl_options(options));
        let address = serve(server.bind("127.0.0.1:0").await.unwrap())[0];
        let expected = "127.0.0.1 https HTTP/1.1";
        assert_eq!(body(connect(address, &roots(&first), &[]), GET), expected);
        let second = write_certificate(folder.path(), "localhost");
        std::thread::sleep(Duration::from_millis(1100));
        assert_eq!(body(connect(address, &roots(&second), &[]), GET), expected);
    }

    /// Says which certificate the client has presented.
    #[derive(Handler)]
    #[handler(crate = tornado_core)]
    struct Shown(Exchange);

    impl RequestHandler for Shown {
        async fn get(&mut self) -> Result {
            let shown = self.request().get_ssl_certificate();
            let text = shown.map_or_else(|| "none".to_owned(), |der| der.len().to_string());
            self.write(text);
            Ok(())
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn clients_show_certificates_where_they_are_asked() {
        let folder = tempfile::tempdir().unwrap();
        let own = write_certificate(folder.path(), "localhost");
        let authority_key = rcgen::KeyPair::generate().unwrap();
        let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority_cert = authority.self_signed(&authority_key).unwrap();
        let authority_file = folder.path().join("clients.pem");
        std::fs::write(&authority_file, authority_cert.pem()).unwrap();
        let issuer = rcgen::Issuer::from_params(&authority, &authority_key);
        let client_key = rcgen::KeyPair::generate().unwrap();
        let client = rcgen::CertificateParams::new(["client".to_owned()]).unwrap();
        let client = client.signed_by(&client_key, &issuer).unwrap();
        let options = SslOptions::new(
            folder.path().join("cert.pem"),
            folder.path().join("key.pem"),
        );

        let ask = |address: SocketAddr, shows: bool| {
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let config = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(roots(&own));
            let config = if shows {
                let key = rustls::pki_types::PrivateKeyDer::try_from(client_key.serialize_der());
                let chain = vec![CertificateDer::from(client.der().to_vec())];
                config.with_client_auth_cert(chain, key.unwrap()).unwrap()
            } else {
                config.with_no_client_auth()
            };
            let name = ServerName::try_from("localhost").unwrap();
            let connection = ClientConnection::new(Arc::new(config), name).unwrap();
            let mut stream = StreamOwned::new(connection, tcp(address));
            let mut answer = String::new();
            let sent = stream.write_all(GET);
            let _ = sent.and_then(|()| stream.read_to_string(&mut answer).map(|_| ()));
            answer.rsplit("\r\n\r\n").next().unwrap().to_owned()
        };
        let length = client.der().len().to_string();
        for (cert_reqs, without, with) in [
            (CertReqs::None, "none", "none"),
            (CertReqs::Optional, "none", &*length),
            (CertReqs::Required, "", &*length),
        ] {
            let options = options
                .clone()
                .cert_reqs(cert_reqs)
                .ca_certs(&authority_file);
            let settings = Settings::new().ssl_options(options).logging("none");
            let app = Application::new([url("/", Shown)], settings).unwrap();
            let address = serve(app.bind("127.0.0.1:0").await.unwrap())[0];
            assert_eq!(ask(address, false), without, "{cert_reqs:?}");
            assert_eq!(ask(address, true), with, "{cert_reqs:?}");
        }
        let options = options.cert_reqs(CertReqs::Required);
        let server = app(Settings::new().ssl_options(options))
            .bind("127.0.0.1:0")
            .await;
        assert!(server.unwrap_err().to_string().contains("`ca_certs`"));
    }

    #[tokio::test]
    async fn files_that_are_not_there_are_named() {
        let settings = Settings::new().ssl_options(SslOptions::new("no/such.crt", "no/such.key"));
        let error = app(settings).bind("127.0.0.1:0").await.unwrap_err();
        assert_eq!(error.kind(), StartErrorKind::Settings);
        assert!(error.to_string().contains("no/such.crt"), "{error}");
    }
}
