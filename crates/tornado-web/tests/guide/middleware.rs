//! `docs/guide/middleware.md`.

use tornado_web::StartError;
use tornado_web::prelude::*;
use tornado_web::testing::TestClient;

#[derive(Handler)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        self.write("Hello, world");
        Ok(())
    }
}

/// Its `prepare` requires a login, like the base of an API.
#[derive(Handler)]
struct ItemsHandler(Exchange);

impl RequestHandler for ItemsHandler {
    async fn prepare(&mut self) -> Result {
        match self.get_header("Authorization") {
            Some(_) => Ok(()),
            None => raise!(401),
        }
    }

    async fn get(&mut self) -> Result {
        self.write("[1, 2]");
        Ok(())
    }
}

#[derive(Handler)]
struct LoginHandler(Exchange);

impl RequestHandler for LoginHandler {
    async fn post(&mut self) -> Result {
        self.write("welcome");
        Ok(())
    }
}

// ANCHOR: from_fn
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;

async fn no_sniff(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let value = "nosniff".parse().expect("it is plain text");
    response
        .headers_mut()
        .insert("X-Content-Type-Options", value);
    response
}
// ANCHOR_END: from_fn

// ANCHOR: layers
use axum::http::{Method, header::AUTHORIZATION};
use tower_governor::{GovernorLayer, governor::GovernorConfigBuilder};
use tower_http::{compression::CompressionLayer, cors::CorsLayer};

fn application() -> Result<Application, StartError> {
    let cors = CorsLayer::new()
        .allow_origin(["https://shop.example".parse().expect("it is an origin")])
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION]);
    let ten_at_once = GovernorConfigBuilder::default()
        .per_second(6) // one more every six seconds
        .burst_size(10)
        .finish()
        .expect("neither is zero");

    Application::builder(Settings::new().xheaders(true))
        .handlers([
            url(r"/", MainHandler),
            url(r"/login", LoginHandler).layer(GovernorLayer::new(ten_at_once)), // one route
            nest(r"/api/.*", [url(r"/api/items", ItemsHandler)]).layer(cors),    // a group
        ])
        .layer(from_fn(no_sniff)) // all
        .layer(CompressionLayer::new()) // around that
        .build()
}
// ANCHOR_END: layers

#[tokio::test]
async fn each_layer_is_around_its_routes() {
    let client = TestClient::new(application().unwrap());
    let page = client.get("/").header("Accept-Encoding", "gzip").await;
    assert_eq!(page.header("X-Content-Type-Options"), Some("nosniff"));
    assert_eq!(page.header("Access-Control-Allow-Origin"), None);
    let preflight = client
        .options("/api/items")
        .header("Origin", "https://shop.example")
        .header("Access-Control-Request-Method", "GET")
        .await;
    let allowed = preflight.header("Access-Control-Allow-Origin");
    assert_eq!(allowed, Some("https://shop.example"));
    assert_eq!(client.get("/api/items").await.status(), 401);
    let items = client.get("/api/items").header("Authorization", "x").await;
    assert_eq!(items.text(), "[1, 2]");
    for attempt in 1..=11 {
        let status = client.post("/login").await.status();
        assert_eq!(status, if attempt > 10 { 429 } else { 200 });
    }
}
