//! What an application answers when it can't be decided whether a rule matches a request.

use http::{Method, Request, Response};
use tornado_core::log::{ACCESS, APPLICATION};
use tornado_core::routing::{MatchError, Matcher, PathMatches, PathParams, RequestHead};
use tornado_core::{
    Application, Body, Exchange, Handler, Output as _, PathArgs as _, RequestHandler, Result, Rule,
    Settings, mount, nest, url,
};
use tornado_testing::{ExpectLog, TestClient};
use tracing::Level;

use crate::support::{client, failure};

/// Matches everything below `/private/`, but gives up on many `a` there.
const GUARD: &str = r"/private/(?:(?:a|a)*(?=!)|(.*))";
const LONG: &str = "/private/aaaaaaaaaaaaaaaaaaaaaaaa";

/// The same for hosts that begin with an `a`.
const HOST_GUARD: &str = r"(?:a|a)*(?=!)|a.*";
const LONG_HOST: &str = "aaaaaaaaaaaaaaaaaaaaaaaa";

/// One of the application's own matchers, which uses a pattern.
struct Reads(PathMatches, Method);

impl Matcher for Reads {
    fn matches(
        &self,
        request: &RequestHead<'_>,
    ) -> std::result::Result<Option<PathParams>, MatchError> {
        let found = self.0.matches(request)?;
        Ok(found.filter(|_| *request.method() == self.1))
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Says {
    base: Exchange,
    what: &'static str,
}

impl RequestHandler for Says {
    async fn get(&mut self) -> tornado_core::Result {
        self.write(self.what);
        Ok(())
    }
}

fn says(pattern: &str, what: &'static str) -> tornado_core::Rule {
    url(pattern, move |base| Says { base, what })
}

#[tokio::test]
async fn a_request_that_may_be_a_guards_is_a_500() {
    let builder = || Application::builder(Settings::new());
    let guard = || says(GUARD, "guard");
    let wide = || says("/.*", "wide");
    let own = |matcher: Reads| tornado_core::Rule::new(matcher, [says("/.*", "guard")]);
    let open = tower::service_fn(async |_: Request<Body>| {
        Ok::<_, std::convert::Infallible>(Response::new(Body::from("wide")))
    });
    let cases = [
        ("a route", builder().handlers([guard(), wide()])),
        ("text", builder().handlers([guard(), says(LONG, "wide")])),
        (
            "a list behind",
            builder().handlers([guard(), nest("/.*", [wide()])]),
        ),
        (
            "a service behind",
            builder().handlers([guard(), mount("/.*", open)]),
        ),
        (
            "the default",
            builder()
                .handlers([guard()])
                .default_handler(|base| Says { base, what: "wide" }),
        ),
        (
            "a list of its own",
            builder().handlers([nest(GUARD, [says("/.*", "guard")]), wide()]),
        ),
        (
            "in a list",
            builder().handlers([nest("/private/.*", [guard()]), wide()]),
        ),
        (
            "a mount",
            builder().handlers([
                mount(
                    GUARD,
                    Application::new([says("/.*", "guard")], Settings::new()).unwrap(),
                ),
                wide(),
            ]),
        ),
        (
            "a matcher",
            builder().handlers([
                own(Reads(PathMatches::new(GUARD).unwrap(), Method::GET)),
                wide(),
            ]),
        ),
        (
            "a host",
            builder()
                .add_handlers(HOST_GUARD, [says("/.*", "guard")])
                .handlers([wide()]),
        ),
        (
            "in a host",
            builder().add_handlers("a.*", [guard()]).handlers([wide()]),
        ),
    ];
    let page = "<html><title>500: Internal Server Error</title><body>500: Internal Server Error</body></html>";
    for (name, builder) in cases {
        let never = (name == "text").then(|| {
            let line = format!("The route {LONG} can't be answered: the pattern");
            ExpectLog::new(APPLICATION, &line).level(Level::WARN)
        });
        let client = TestClient::new(builder.build().unwrap());
        drop(never);
        let short = client.get("/private/a").header("Host", "a.com").await;
        assert_eq!(short.text(), "guard", "{name}");
        let failure = "(?s)Uncaught exception GET /private/aaa.*\nthe pattern '";
        let _uncaught = ExpectLog::new(APPLICATION, failure);
        let _line = ExpectLog::new(ACCESS, "500 GET /private/aaa");
        let long = client.get(LONG).header("Host", LONG_HOST).await;
        assert_eq!((long.status().as_u16(), long.text()), (500, page), "{name}");
    }
}

#[tokio::test]
async fn a_request_that_may_be_a_guards_is_a_500_whatever_it_is() {
    let settings = Settings::new().xsrf_cookies(true);
    let rules = [says(GUARD, "guard"), says("/.*", "wide")];
    let client = TestClient::new(Application::new(rules, settings).unwrap());
    let served = client.clone().serve().await;
    let _uncaught = ExpectLog::new(APPLICATION, "Uncaught exception");
    for client in [client, served.clone(), served.http2()] {
        for (method, body) in [("GET", ""), ("HEAD", ""), ("POST", "a=1"), ("DELETE", "")] {
            let request = client.request(method, LONG).body(body).without_xsrf();
            assert_eq!(request.await.status(), 500, "{method}");
        }
    }
}

#[tokio::test]
async fn a_function_decides_at_run_time() {
    let beta = |request: &RequestHead<'_>| request.headers().contains_key("X-Beta");
    let rules = [
        Rule::new(beta, [url("/", Beta)]),
        url("/", |exchange: Exchange| exchange),
    ];
    let client = client(rules);
    assert_eq!(client.get("/").await.status(), 405);
    let response = client.get("/").header("X-Beta", "1").await;
    assert_eq!(response.text(), "beta");
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Beta(Exchange);

impl RequestHandler for Beta {
    async fn get(&mut self) -> Result {
        self.write("beta");
        Ok(())
    }
}

#[tokio::test]
async fn what_is_most_likely_a_mistake_in_the_routes_is_logged_at_the_start() {
    let handler = |exchange: Exchange| exchange;
    let rules = [
        url("/a", handler).name("a"),
        url("/b", handler).name("a"),
        url("about", handler),
        url("a?/b", handler),
        url("(?:x|/y)", handler),
        url("/twice", handler),
        url("/twice", handler).name("another name for it"),
        url("/twice", handler),
        nest(
            "/n/.*",
            [
                url("/n/a", handler).name("a"),
                url("x-y", handler),
                url("/users", handler),
                url("/(n|m)/a", handler),
                nest("/n/.*", [url("/n/b", handler)]),
            ],
        ),
        nest(
            "/exact",
            [url("/exact/more", handler), url("/exact", handler)],
        ),
        nest("/may/?", [url("/may", handler), url("/may/", handler)]),
    ];
    let expected = [
        "Multiple handlers named a; replacing previous value",
        "The pattern \"about\" matches no path",
        "The pattern \"x-y\" matches no path",
        "The pattern \"/users\" matches no path behind \"/n/.\\*\": each of them is for the whole path",
        "The pattern \"/exact/more\" matches no path behind \"/exact\"",
        "The pattern \"/twice\" is there twice; nothing reaches the second route",
        "static_path \"/there/is/no/such/directory\" is no directory",
        "template_path \"/nor/this/one\" is no directory",
    ];
    let logs = expected.map(|line| ExpectLog::new(APPLICATION, line));
    let settings = Settings::new()
        .static_path("/there/is/no/such/directory")
        .template_path("/nor/this/one");
    let app = Application::new(rules, settings).unwrap();
    let client = TestClient::new(app).serve().await;
    // It answers once it has started.
    assert_eq!(client.get("/a").await.status(), 405);
    for log in logs {
        assert_eq!(log.matched(), 1);
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Archive(Exchange);

impl RequestHandler for Archive {
    async fn get(&mut self) -> Result {
        let (year, month): (u16, Option<u8>) = self.path_args_as()?; // def get(self, year, month=None)
        self.write(format!("{year} {month:?}"));
        Ok(())
    }
}

#[tokio::test]
async fn a_tuple_of_groups_has_none_for_what_a_route_lacks() {
    let client = client([
        url(r"/(\d+)", Archive),
        url(r"/(\d+)/(\d+)?", Archive),
        url(r"/none", Archive),
    ]);
    assert_eq!(client.get("/2024").await.text(), "2024 None");
    assert_eq!(client.get("/2024/").await.text(), "2024 None");
    assert_eq!(client.get("/2024/7").await.text(), "2024 Some(7)");
    let log = failure("GET /none .*there are 0, and the type wants more");
    assert_eq!(client.get("/none").await.status(), 500);
    assert_eq!(log.matched(), 1);
}
