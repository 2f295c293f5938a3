//! Cookies in plain axum handlers, without a socket.

#![cfg(feature = "axum")]
#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

use axum::body::{Body, to_bytes};
use axum::response::Response;
use axum::{Router, routing::get};
use http::{Request, StatusCode, header};
use time::{Duration, OffsetDateTime};
use tornado_cookies::{
    CookieMap, CookieSecret, DecodeOptions, SetCookie, SignOptions, SignedCookies,
    create_signed_value_with,
};
use tower::ServiceExt as _;

const SECRET: &str = "a secret of the tests";

async fn all(cookies: CookieMap) -> String {
    format!("{:?}", cookies.iter().collect::<Vec<_>>())
}

/// The signed cookie as read with the default age, with one of a year, and not
/// at all.
async fn user(cookies: SignedCookies) -> String {
    let text = |value: Option<Vec<u8>>| value.map(|bytes| String::from_utf8(bytes).unwrap());
    let year = DecodeOptions::new().max_age_days(365.0);
    format!(
        "{:?} {:?} {}",
        text(cookies.get_signed_cookie("user")),
        text(cookies.get_signed_cookie_with("user", &year)),
        cookies.cookies().get("user").is_some(),
    )
}

async fn login(cookies: SignedCookies) -> (SetCookie, SetCookie, &'static str) {
    let signed = cookies.set_signed_cookie("user", "Kim");
    (signed, SetCookie::new("theme", "dark blue"), "Welcome!")
}

async fn mistake() -> (SetCookie, &'static str) {
    (SetCookie::new("no/name", "hunter2"), "Welcome!")
}

async fn ask(path: &str, cookies: &[&str]) -> Response {
    let router = Router::new()
        .route("/all", get(all))
        .route("/user", get(user))
        .route("/login", get(login))
        .route("/mistake", get(mistake))
        .with_state(CookieSecret::from(SECRET));
    let mut request = Request::get(path);
    for line in cookies {
        request = request.header(header::COOKIE, *line);
    }
    let request = request.body(Body::empty()).unwrap();
    router.oneshot(request).await.unwrap()
}

async fn body(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1000).await.unwrap();
    String::from_utf8(bytes.into()).unwrap()
}

/// The cookie of a user who logged in `days` days ago.
fn signed(days: i64) -> String {
    let then = OffsetDateTime::now_utc() - Duration::days(days);
    let options = SignOptions::new().at(then);
    let value = create_signed_value_with(&SECRET.into(), "user", "Kim", &options);
    format!("user={}", value.unwrap())
}

#[tokio::test]
async fn a_handler_has_the_cookies_of_all_headers() {
    let response = ask("/all", &["a=1; b=\"2 3\"", "c=4"]).await;
    let expected = r#"[("a", "1"), ("b", "2 3"), ("c", "4")]"#;
    assert_eq!(body(response).await, expected);
}

#[tokio::test]
async fn a_signed_cookie_is_read_up_to_its_age() {
    for (cookie, expected) in [
        (signed(0), r#"Some("Kim") Some("Kim") true"#),
        (signed(40), r#"None Some("Kim") true"#),
        ("user=Kim".to_owned(), "None None true"),
        ("other=Kim".to_owned(), "None None false"),
    ] {
        assert_eq!(body(ask("/user", &[&cookie]).await).await, expected);
    }
}

#[tokio::test]
async fn each_cookie_of_an_answer_has_its_header() {
    let response = ask("/login", &[]).await;
    let lines: Vec<_> = response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|line| line.to_str().unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1], "theme=\"dark blue\"; Path=/");
    let (user, attributes) = lines[0].split_once("; ").unwrap();
    assert!(attributes.starts_with("expires="), "{attributes}");
    let read = body(ask("/user", &[user]).await).await;
    assert_eq!(read, r#"Some("Kim") Some("Kim") true"#);
}

#[tokio::test]
async fn a_cookie_that_cant_be_sent_is_a_500_without_a_word() {
    let response = ask("/mistake", &[]).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!response.headers().contains_key(header::SET_COOKIE));
    assert_eq!(body(response).await, "");
}
