//! Sends the same requests to an application and to Tornado.

use std::net::{Ipv4Addr, SocketAddr};

use test_support::{Program, RawResponse, send_raw};
use tornado_web::Application;
use tornado_web::testing::TestClient;

/// Sends the same request to an application and to a Python program: `GET path`, or
/// another method written before the path, with headers.
/// Status, body and headers must be the same, except for those that say who
/// answered and when.
pub(crate) async fn ask_both<const N: usize>(
    app: Application,
    python: &str,
    requests: [(&str, &[(&str, &str)]); N],
) -> [RawResponse; N] {
    let (client, python) = (TestClient::new(app).serve().await, Program::python(python));
    let ours = SocketAddr::from((Ipv4Addr::LOCALHOST, client.port()));
    requests.map(|(path, headers)| {
        let get = if path.starts_with('/') { "GET " } else { "" };
        let mut request = format!("{get}{path} HTTP/1.1\r\nConnection: close\r\n");
        if headers.iter().all(|(name, _)| *name != "Host") {
            request.push_str("Host: localhost\r\n");
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        let ours = send_raw(ours, request.as_bytes());
        let theirs = send_raw(python.address(), request.as_bytes());
        assert_eq!(seen(&ours), seen(&theirs), "{request}");
        ours
    })
}

/// What a client can see of an answer, except who answered and when. Header names
/// are case-insensitive.
fn seen(response: &RawResponse) -> (&str, Vec<(String, &str)>, &str) {
    let headers = response.headers.iter();
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
        .filter(|(name, _)| !["server", "date"].contains(&name.as_str()))
        .collect();
    headers.sort_unstable();
    (&response.status_line, headers, response.text())
}
