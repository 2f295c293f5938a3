//! How these tests run an application.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use tornado_core::log::APPLICATION;
use tornado_core::{Application, Rule, Settings};
use tornado_testing::{ExpectLog, TestClient, TestRequest};

/// An application with these rules and no settings.
pub(crate) fn app(rules: impl IntoIterator<Item = Rule>) -> Application {
    Application::new(rules, Settings::new()).expect("the patterns are good")
}

/// A client for an application with these rules.
pub(crate) fn client(rules: impl IntoIterator<Item = Rule>) -> TestClient {
    TestClient::new(app(rules))
}

/// A client for an application with these rules and settings.
pub(crate) fn client_with(rules: impl IntoIterator<Item = Rule>, settings: Settings) -> TestClient {
    TestClient::new(Application::new(rules, settings).expect("the patterns are good"))
}

/// The request with these headers, in addition to existing ones with the same
/// names.
pub(crate) fn with(request: TestRequest, headers: &[(&str, &str)]) -> TestRequest {
    let add = |request: TestRequest, (name, value): &(&str, &str)| request.add_header(name, value);
    headers.iter().fold(request, add)
}

/// Expects that a request fails: a pattern for what follows
/// `Uncaught exception`.
pub(crate) fn failure(request: &str) -> ExpectLog {
    // `$` is the end of a line: a backtrace follows it, if one is captured.
    ExpectLog::new(APPLICATION, &format!("(?ms)Uncaught exception {request}"))
}

/// A connection to this client's server.
pub(crate) fn connect(client: &TestClient) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", client.port())).expect("it listens");
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).expect("it is no zero");
    stream
}

/// A connection on which this has been sent.
pub(crate) fn connect_and_send(client: &TestClient, bytes: &[u8]) -> TcpStream {
    let mut stream = connect(client);
    stream.write_all(bytes).expect("the server reads");
    stream
}

/// Waits until something has happened, but not forever.
pub(crate) fn wait_for(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "it has not happened in time"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}
