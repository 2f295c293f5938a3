//! XSRF tokens and the check of origins: Tornado's `XSRFTest` and
//! `CrossOriginProtectionTest`, and more.

use http::header;
use tornado_core::{
    Application, CookieKwargs, Exchange, Handler, Input as _, Output as _, RequestHandler, Result,
    Settings, StartErrorKind, User, Xsrf as _, url,
};

use tornado_testing::{TestClient, TestResponse};

use crate::support::with;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Page(Exchange);

impl RequestHandler for Page {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self.get_argument_opt("user")?.map(User::from))
    }

    async fn get(&mut self) -> Result {
        let token = match self.get_argument_opt("form")? {
            Some(_) => self.xsrf_form_html().await?,
            None => self.xsrf_token().await?,
        };
        assert!(token.contains(&self.xsrf_token().await?), "it is made once");
        self.write(token);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.write("ok");
        Ok(())
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Webhook(Page);

impl RequestHandler for Webhook {
    fn check_xsrf_cookie(&mut self) -> Result {
        Ok(())
    }

    fn check_trusted_origin(&self, origin: &str) -> bool {
        origin.ends_with(".example.com")
    }
}

/// As after a login.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Fresh(Page);

impl RequestHandler for Fresh {
    async fn get(&mut self) -> Result {
        let token = self.reset_xsrf_token().await?;
        self.write(token);
        Ok(())
    }
}

fn app(settings: Settings) -> Application {
    Application::new(
        [
            url("/", Page),
            url("/hook", |base: Page| Webhook(base)),
            url("/fresh", |base: Page| Fresh(base)),
        ],
        settings,
    )
    .unwrap()
}

fn xsrf() -> Settings {
    Settings::new().xsrf_cookies(true)
}

fn cookie(response: &TestResponse) -> &str {
    response.header("Set-Cookie").unwrap()
}

/// The answer to a client with only these cookies and tokens.
async fn send(
    app: &Application,
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
) -> TestResponse {
    let request = TestClient::new(app.clone()).request(method, uri);
    with(request.without_xsrf(), headers).await
}

/// The status of a POST with this cookie and this `_xsrf` in the form.
async fn post(app: &Application, cookie: &str, field: &str) -> u16 {
    let cookie = format!("_xsrf={cookie}");
    let headers = [
        ("Cookie", cookie.as_str()),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    let body = format!("_xsrf={}", field.replace('|', "%7C"));
    let request = TestClient::new(app.clone()).post("/").without_xsrf();
    let response = with(request, &headers).body(body).await;
    response.status().as_u16()
}

#[tokio::test]
async fn a_token_that_was_reset_is_another_and_has_its_cookie() {
    let app = app(xsrf());
    let old = send(&app, "GET", "/", &[]).await.text().to_owned();
    let sent = format!("_xsrf={old}");
    let response = send(&app, "GET", "/fresh?user=kim", &[("Cookie", &sent)]).await;
    let new = response.text();
    assert!(cookie(&response).starts_with(&format!("_xsrf={new}; expires=")));
    assert_eq!(post(&app, new, new).await, 200);
    assert_eq!(post(&app, new, &old).await, 403);
}

#[tokio::test]
async fn a_form_needs_the_token_of_the_cookie() {
    let app = app(xsrf());
    let page = send(&app, "GET", "/", &[]).await;
    let token = page.text();
    assert_eq!(cookie(&page), format!("_xsrf={token}; Path=/"));
    assert_eq!(post(&app, token, token).await, 200);
    assert_eq!(post(&app, token, "").await, 403);
    assert_eq!(post(&app, token, "3|").await, 403);
    assert_eq!(post(&app, "", token).await, 403);
    assert_eq!(post(&app, "3|", token).await, 403);
    let other = send(&app, "GET", "/", &[]).await.text().to_owned();
    assert_ne!(token, other);
    assert_eq!(post(&app, token, &other).await, 403);
    assert_eq!(post(&app, &other, token).await, 403);
    // Tornado's own vectors.
    assert_eq!(
        post(&app, "2|00000000|deadbeef|1", "2|01010101|dfacbfee|99").await,
        200
    );
    assert_eq!(post(&app, "deadbeef", "deadbeef").await, 200);
    assert_eq!(post(&app, "xoxo", "xoxo").await, 200);
    assert_eq!(post(&app, "deadbeef", "2|01010101|dfacbfee|99").await, 200);
    assert_eq!(post(&app, "2|00000000||1", "2|00000000||1").await, 403);
}

#[tokio::test]
async fn the_token_is_in_the_query_or_in_a_header_as_well() {
    let app = app(xsrf());
    let cookie = ("Cookie", "_xsrf=deadbeef");
    for (uri, headers, status) in [
        ("/?_xsrf=deadbeef", &[cookie][..], 200),
        ("/", &[cookie, ("X-Xsrftoken", "deadbeef")], 200),
        ("/", &[cookie, ("X-CSRFToken", "deadbeef")], 200),
        ("/", &[cookie, ("X-Other", "deadbeef")], 403),
        // The first one that is not empty counts.
        ("/?_xsrf=dead", &[cookie, ("X-Xsrftoken", "deadbeef")], 403),
        ("/?_xsrf=", &[cookie, ("X-Xsrftoken", "deadbeef")], 200),
        (
            "/",
            &[cookie, ("X-Xsrftoken", ""), ("X-Csrftoken", "deadbeef")],
            200,
        ),
        (
            "/",
            &[cookie, ("X-Xsrftoken", "dead"), ("X-Csrftoken", "deadbeef")],
            403,
        ),
    ] {
        let response = send(&app, "POST", uri, headers).await;
        assert_eq!(response.status(), status, "{uri} {headers:?}");
    }
}

#[tokio::test]
async fn only_what_changes_something_is_checked_and_before_the_method() {
    let app = app(xsrf());
    for (method, uri, status) in [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("OPTIONS", "/", 405),
        ("POST", "/", 403),
        ("PUT", "/", 403),
        ("DELETE", "/", 403),
        ("BREW", "/", 405),
        ("POST", "/hook", 200),
        ("POST", "/nowhere", 404),
    ] {
        let response = send(&app, method, uri, &[]).await;
        assert_eq!(response.status(), status, "{method} {uri}");
    }
}

#[tokio::test]
async fn a_known_token_gets_no_cookie_and_another_text() {
    let app = app(xsrf());
    let headers = [("Cookie", "_xsrf=2|00000000|deadbeef|1795478165")];
    let page = send(&app, "GET", "/", &headers).await;
    assert!(!page.headers().contains_key(header::SET_COOKIE));
    assert!(page.text().ends_with("|1795478165") && !page.text().contains("deadbeef"));
    assert_eq!(post(&app, "2|00000000|deadbeef|1", page.text()).await, 200);
}

#[tokio::test]
async fn version_1_stays_as_it_is() {
    let app = app(xsrf().xsrf_cookie_version(1));
    let first = send(&app, "GET", "/", &[]).await.text().to_owned();
    assert!(first.len() == 32 && first.bytes().all(|b| b.is_ascii_hexdigit()));
    let headers = [("Cookie", "_xsrf=2|01010101|dfacbfee|99")];
    assert_eq!(send(&app, "GET", "/", &headers).await.text(), "deadbeef");

    let wrong = Application::new([], xsrf().xsrf_cookie_version(3)).unwrap_err();
    assert_eq!(wrong.kind(), StartErrorKind::Settings);
}

#[tokio::test]
async fn the_cookie_is_as_the_settings_say() {
    let settings = xsrf()
        .xsrf_cookie_name("__Host-xsrf")
        .xsrf_cookie_kwargs(CookieKwargs::new().secure(true));
    let page = send(&app(settings), "GET", "/?form=1", &[]).await;
    let token = page.text();
    let token = token
        .strip_prefix("<input type=\"hidden\" name=\"_xsrf\" value=\"")
        .unwrap();
    let token = token.strip_suffix("\"/>").unwrap();
    assert_eq!(
        cookie(&page),
        format!("__Host-xsrf={token}; Path=/; Secure")
    );

    let embedded = serde_json::json!({"partitioned": true, "samesite": "None", "secure": true});
    let page = send(
        &app(xsrf().set("xsrf_cookie_kwargs", embedded)),
        "GET",
        "/",
        &[],
    )
    .await;
    assert!(cookie(&page).ends_with("; Partitioned; Path=/; SameSite=None; Secure"));

    let settings = xsrf().set(
        "xsrf_cookie_kwargs",
        serde_json::json!({"expires_days": null}),
    );
    let page = send(&app(settings), "GET", "/?user=kim", &[]).await;
    assert!(!cookie(&page).contains("expires"));
}

#[tokio::test]
async fn it_lasts_for_those_who_have_logged_in_and_for_them_alone() {
    let app = app(xsrf().xsrf_cookie_kwargs(CookieKwargs::new().http_only(true)));
    let page = send(&app, "GET", "/?user=kim", &[]).await;
    assert!(cookie(&page).contains("; expires=") && cookie(&page).contains("; HttpOnly"));
    let page = send(&app, "GET", "/", &[]).await;
    assert!(!cookie(&page).contains("expires"));
}

#[tokio::test]
async fn requests_of_other_origins_are_refused() {
    let app = app(Settings::new()
        .cross_origin_protection(true)
        .trusted_origins(["https://trusted.example.com"]));
    let host = ("Host", "here.com:8888");
    let site = |value| ("Sec-Fetch-Site", value);
    let origin = |value| ("Origin", value);
    for (headers, status) in [
        (&[host][..], 200),
        (&[host, site("same-origin")], 200),
        (&[host, site("none")], 200),
        (&[host, site("cross-site")], 403),
        (
            &[host, site("same-site"), origin("https://other.here.com")],
            403,
        ),
        (
            &[host, site("cross-site"), origin("http://here.com:8888")],
            403,
        ),
        (
            &[
                host,
                site("cross-site"),
                origin("https://trusted.example.com"),
            ],
            200,
        ),
        (&[host, origin("http://here.com:8888")], 200),
        (&[host, origin("https://HERE.com:8888/path")], 200),
        (&[host, origin("http://here.com")], 403),
        (&[host, origin("https://trusted.example.com")], 200),
        (&[host, origin("https://trusted.example.com/")], 403),
        (&[host, origin("http://trusted.example.com")], 403),
        (&[host, origin("null")], 403),
        (&[host, ("Referer", "https://evil.com")], 200),
    ] {
        let response = send(&app, "POST", "/", headers).await;
        assert_eq!(response.status(), status, "{headers:?}");
        let response = send(&app, "GET", "/", headers).await;
        assert_eq!(response.status(), 200, "{headers:?}");
    }
    let evil = [host, site("cross-site"), origin("https://evil.com")];
    let partner = [host, site("same-site"), origin("https://app.example.com")];
    assert_eq!(send(&app, "PUT", "/", &evil).await.status(), 403);
    assert_eq!(send(&app, "POST", "/hook", &evil).await.status(), 403);
    assert_eq!(send(&app, "POST", "/hook", &partner).await.status(), 200);
    assert_eq!(send(&app, "POST", "/nowhere", &evil).await.status(), 404);
}

#[tokio::test]
async fn with_both_the_token_is_looked_at_first() {
    let app = app(xsrf().cross_origin_protection(true));
    let token = [("Cookie", "_xsrf=deadbeef"), ("X-Xsrftoken", "deadbeef")];
    let with = |site| [token[0], token[1], ("Sec-Fetch-Site", site)];
    assert_eq!(
        send(&app, "POST", "/", &with("same-origin")).await.status(),
        200
    );
    assert_eq!(
        send(&app, "POST", "/", &with("cross-site")).await.status(),
        403
    );
    let without = [("Sec-Fetch-Site", "same-origin")];
    assert_eq!(send(&app, "POST", "/", &without).await.status(), 403);
}

#[tokio::test]
async fn a_bearer_token_without_a_cookie_needs_no_other() {
    let app = app(xsrf());
    for (headers, status) in [
        (&[("Authorization", "Bearer abc")] as &[_], 200),
        (&[("Authorization", "bearer abc")], 200),
        (&[("Authorization", "Bearer abc"), ("Cookie", "a=b")], 403),
        (&[("Authorization", "Bearer abc"), ("Cookie", "")], 403),
        // A browser sends these by itself, and anything else proves nothing.
        (&[("Authorization", "Basic YTpi")], 403),
        (&[("Authorization", "Bearer")], 403),
        (&[("Authorization", "Bearerabc")], 403),
        (&[("Authorization", "Digest bearer ")], 403),
        (&[], 403),
    ] {
        let response = send(&app, "POST", "/", headers).await;
        assert_eq!(response.status(), status, "{headers:?}");
    }
}
