//! The built-in handlers: `RedirectHandler`, `ErrorHandler`.

use http::header;
use tornado_core::{
    Application, ErrorHandler, Handler, Output as _, RedirectHandler, RequestHandler, Result,
    Settings, url,
};

use tornado_testing::TestClient;

use crate::support::{client, failure};

fn redirects() -> TestClient {
    let to = |pattern, target: &'static str| {
        url(pattern, move |base| RedirectHandler::new(base, target))
    };
    client([
        to("/src", "/dst"),
        to("/src2", "/dst2?foo=bar"),
        to("/any/(.*)", "{0}"),
        to("/moved(.*)", "https://example.com{0}"),
        to("/named/(?P<a>[^/]*)/(?P<b>[^/]*)", "/{b}/{a}"),
        to("/optional(/x)?", "/to{0}"),
        to("/(.*)/target", "/{0}/destination"),
        to("/hostless/(.*)", "https://{0}"),
        to("/schemeonly/(.*)", "https:{0}"),
        to("/wrong", "/{0}"),
        to("/find/(.*)", "/search?page=1&q={0}"),
        to("/jump/(.*)", "/page#{0}"),
        to("/(.*?)/(.*?)/(.*)", "/{1}/{0}/{2}"),
        url("/temporary", |base| {
            RedirectHandler::new(base, "/dst?x=1").permanent(false)
        }),
    ])
}

#[tokio::test]
async fn redirects_lead_where_tornados_do() {
    let client = redirects();
    for (uri, to) in [
        ("/src", "/dst"),
        ("/src?foo=bar", "/dst?foo=bar"),
        ("/src?a=1&b=2&a=%203&c", "/dst?a=1&a=+3&b=2&c="),
        ("/src?a=%ff", "/dst?a=%FF"),
        ("/src2?foo2=bar2", "/dst2?foo=bar&foo2=bar2"),
        ("/a/b/c", "/b/a/c"),
        ("/a/example.com/b", "/example.com/a/b"),
        ("/named/1/2", "/2/1"),
        ("/optional/x", "/to/x"),
        ("/optional", "/toNone"),
        ("/ok/target", "/ok/destination"),
        ("/a/b/target", "/a/b/destination"),
        ("/ok/target?x=1", "/ok/destination?x=1"),
        ("/moved/x", "https://example.com/x"),
        ("/any/%C3%A9", "%C3%A9"),
        ("/moved/a%3Fb%23c%25d", "https://example.com/a%3Fb%23c%25d"),
        ("/named/a%3Fb/x%22y%20z", "/x%22y%20z/a%3Fb"),
        ("/a%3Fb/target?x=1", "/a%3Fb/destination?x=1"),
        ("/any/x/a:b@c!$&'()*+,;=~", "x/a:b@c!$&'()*+,;=~"),
        ("/any/%7B%7C%60%5E%3C", "%7B%7C%60%5E%3C"),
        (
            "/find/a%26b=c%23d+e/f",
            "/search?page=1&q=a%26b%3Dc%23d%2Be/f",
        ),
        ("/jump/a%23b", "/page#a%23b"),
    ] {
        let response = client.get(uri).await;
        assert_eq!(response.status(), 301, "{uri}");
        assert_eq!(response.headers()[header::LOCATION], to, "{uri}");
    }
    let response = client.get("/temporary").await;
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()[header::LOCATION]
        ),
        (302, &"/dst?x=1".parse().unwrap())
    );
    assert_eq!(client.head("/src").await.status(), 301);
    assert_eq!(client.post("/src").await.status(), 405);
    let _failure = failure("GET /wrong ");
    assert_eq!(client.get("/wrong").await.status(), 500);
}

#[tokio::test]
async fn no_client_chooses_the_host() {
    let client = redirects();
    for uri in [
        "/a//example.com/a/b",
        "/a/%5Cexample.com/b",
        "/a/%09/example.com/b",
        "/a///example.com/b",
        "/a////example.com/b",
        "/a/%2F%2F%5Cexample.com/b",
        "/%2Fevil.com/target",
        "/%2F%2Fevil.com/target",
        "/%5C%5Cevil.com/target",
        "/%09//evil.com/target",
        "/%2Fevil.com/target?x=1",
        "/any/%0Afoo",
        "/any/a%00b",
        "/any/%2F%2F%5B?x=1",
        "/any/http://evil.com",
        "/hostless/evil.com",
        "/hostless//evil.com",
        "/schemeonly/evil.com",
        "/schemeonly/evil.com?x=1",
        "/schemeonly////evil.com",
        "/moved.evil.com/x",
        "/moved@evil.com/x",
        "/moved:8080/x",
    ] {
        let response = client.get(uri).await;
        assert_eq!(response.status(), 400, "{uri}");
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Lost(ErrorHandler);

impl RequestHandler for Lost {
    fn set_default_headers(&mut self) {
        self.set_header("X-Lost", "yes");
    }

    async fn get(&mut self) -> Result {
        unreachable!("prepare has failed")
    }
}

#[tokio::test]
async fn an_error_handler_answers_anything_and_can_be_inherited_from() {
    let settings = Settings::new().xsrf_cookies(true);
    let client = TestClient::new(
        Application::builder(settings)
            .handlers([url("/error", |base| ErrorHandler::new(base, 417))])
            .default_handler(|base: ErrorHandler| Lost(base))
            .build()
            .unwrap(),
    );
    for method in ["GET", "POST", "HEAD"] {
        assert_eq!(
            client
                .request(method, "/error")
                .without_xsrf()
                .await
                .status(),
            417
        );
        let lost = client.request(method, "/other").without_xsrf().await;
        assert_eq!(
            (
                lost.status().as_u16(),
                lost.headers().contains_key("X-Lost")
            ),
            (404, true)
        );
    }
    assert_eq!(
        client
            .request("BREW", "/error")
            .without_xsrf()
            .await
            .status(),
        405
    );
}
