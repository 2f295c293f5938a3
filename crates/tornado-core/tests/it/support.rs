//! How these tests run an application.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use test_support::Client;
use tokio::sync::oneshot;
use tornado_core::{Application, Body, Rule, Server, Settings, StartError};
use tower::ServiceExt as _;

/// An application of these rules and no settings.
pub(crate) fn app(rules: impl IntoIterator<Item = Rule>) -> Application {
    Application::new(rules, Settings::new()).expect("the patterns are good")
}

/// The answer to a request, with its body as text.
pub(crate) async fn ask(app: &Application, request: Request<Body>) -> Response<String> {
    let (head, body) = app
        .clone()
        .oneshot(request)
        .await
        .expect("it can't fail")
        .into_parts();
    let body = body.collect().await.expect("the body is whole").to_bytes();
    Response::from_parts(
        head,
        String::from_utf8(body.into()).expect("the body is text"),
    )
}

/// The answer to `GET uri`.
pub(crate) async fn get(app: &Application, uri: &str) -> Response<String> {
    send(app, "GET", uri, &[], "").await
}

/// The answer to any request.
pub(crate) async fn send(
    app: &Application,
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response<String> {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    ask(
        app,
        request
            .body(Body::from(body.to_owned()))
            .expect("the request is good"),
    )
    .await
}

/// The application on a real socket, in a thread of its own, until dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) addresses: Vec<SocketAddr>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Running {
    pub(crate) fn start(app: Application) -> Running {
        Running::start_with(async move { app.bind("127.0.0.1:0").await })
    }

    /// Serves what is bound there.
    pub(crate) fn start_with(
        bound: impl Future<Output = Result<Server, StartError>> + Send + 'static,
    ) -> Running {
        let (address_in, address_out) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build();
            runtime.expect("a runtime can be made").block_on(async {
                let server = bound.await.expect("the address is free");
                address_in
                    .send((server.local_addr(), server.local_addrs().to_vec()))
                    .expect("the test waits");
                let stop = async { drop(stopped.await) };
                server.serve_until(stop).await.expect("it starts");
            });
        });
        let (address, addresses) = address_out.recv().expect("the server has started");
        Running {
            address,
            addresses,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// Asks it to stop and waits for its end.
    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server has not panicked");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Waits until something has happened, and not for ever.
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
