//! Arguments of the query, of forms and of the path.

use serde_json::{Value, json};
use tornado_core::{
    Application, Argument, Context as _, Cookies as _, Exchange, Handler, Input as _, Output as _,
    PathArgs as _, RequestHandler, Result, Settings, url,
};

use tornado_testing::TestClient;

use crate::support::{client, client_with, with};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Shows(Exchange);

impl RequestHandler for Shows {
    async fn get(&mut self) -> Result {
        let request = self.request();
        let files: Vec<Value> = request
            .files()
            .iter()
            .map(|(name, file)| {
                json!([
                    name,
                    file.filename(),
                    file.content_type(),
                    file.body().len()
                ])
            })
            .collect();
        let shown = json!({
            "one": self.get_argument_opt("a")?,
            "raw": self.get_argument_opt(Argument::new("a").strip(false))?,
            "all": self.get_arguments("a")?,
            "query": self.get_query_arguments("a")?,
            "body": self.get_body_arguments("a")?,
            "args": self.path_args(),
            "kwargs": self.path_kwargs().collect::<Vec<_>>(),
            "files": files,
        });
        self.write(shown);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }

    async fn put(&mut self) -> Result {
        self.get().await
    }
}

fn shows() -> TestClient {
    client([
        url(r"/kw/(?P<year>\d+)(?:/(?P<slug>.*))?", Shows),
        url(r"/path/([^/]*)/(.*)", Shows),
        url(r"/opt/(\d+)?", Shows),
        url("/", Shows),
    ])
}

async fn shown(uri: &str) -> Value {
    shows().get(uri).await.json()
}

#[tokio::test]
async fn the_last_value_counts_and_white_space_does_not() {
    let shown = shown("/?a=1&a=%20x%01y+%20").await;
    assert_eq!(shown["one"], "x y");
    assert_eq!(shown["raw"], " x y  ");
    assert_eq!(shown["all"], json!(["1", "x y"]));
}

#[tokio::test]
async fn the_body_comes_after_the_query() {
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    for method in ["POST", "PUT", "GET"] {
        let response = with(shows().request(method, "/?a=q"), &form)
            .body("a=b&a=c")
            .await;
        let shown: Value = response.json();
        assert_eq!(shown["one"], "c");
        assert_eq!(
            (&shown["query"], &shown["body"]),
            (&json!(["q"]), &json!(["b", "c"]))
        );
        assert_eq!(shown["all"], json!(["q", "b", "c"]));
    }
}

#[tokio::test]
async fn a_multipart_form_has_fields_and_files() {
    let body = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nfield\r\n\
                --B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n\
                Content-Type: text/plain\r\n\r\n12345\r\n--B--\r\n";
    let headers = [("Content-Type", "multipart/form-data; boundary=B")];
    let response = with(shows().post("/"), &headers).body(body).await;
    let shown: Value = response.json();
    assert_eq!(shown["one"], "field");
    assert_eq!(shown["files"], json!([["f", "x.txt", "text/plain", 5]]));

    for body in ["no boundary here", ""] {
        let response = with(shows().post("/"), &headers).body(body).await;
        assert_eq!(response.status(), 400, "{body:?}");
    }
}

#[tokio::test]
async fn a_query_has_a_limit_of_fields() {
    let query = |fields: usize| format!("/?{}", vec!["a=1"; fields].join("&"));
    assert_eq!(shows().get(&query(1000)).await.status(), 200);
    let response = shows().get(&query(1001)).await;
    assert_eq!((response.status().as_u16(), response.text()), (400, ""));
}

#[tokio::test]
async fn what_is_missing_or_not_text_is_a_400() {
    let client = client([url("/", Shows)]);
    assert_eq!(client.get("/?a=%ff").await.status(), 400);
    assert_eq!(shows().get("/path/%ff/x").await.status(), 400);
}

