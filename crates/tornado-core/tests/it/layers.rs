//! Tower layers around an application, a group of routes, or a single route.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::Method;
use tornado_core::axum::{AppState, AxumMixin as _};
use tornado_core::log::{ACCESS, APPLICATION};
use tornado_core::{
    Application, ConnectionInfo, Context as _, Exchange, Handler, Output as _, RequestHandler,
    Result, Settings, mount, nest, route, url,
};
use tornado_testing::{ExpectLog, TestClient};
use tower::limit::ConcurrencyLimitLayer;
use tower::timeout::TimeoutLayer;
use tower_governor::GovernorLayer;
use tower_governor::governor::GovernorConfigBuilder;
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;

use crate::corpus::upgrade;
use crate::support::connect_and_send;

/// What has happened, in order.
#[derive(Clone, Default)]
struct Steps(Arc<Mutex<Vec<String>>>);

impl Steps {
    fn add(&self, step: &str) {
        self.0.lock().unwrap().push(step.to_owned());
    }

    fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap()).join(" ")
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Page {
    base: Exchange,
    #[state]
    steps: Steps,
}

impl RequestHandler for Page {
    async fn prepare(&mut self) -> Result {
        self.steps.add("prepare");
        Ok(())
    }

    async fn get(&mut self) -> Result {
        self.steps.add("get");
        let text = "a text that is long enough to be compressed ".repeat(20);
        self.write(text);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let body = self.request().body().clone();
        self.write(body);
        Ok(())
    }

    fn on_finish(&mut self) {
        self.steps.add("on_finish");
    }
}

/// Shows the client as the handler sees it, and as axum's extractors do.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Who(Exchange);

impl RequestHandler for Who {
    async fn get(&mut self) -> Result {
        let ConnectInfo(address) = self.extract::<ConnectInfo<SocketAddr>, _>().await?;
        let ConnectInfo(again) = self.extract_parts::<ConnectInfo<SocketAddr>>().await?;
        assert_eq!(address, again);
        let text = format!("{} {}", self.request().remote_ip(), address.ip());
        self.write(text);
        Ok(())
    }
}

/// Sends its page in pieces.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Pieces(Exchange);

impl RequestHandler for Pieces {
    async fn get(&mut self) -> Result {
        for _ in 0..3 {
            self.write("a piece of the page. ".repeat(10));
            self.flush().await?;
        }
        Ok(())
    }
}

/// A layer that records what passes, and when.
macro_rules! noting {
    ($name:literal) => {
        from_fn(
            async |AppState(steps): AppState<Steps>, request: Request, next: Next| {
                steps.add(concat!($name, "("));
                let response = next.run(request).await;
                steps.add(concat!(")", $name));
                response
            },
        )
    };
}

