//! Status, headers, body: the output.

use serde_json::json;
use tornado_core::{
    Context as _, Cookies as _, Exchange, Finish, Handler, HttpError, Input as _, Output as _,
    RequestHandler, Result, url,
};

use tornado_core::log::ACCESS;
use tornado_testing::{ExpectLog, TestClient};

use crate::support::{client, failure};

/// One handler per test would be many, so this one does what the path says.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Acts(Exchange);

impl RequestHandler for Acts {
    async fn get(&mut self) -> Result {
        match self.request().path() {
            "/json" => {
                self.set_header("Content-Type", "text/x-other");
                self.write(json!({"a": "é</b>", "n": [1, 2.5], "z": null}));
            }
            "/list" => self.write(json!([1])),
            "/list_json" => self.write_json(&[1, 2]),
            "/status" => self.set_status(self.get_argument_or("code", 200)?),
            "/reason" => self.set_status_and_reason(682, Some(&self.get_argument("reason")?)),
            "/header" => {
                self.set_header("X-Multi-hdr", "first");
                self.set_header("x-multi-hdr", self.get_argument("value")?);
                self.add_header("X-Twice", 1);
                self.add_header("X-Twice", 2_u64);
                self.set_header("X-Gone", "no");
                self.clear_header("X-Gone");
                self.clear_header("X-Never");
            }
            "/redirect" => self.redirect(&self.get_argument("to")?),
            "/redirect_permanent" => self.redirect_permanent("/é b"),
            "/redirect_strange" => self.redirect_with_status("/", 200),
            "/after_finish" => {
                self.write("one");
                self.finish();
                self.write("two");
            }
            "/204" => self.set_status(204),
            "/204_with_body" => {
                self.set_status(204);
                self.write("body");
            }
            "/finish" => {
                self.set_status(401);
                self.set_header("WWW-Authenticate", "Basic realm=\"x\"");
                return Err(Finish::with_chunk("who are you?").into());
            }
            "/cookie_then_error" => {
                self.set_cookie("a", "b");
                self.set_header("X-Lost", "yes");
                self.write("lost");
                return Err(HttpError::new(403).into());
            }
            "/bad_cookie" => {
                self.set_cookie("a", "line\nbreak");
            }
            "/unsigned" => {
                self.set_signed_cookie("a", "b");
            }
            // The borrows are the point.
            #[expect(clippy::useless_format, reason = "it is what people write")]
            "/borrow" => self.write(format!("{}", self.get_argument("x")?)),
            "/empty" => {}
            "/own_etag" => {
                self.set_header("Etag", "\"mine\"");
                self.write("hello");
            }
            _ => self.write("hello"),
        }
        Ok(())
    }
}

fn acts() -> TestClient {
    client([url("/.*", Acts)])
}

#[tokio::test]
async fn a_plain_answer_is_tornados() {
    let response = acts().get("/").await;
    let names: Vec<_> = response
        .headers()
        .keys()
        .map(http::HeaderName::as_str)
        .collect();
    // The server adds `Date` and, as the client does here, `Content-Length`.
    assert_eq!(names, ["server", "content-type", "etag", "content-length"]);
    assert_eq!(
        response.headers()["Content-Type"],
        "text/html; charset=UTF-8"
    );
    assert_eq!(
        response.headers()["Etag"],
        "\"aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d\""
    );

    let response = acts().get("/empty").await;
    assert_eq!(
        response.headers()["Etag"],
        "\"da39a3ee5e6b4b0d3255bfef95601890afd80709\""
    );
    assert_eq!(response.text(), "");
}

#[tokio::test]
async fn json_is_pythons() {
    let _failure = failure("GET /list .*Arrays are not accepted");
    let response = acts().get("/json").await;
    assert_eq!(
        response.text(),
        r#"{"a": "\u00e9<\/b>", "n": [1, 2.5], "z": null}"#
    );
    assert_eq!(
        response.headers()["Content-Type"],
        "application/json; charset=UTF-8"
    );
    assert_eq!(acts().get("/list").await.status(), 500);
    assert_eq!(acts().get("/list_json").await.text(), "[1, 2]");
}

#[tokio::test]
async fn a_client_that_has_the_page_gets_a_304() {
    let etag = "\"aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d\"";
    for if_none_match in [etag, "*", &format!("W/{etag}"), &format!("\"x\", {etag}")] {
        let response = acts().get("/").header("If-None-Match", if_none_match).await;
        assert_eq!(
            (response.status().as_u16(), response.text()),
            (304, ""),
            "{if_none_match}"
        );
        assert_eq!(response.headers()["Etag"], etag);
        assert!(!response.headers().contains_key("Content-Type"));
        assert!(!response.headers().contains_key("Content-Length"));
    }
    let response = acts().get("/").header("If-None-Match", "\"other\"").await;
    assert_eq!(response.status(), 200);
    // An application's own tag is its own business.
    let response = acts()
        .get("/own_etag")
        .header("If-None-Match", "\"mine\"")
        .await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["Etag"]),
        (200, &"\"mine\"".parse().unwrap())
    );
}

