//! `HTTPConnectionTest`, `HTTPServerRawTest`, `UnixSocketTest`,
//! `LegacyInterfaceTest`: requests as they arrive over a socket.

use std::convert::Infallible;

use http::{Request, Response};
use serde_json::json;
use tornado_web::Body;
use tornado_web::prelude::*;
use tower::service_fn;

use super::handlers::{Echo, HelloWorld};
use crate::app::{AppResult, Apps};
use crate::events;
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("HTTPConnectionTest", http_connection_test),
    ("HTTPServerRawTest", http_server_raw_test),
    ("UnixSocketTestFile:default", unix_socket_test),
    ("UnixSocketTestAbstract:default", unix_socket_test),
    ("LegacyInterfaceTest", legacy_interface_test),
];

fn http_connection_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/multipart", MultipartTestHandler),
        url("/hello", HelloWorld::new),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

fn http_server_raw_test(_: &Spec) -> AppResult {
    Ok(Application::new([url("/echo", Echo::new)], Settings::new())?.into())
}

/// The test's own socket is relayed to the port.
fn unix_socket_test(_: &Spec) -> AppResult {
    Ok(Application::new([url("/hello", HelloWorld::new)], Settings::new())?.into())
}

/// In Tornado, a function that takes a request and writes to its connection;
/// here a service takes the request and returns the response.
fn legacy_interface_test(_: &Spec) -> AppResult {
    let handle_request = service_fn(|request: Request<Body>| async move {
        let version = format!("{:?}", request.version());
        events::set("http1", version.starts_with("HTTP/1."));
        Ok::<_, Infallible>(Response::new(Body::from("Hello world")))
    });
    Ok(Application::new([mount(".*", handle_request)], Settings::new())?.into())
}

#[derive(Handler)]
struct MultipartTestHandler(Exchange);

impl RequestHandler for MultipartTestHandler {
    async fn post(&mut self) -> Result {
        let request = self.request();
        let header = request.headers().get("X-Header-Encoding-Test");
        let header = header.ok_or_else(|| Error::msg("there is no such header"))?;
        let latin1: String = header.as_bytes().iter().copied().map(char::from).collect();
        let file = request.files().get("files");
        let file = file.ok_or_else(|| Error::msg("there is no such file"))?;
        let reply = json!({
            "header": latin1,
            "argument": self.get_argument("argument")?,
            "filename": file.filename(),
            "filebody": std::str::from_utf8(file.body())?,
        });
        self.write(reply);
        Ok(())
    }
}