/// A client of each protocol.
async fn served(app: &Application) -> [TestClient; 2] {
    let client = TestClient::new(app.clone()).serve().await;
    [client.another(), client.http2()]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn layers_stand_around_the_hooks_in_the_order_they_were_added() {
    let steps = Steps::default();
    let one = route::<Page>("/group/one").layer(noting!("route"));
    let group = nest("/group/.*", [one])
        .layer(noting!("inner"))
        .layer(noting!("outer"));
    let app = Application::builder(Settings::new().state(steps.clone()))
        .layer(noting!("a"))
        .handlers([group, route::<Page>("/bare")])
        .layer(noting!("b"))
        .build()
        .unwrap();
    for client in served(&app).await {
        client.get("/group/one").await;
        assert_eq!(
            steps.take(),
            "b( a( outer( inner( route( prepare get on_finish )route )inner )outer )a )b",
        );
        client.get("/bare").await;
        assert_eq!(steps.take(), "b( a( prepare get on_finish )a )b");
        assert_eq!(client.get("/group/two").await.status(), 404);
        assert_eq!(steps.take(), "b( a( )a )b");
        // The body passes through them, too.
        let posted = client.post("/group/one").body("x".repeat(100_000)).await;
        assert_eq!(posted.bytes().len(), 100_000);
        steps.take();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preflight_meets_no_hook_and_has_its_line_in_the_log() {
    let steps = Steps::default();
    let cors = CorsLayer::new()
        .allow_origin(["https://shop.example".parse().unwrap()])
        .allow_methods([Method::GET, Method::PUT]);
    let whole = Application::builder(Settings::new().state(steps.clone()))
        .handlers([route::<Page>("/api")])
        .layer(cors.clone());
    let group = Application::builder(Settings::new().state(steps.clone())).handlers([nest(
        "/.*",
        [route::<Page>("/api")],
    )
    .layer(cors.clone())]);
    let alone = Application::builder(Settings::new().state(steps.clone()))
        .handlers([route::<Page>("/api").layer(cors)]);
    for builder in [whole, group, alone] {
        for client in served(&builder.build().unwrap()).await {
            let logged = ExpectLog::new(ACCESS, "200 OPTIONS /api \\(127.0.0.1\\) ");
            let preflight = client
                .options("/api")
                .header("Origin", "https://shop.example")
                .header("Access-Control-Request-Method", "PUT")
                .await;
            assert_eq!(preflight.status(), 200);
            let allowed = preflight.header("Access-Control-Allow-Methods");
            assert_eq!(allowed, Some("GET,PUT"));
            assert_eq!(steps.take(), "");
            assert_eq!(logged.matched(), 1);
            let logged = ExpectLog::new(ACCESS, "200 GET /api ");
            let origin = ("Origin", "https://shop.example");
            let response = client.get("/api").header(origin.0, origin.1).await;
            let allowed = response.header("Access-Control-Allow-Origin");
            assert_eq!(allowed, Some(origin.1));
            assert_eq!(steps.take(), "prepare get on_finish");
            assert_eq!(logged.matched(), 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_by_address_goes_by_what_the_proxy_says() {
    let limit = || {
        let config = GovernorConfigBuilder::default()
            .per_second(60)
            .burst_size(2)
            .finish()
            .unwrap();
        GovernorLayer::new(config)
    };
    for around_all in [false, true] {
        let builder = Application::builder(Settings::new().xheaders(true));
        let builder = if around_all {
            builder.handlers([url("/", Who)]).layer(limit())
        } else {
            builder.handlers([url("/", Who).layer(limit())])
        };
        let app = builder.build().unwrap();
        for (client, net) in served(&app).await.into_iter().zip(["4.4.4", "5.5.5"]) {
            let ask = |last: &str| {
                client
                    .get("/")
                    .header("X-Real-Ip", &format!("{net}.{last}"))
            };
            for _ in 0..2 {
                assert_eq!(ask("1").await.text(), format!("{net}.1 {net}.1"));
            }
            let logged = ExpectLog::new(ACCESS, &format!("429 GET / \\({net}.1\\)"));
            assert_eq!(ask("1").await.status(), 429);
            assert_eq!(logged.matched(), 1);
            assert_eq!(ask("2").await.status(), 200);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_may_compress_what_is_written_at_once_or_in_pieces() {
    let settings = Settings::new().state(Steps::default());
    let app = Application::builder(settings)
        .handlers([route::<Page>("/whole"), url("/pieces", Pieces)])
        .layer(CompressionLayer::new())
        .build()
        .unwrap();
    for client in served(&app).await {
        for (path, text) in [
            (
                "/whole",
                "a text that is long enough to be compressed ".repeat(20),
            ),
            ("/pieces", "a piece of the page. ".repeat(30)),
        ] {
            let response = client.get(path).header("Accept-Encoding", "gzip").await;
            assert_eq!(response.header("Content-Encoding"), Some("gzip"));
            let mut found = String::new();
            flate2::read::GzDecoder::new(&response.bytes()[..])
                .read_to_string(&mut found)
                .unwrap();
            assert_eq!(found, text);
        }
    }
}

/// axum's way of changing an incoming request.
async fn without_prefix(mut request: Request, next: Next) -> Response {
    let path = request.uri().path().trim_start_matches("/app").to_owned();
    *request.uri_mut() = path.parse().unwrap();
    next.run(request).await
}

#[tokio::test]
async fn a_layer_around_all_changes_the_path_before_a_route_is_found() {
    let app = Application::builder(Settings::new())
        .handlers([url("/who", Who)])
        .layer(from_fn(without_prefix))
        .build()
        .unwrap();
    let client = TestClient::new(app).remote_ip([10, 0, 0, 1]);
    assert_eq!(client.get("/app/who").await.text(), "10.0.0.1 10.0.0.1");
}

/// Takes its time.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Slow(Exchange);

impl RequestHandler for Slow {
    async fn get(&mut self) -> Result {
        tokio::time::sleep(Duration::from_millis(200)).await;
        self.write("at last");
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_of_a_layer_or_a_service_is_a_500_and_is_logged() {
    async fn before(_: Request, _: Next) -> Response {
        panic!("no way in");
    }
    async fn after(request: Request, next: Next) -> Response {
        next.run(request).await;
        panic!("no way out");
    }
    async fn nothing(
        _: http::Request<tornado_core::Body>,
    ) -> Result<Response, std::convert::Infallible> {
        panic!("no answer");
    }
    let rules = [
        url("/before", Slow).layer(from_fn(before)),
        url("/after", Slow).layer(from_fn(after)),
        mount("/mounted", tower::service_fn(nothing)),
    ];
    let app = Application::new(rules, Settings::new()).unwrap();
    for client in served(&app).await {
        for (path, line) in [
            ("/before", "A layer failed for GET .*/before: .*no way in"),
            ("/after", "A layer failed for GET .*/after: .*no way out"),
            (
                "/mounted",
                "A mounted service failed for GET .*/mounted: .*no answer",
            ),
        ] {
            let _log = ExpectLog::new(APPLICATION, line);
            assert_eq!(client.get(path).await.status(), 500, "{path}");
        }
    }
}

#[tokio::test]
async fn an_error_of_a_layer_is_a_500_and_is_logged() {
    let slow = url("/slow", Slow).layer(TimeoutLayer::new(Duration::from_millis(10)));
    let client = TestClient::new(Application::new([slow], Settings::new()).unwrap());
    let _log = ExpectLog::new(
        APPLICATION,
        "A layer failed for GET /slow: request timed out",
    );
    assert_eq!(client.get("/slow").await.status(), 500);

    async fn forgets(request: Request, next: Next) -> Response {
        next.run(Request::new(request.into_body())).await
    }
    let lost = url("/lost", Slow).layer(from_fn(forgets));
    let client = TestClient::new(Application::new([lost], Settings::new()).unwrap());
    let _log = ExpectLog::new(APPLICATION, "A layer has dropped the extensions");
    assert_eq!(client.get("/lost").await.status(), 500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_routes_of_a_group_share_its_layer() {
    let rules = [url("/a", Slow), url("/b", Slow)];
    let one_by_one = nest("/.*", rules).layer(ConcurrencyLimitLayer::new(1));
    let client = TestClient::new(Application::new([one_by_one], Settings::new()).unwrap());
    let begun = Instant::now();
    tokio::join!(client.get("/a").send(), client.get("/b").send());
    assert!(begun.elapsed() >= Duration::from_millis(400));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mounted_service_learns_who_the_client_is() {
    async fn who(ConnectInfo(address): ConnectInfo<SocketAddr>, request: Request) -> String {
        let ours: &ConnectionInfo = request.extensions().get().unwrap();
        format!("{} {} {}", address.ip(), ours.remote_ip(), address.port())
    }
    let router = axum::Router::new().route("/who", axum::routing::get(who));
    let settings = Settings::new().xheaders(true);
    let app = Application::new([mount("/who", router)], settings).unwrap();
    for client in served(&app).await {
        let told = client.get("/who").header("X-Real-Ip", "4.4.4.4").await;
        assert_eq!(told.text(), "4.4.4.4 4.4.4.4 0");
        let direct = client.get("/who").await;
        let (address, port) = direct.text().rsplit_once(' ').unwrap();
        assert_eq!(address, "127.0.0.1 127.0.0.1");
        assert_ne!(port, "0");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_changes_its_protocol_through_layers() {
    let settings = Settings::new().state(Steps::default());
    let rule = mount("/upgrade", tower::service_fn(upgrade)).layer(noting!("route"));
    let app = Application::builder(settings)
        .handlers([rule])
        .layer(noting!("all"))
        .build()
        .unwrap();
    let client = TestClient::new(app).serve().await;
    let request =
        b"GET /upgrade HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
    let mut stream = connect_and_send(&client, request);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "));
    stream.write_all(b"not HTTP").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut echo = String::new();
    stream.read_to_string(&mut echo).unwrap();
    assert_eq!(echo, "not HTTP");
}