#[tokio::test]
async fn headers_are_set_added_and_cleared() {
    let _failure = failure("GET /header.*Unsafe header value");
    let response = acts().get("/header?value=%E9%C3%A9").await;
    assert_eq!(response.status(), 400, "the argument is not UTF-8");
    let response = acts().get("/header?value=%C3%A9").await;
    assert_eq!(response.headers().get_all("X-Multi-Hdr").iter().count(), 1);
    assert_eq!(response.headers()["X-Multi-Hdr"].as_bytes(), b"\xe9");
    let twice: Vec<_> = response.headers().get_all("X-Twice").iter().collect();
    assert_eq!(twice, ["1", "2"]);
    assert!(!response.headers().contains_key("X-Gone"));
    for unsafe_value in ["a%0d%0aSet-Cookie:%20x=y", "%7f", "%E2%82%AC"] {
        let response = acts().get(&format!("/header?value={unsafe_value}")).await;
        assert_eq!(response.status(), 500, "{unsafe_value}");
        assert!(!response.headers().contains_key("Set-Cookie"));
    }
}

#[tokio::test]
async fn any_status_can_be_sent() {
    let _failures = [
        failure(r"GET /status\?code=100 .*A response can't end with 100"),
        failure(r"GET /status\?code=1000 "),
        failure(r"GET /status\?code=99 "),
        failure(r"GET /status\?code=101 "),
        failure(r"GET /status\?code=199 "),
        failure("GET /204_with_body "),
    ];
    let _odd = ExpectLog::new(ACCESS, "799 GET ");
    for (code, sent) in [("799", 799), ("100", 500), ("1000", 500), ("99", 500)] {
        let response = acts().get(&format!("/status?code={code}")).await;
        if code != "100" {
            assert_eq!(response.status().as_u16(), sent, "{code}");
        }
    }
    let response = acts().get("/204").await;
    assert_eq!(response.status(), 204);
    for name in ["Content-Type", "Content-Length", "Etag"] {
        assert!(!response.headers().contains_key(name), "{name}");
    }
    assert_eq!(acts().get("/204_with_body").await.status(), 500);
    for code in [100, 101, 199] {
        let response = acts().get(&format!("/status?code={code}")).await;
        assert_eq!(response.status(), 500, "{code} comes before a response");
    }
}

#[tokio::test]
async fn redirects_are_empty_and_end_the_request() {
    let _failures = [
        failure("GET /redirect_strange .*200 is no status of a redirect"),
        failure(r"GET /redirect\?to=/"),
    ];
    let response = acts().get("/redirect?to=/a%3Fb%3Dc").await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["Location"]),
        (302, &"/a?b=c".parse().unwrap())
    );
    assert_eq!(response.text(), "");
    let response = acts().get("/redirect_permanent").await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["Location"]),
        (301, &"/%C3%A9 b".parse().unwrap())
    );
    assert_eq!(acts().get("/redirect_strange").await.status(), 500);
    // Arguments have no control characters but these.
    for bad in ["%0d%0aX-Evil:%201", "a%0ab", "a%7fb"] {
        let split = acts().get(&format!("/redirect?to=/{bad}")).await;
        assert_eq!(split.status(), 500, "{bad}");
        assert!(!split.headers().contains_key("X-Evil"));
        assert!(!split.headers().contains_key("Location"));
    }
}

#[tokio::test]
async fn what_comes_after_the_end_is_not_sent() {
    let _failure = failure(r"GET /after_finish .*Cannot write\(\) after finish\(\)");
    let response = acts().get("/after_finish").await;
    assert_eq!((response.status().as_u16(), response.text()), (200, "one"));
}

#[tokio::test]
async fn finish_keeps_status_and_headers() {
    let response = acts().get("/finish").await;
    assert_eq!(
        (response.status().as_u16(), response.text()),
        (401, "who are you?")
    );
    assert!(response.headers().contains_key("WWW-Authenticate"));
}

#[tokio::test]
async fn an_error_drops_all_but_the_cookies() {
    let response = acts().get("/cookie_then_error").await;
    assert_eq!(response.status(), 403);
    assert_eq!(response.headers()["Set-Cookie"], "a=b; Path=/");
    assert!(!response.headers().contains_key("X-Lost"));
    assert_eq!(
        response.text(),
        "<html><title>403: Forbidden</title><body>403: Forbidden</body></html>"
    );
}

#[tokio::test]
async fn a_cookie_that_cant_be_sent_is_a_500() {
    let _failures = [failure("GET /bad_cookie "), failure("GET /unsigned ")];
    for path in ["/bad_cookie", "/unsigned"] {
        let response = acts().get(path).await;
        assert_eq!(response.status(), 500, "{path}");
        assert!(!response.headers().contains_key("Set-Cookie"), "{path}");
    }
}

#[tokio::test]
async fn the_borrow_of_the_argument_ends_before_the_write() {
    assert_eq!(acts().get("/borrow?x=1").await.text(), "1");
}