#[tokio::test]
async fn groups_are_decoded_and_named() {
    assert_eq!(
        shown("/path/a%20b+c/d%2Fe").await["args"],
        json!(["a b+c", "d/e"])
    );
    assert_eq!(shown("/opt/").await["args"], json!([null]));
    assert_eq!(
        shown("/kw/2024/x").await["kwargs"],
        json!([["year", "2024"], ["slug", "x"]])
    );
    assert_eq!(
        shown("/kw/2024").await["kwargs"],
        json!([["year", "2024"], ["slug", null]])
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_a_page() {
    let client = client_with([url("/", Shows)], Settings::new().max_body_size(10));
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(
        with(client.post("/"), &form)
            .body("a=12345678")
            .await
            .status(),
        200
    );
    let response = with(client.post("/"), &form).body("a=123456789").await;
    assert_eq!(response.status(), 413);
    assert!(response.text().contains("413"), "{}", response.text());
}

#[tokio::test]
async fn routes_are_tried_in_order_by_host_and_nested() {
    #[derive(Handler)]
    #[handler(crate = tornado_core)]
    struct Says {
        base: Exchange,
        what: &'static str,
    }
    impl RequestHandler for Says {
        async fn get(&mut self) -> Result {
            self.write(self.what);
            Ok(())
        }
    }
    let says = |pattern: &str, what: &'static str| url(pattern, move |base| Says { base, what });
    let client = TestClient::new(
        Application::builder(Settings::new())
            .handlers([
                tornado_core::nest("/api/.*", [says("/api/a", "nested a")]),
                says("/api/b", "behind the nest"),
                says("/api/.*", "any"),
                says("/(?!secret).*", "look-around"),
            ])
            .add_handlers(r"www\.example\.com", [says("/", "www")])
            .build()
            .unwrap(),
    );
    for (host, path, text) in [
        ("a.com", "/api/a", "nested a"),
        ("a.com", "/api/b", "behind the nest"),
        ("a.com", "/api/c", "any"),
        ("a.com", "/open", "look-around"),
        ("WWW.example.com:8888", "/", "www"),
        ("www.example.com", "/api/a", "nested a"),
        ("a.com", "/", "look-around"),
    ] {
        assert_eq!(
            client.get(path).header("Host", host).await.text(),
            text,
            "{host}{path}"
        );
    }
    assert_eq!(client.get("/secret").await.status(), 404);
}

#[test]
fn a_bad_pattern_is_named_at_the_start() {
    for pattern in ["/book/([0-9]+", r"/(?P<a>\d)/(\d)"] {
        let error = Application::new([url(pattern, Shows)], Settings::new()).unwrap_err();
        assert!(error.to_string().contains(pattern), "{error}");
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Defaults(Exchange);

impl RequestHandler for Defaults {
    async fn get(&mut self) -> Result {
        let next = self.get_argument_or("page", 1)? + 1;
        let length = self.get_argument_or("name", "nobody")?.len();
        let size: u64 = self.get_argument_or("size", 10)?;
        self.write(format!("{next} {length} {size}"));
        Ok(())
    }
}

#[tokio::test]
async fn a_default_says_what_the_argument_is() {
    let client = client([url("/", Defaults)]);
    assert_eq!(client.get("/").await.text(), "2 6 10");
    let response = client.get("/?page=7&name=Kim&size=20").await;
    assert_eq!(response.text(), "8 3 20");
}

/// Answers with the `Debug` of the request and of its parts.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Debugs(Exchange);

impl RequestHandler for Debugs {
    async fn post(&mut self) -> Result {
        self.set_cookie("sent", "s3cret");
        let request = self.request();
        let shown = format!(
            "{request:?} {request:#?} {:?} {:?} {self:?}",
            request.headers(),
            request.cookies()
        );
        self.write(shown);
        Ok(())
    }
}

impl std::fmt::Debug for Debugs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[tokio::test]
async fn debug_of_a_request_shows_no_secret() {
    let secrets = [
        ("Cookie", "a=s3cret"),
        ("Cookie", "b=s3cret; session=s3cret"),
        ("Authorization", "Bearer s3cret"),
        ("Proxy-Authorization", "Basic s3cret"),
        ("Set-Cookie", "a=s3cret"),
        ("X-Xsrftoken", "s3cret"),
        ("X-Csrftoken", "s3cret"),
        ("X-API-Key", "s3cret"),
    ];
    let client = client([url("/debugs", Debugs)]);
    let mut request = client
        .post("/debugs?token=s3cret&page=2")
        .form([("password", "s3cret")])
        .header("User-Agent", "a browser");
    for (name, value) in secrets {
        request = request.header(name, value);
    }
    let response = request.await;
    let shown = response.text();
    assert!(!shown.contains("s3cret"), "{shown}");
    for there in [
        "Exchange",
        "POST",
        "/debugs",
        "\"token\"",
        "a browser",
        "15 bytes",
        "authorization",
    ] {
        assert!(shown.contains(there), "{there}: {shown}");
    }
}
