//! Ids of requests: where they come from, and where they appear.

use std::io::{Read as _, Write as _};

use axum::Router;
use axum::extract::Extension;
use axum::routing::get;
use http::{Request, StatusCode};
use tornado_core::{
    Application, Body, Context as _, Exchange, Handler, HttpError, Output as _, RequestHandler,
    RequestId, Result, Settings, mount, url,
};
use tornado_testing::TestClient;
use tower::ServiceExt as _;

use crate::support::connect;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Id(Exchange);

impl RequestHandler for Id {
    async fn get(&mut self) -> Result {
        let id = self.request().request_id().to_owned();
        assert_eq!(self.request().request_id(), id, "it stays the same");
        self.write(id);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        Err(HttpError::new(403).into())
    }

    async fn put(&mut self) -> Result {
        self.write(self.request().request_id().to_owned());
        self.flush().await?;
        Ok(())
    }

    async fn delete(&mut self) -> Result {
        self.set_header("X-Request-Id", "mine");
        Ok(())
    }

    async fn patch(&mut self) -> Result {
        self.write(self.request().request_id().to_owned());
        Ok(())
    }
}

fn app(settings: Settings) -> Application {
    let api = |Extension(id): Extension<RequestId>| async move { id.to_string() };
    let api: Router = Router::new().route("/api", get(api));
    let rules = [
        url("/", Id),
        url("/broken", |_| -> Id { panic!("no handler") }),
        mount("/api", api),
    ];
    Application::new(rules, settings).unwrap()
}

fn on() -> Settings {
    Settings::new().request_ids(true)
}

#[tokio::test]
async fn every_response_has_the_id_of_its_request() {
    let client = TestClient::new(app(on()));
    let id = client.get("/").await;
    assert_eq!(id.header("X-Request-Id"), Some(id.text()));
    let piece = client.put("/").await;
    assert_eq!(piece.header("X-Request-Id"), Some(piece.text()));
    let mounted = client.get("/api").await;
    assert_eq!(mounted.header("X-Request-Id"), Some(mounted.text()));
    let body = client.patch("/").body("a body that comes in first").await;
    assert_eq!(body.header("X-Request-Id"), Some(body.text()));
    for response in [client.post("/").await, client.get("/nothing").await] {
        let id = response.header("X-Request-Id").unwrap();
        assert_eq!(RequestId::parse(id).unwrap().as_str(), id);
    }
    let own = client.delete("/").await;
    assert_eq!(own.header("X-Request-Id"), Some("mine"));
}

#[tokio::test]
async fn a_panic_in_a_factory_has_one_too() {
    let client = TestClient::new(app(on()));
    let _expected =
        tornado_testing::ExpectLog::new("tornado.application", "Uncaught panic in the factory");
    let response = client.get("/broken").await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(response.header("X-Request-Id").is_some());
}

#[tokio::test]
async fn a_handler_has_one_without_the_setting() {
    let client = TestClient::new(app(Settings::new()));
    let response = client.get("/").await;
    assert_eq!(response.text().len(), 36);
    assert_eq!(response.header("X-Request-Id"), None);
}

#[tokio::test]
async fn a_proxy_is_believed_where_proxies_are() {
    let good = "Root=1-67891233-abcdef";
    for (xheaders, sent, taken) in [
        (false, good, false),
        (true, good, true),
        (true, "two words", false),
    ] {
        let client = TestClient::new(app(on().xheaders(xheaders))).serve().await;
        let response = client.get("/").header("X-Request-Id", sent).await;
        assert_eq!(response.text() == sent, taken, "{xheaders} {sent}");
        assert_eq!(response.header("X-Request-Id"), Some(response.text()));
    }
}

#[tokio::test]
async fn of_two_lines_neither_counts() {
    let client = TestClient::new(app(on().xheaders(true))).serve().await;
    let lines = "X-Request-Id: a\r\nX-Request-Id: b\r\n";
    let request = format!("GET / HTTP/1.1\r\nHost: x\r\n{lines}Connection: close\r\n\r\n");
    let mut stream = connect(&client);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(
        answer.rsplit("\r\n\r\n").next().unwrap().len(),
        36,
        "{answer}"
    );
}

#[tokio::test]
async fn a_service_in_front_may_say_one() {
    let id = RequestId::parse("from-a-layer").unwrap();
    let request = Request::get("/").extension(id).body(Body::empty());
    let Ok(response) = app(on()).oneshot(request.unwrap()).await;
    assert_eq!(response.headers()["x-request-id"], "from-a-layer");
}
