//! One cookie jar for handlers and for the layers in front of them.

#![expect(clippy::unwrap_used, reason = "what fails here is to fail the test")]

use std::sync::{Arc, Mutex};

use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::{Router, extract::State};
use http::header::{COOKIE, SET_COOKIE};
use tornado_cookies::{SetCookie, TornadoCookies as _};
use tornado_core::axum::AxumMixin as _;
use tornado_core::{
    Application, Body, Context as _, Cookies as _, Exchange, Handler, Output as _, RequestHandler,
    Result, Settings, url,
};
use tower::ServiceExt as _;
use tower_cookies::{Cookie, CookieManagerLayer, Cookies};

const SECRET: &str = "a secret of the tests";

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Page(Exchange);

impl RequestHandler for Page {
    /// All cookies, as the handler sees them.
    async fn get(&mut self) -> Result {
        let cookies: Vec<(String, String)> = self
            .request()
            .cookies()
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        for (name, value) in cookies {
            assert_eq!(self.get_cookie(&name).as_ref(), Some(&value));
            self.write(format!("{name}={value}|"));
        }
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.set_cookie("plain", "a b").http_only(true);
        self.set_signed_cookie("user", "Kim");
        self.clear_cookie("old");
        self.clear_cookie("never");
        Ok(())
    }

    async fn put(&mut self) -> Result {
        let jar: Cookies = self.extract_parts().await?;
        jar.add(Cookie::new("by", "extractor"));
        self.set_cookie("flushed", "yes");
        self.write("piece");
        self.flush().await?;
        Ok(())
    }
}

/// What a layer does in front.
type Front = fn(&Cookies);
type Seen = Arc<Mutex<Vec<String>>>;

async fn layer(
    State((front, seen)): State<(Front, Seen)>,
    request: Request,
    next: Next,
) -> Response {
    let jar = request.extensions().get::<Cookies>().unwrap().clone();
    front(&jar);
    let response = next.run(request).await;
    let mut list: Vec<String> = jar
        .list()
        .iter()
        .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
        .collect();
    list.sort();
    let user = jar.get_signed_cookie(&SECRET.into(), "user");
    list.extend(user.map(|user| String::from_utf8(user).unwrap()));
    *seen.lock().unwrap() = list;
    response
}

/// The body, the `Set-Cookie` lines in order, and what the layer has seen.
async fn ask(method: &str, cookies: &[&str], front: Front) -> (String, Vec<String>, Vec<String>) {
    let settings = Settings::new().cookie_secret(SECRET);
    let app = Application::new([url("/", Page)], settings).unwrap();
    let seen = Seen::default();
    let router = Router::from(app)
        .layer(from_fn_with_state((front, Arc::clone(&seen)), layer))
        .layer(CookieManagerLayer::new());
    let mut request = Request::builder().method(method).uri("/");
    for line in cookies {
        request = request.header(COOKIE, *line);
    }
    let request = request.body(axum::body::Body::new(Body::empty())).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let lines = response.headers().get_all(SET_COOKIE).iter();
    let mut lines: Vec<String> = lines
        .map(|line| line.to_str().unwrap().to_owned())
        .collect();
    lines.sort();
    let body = axum::body::to_bytes(response.into_body(), 1000).await;
    let body = String::from_utf8(body.unwrap().into()).unwrap();
    let seen = seen.lock().unwrap().clone();
    (body, lines, seen)
}

async fn page(cookies: &[&str], front: Front) -> String {
    ask("GET", cookies, front).await.0
}

#[tokio::test]
async fn what_no_layer_has_touched_is_as_it_was_sent() {
    for (cookies, expected) in [
        (&[][..], ""),
        (&["a=1; b=\"2 3\""], "a=1|b=2 3|"),
        (&["a=1; a=2", "c=100%25"], "a=2|c=100%25|"),
        (&["odd; a=1"], "a=1|"),
    ] {
        assert_eq!(page(cookies, |_| ()).await, expected, "{cookies:?}");
    }
}

#[tokio::test]
async fn the_jar_is_shared_also_where_its_layer_is_around_a_route_or_the_application() {
    async fn theme(cookies: Cookies, request: Request, next: Next) -> Response {
        cookies.add(Cookie::new("theme", "dark"));
        next.run(request).await
    }
    let builder = || Application::builder(Settings::new());
    let route = url("/", Page)
        .layer(from_fn(theme))
        .layer(CookieManagerLayer::new());
    let whole = builder()
        .handlers([url("/", Page)])
        .layer(from_fn(theme))
        .layer(CookieManagerLayer::new());
    for builder in [builder().handlers([route]), whole] {
        let request = Request::builder().uri("/").body(Body::empty()).unwrap();
        let Ok(response) = builder.build().unwrap().oneshot(request).await;
        let line = &response.headers()[SET_COOKIE];
        assert_eq!(line, "theme=dark");
        let body = axum::body::to_bytes(axum::body::Body::new(response.into_body()), 1000).await;
        assert_eq!(body.unwrap(), "theme=dark|");
    }
}

#[tokio::test]
async fn a_handler_sees_what_layers_have_set_and_removed() {
    let front: Front = |jar| {
        jar.add(Cookie::new("theme", "dark"));
        jar.add(Cookie::new("a", "changed"));
        jar.remove(Cookie::from("b"));
        jar.add(Cookie::new("bad", "x; c=3"));
        jar.add_cookie(&SetCookie::new("quoted", "x; y")).unwrap();
    };
    let mut parts: Vec<String> = page(&["a=0; a=1; b=2; z=9; odd"], front)
        .await
        .split_terminator('|')
        .map(str::to_owned)
        .collect();
    assert_eq!(parts.remove(0), "a=changed");
    parts.sort();
    assert_eq!(parts, ["quoted=x; y", "theme=dark", "z=9"]);
    assert_eq!(
        page(&["b=2"], |jar| jar.remove(Cookie::from("b"))).await,
        ""
    );
}

#[tokio::test]
async fn a_line_that_is_no_text_is_left_alone() {
    let settings = Settings::new();
    let app = Application::new([url("/", Page)], settings).unwrap();
    let router = Router::from(app).layer(CookieManagerLayer::new());
    let line = http::HeaderValue::from_bytes(b"a=\xe9").unwrap();
    let request = Request::get("/")
        .header(COOKIE, line)
        .body(axum::body::Body::empty());
    let response = router.oneshot(request.unwrap()).await.unwrap();
    let body = axum::body::to_bytes(response.into_body(), 1000)
        .await
        .unwrap();
    assert_eq!(body, "a=\u{e9}|");
}

#[tokio::test]
async fn layers_see_what_a_handler_has_set_and_removed() {
    let (_, lines, seen) = ask("POST", &["old=1"], |_| ()).await;
    let (user, plain) = (&seen[1], "plain=\"a b\"");
    assert_eq!((seen.len(), &*seen[0], &*seen[2]), (3, plain, "Kim"));
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines[0].starts_with("never=\"\"; expires="), "{lines:?}");
    assert!(lines[1].starts_with("old=; "), "{lines:?}");
    assert!(
        lines[1].contains("; Path=/; Max-Age=0; Expires="),
        "{lines:?}"
    );
    assert_eq!(lines[2], "plain=\"a b\"; HttpOnly; Path=/");
    assert!(
        lines[3].starts_with(&format!("{user}; Path=/; Expires=")),
        "{lines:?}"
    );
}

#[tokio::test]
async fn a_cookie_that_was_set_comes_back() {
    let (_, lines, _) = ask("POST", &[], |_| ()).await;
    let sent_back = |line: &String| line.split("; ").next().unwrap().to_owned();
    let cookies: Vec<String> = lines.iter().map(sent_back).collect();
    let front: Front = |jar| {
        let user = jar.get_signed_cookie(&SECRET.into(), "user");
        assert_eq!(user.unwrap(), b"Kim");
        assert_eq!(jar.get_cookie("plain").unwrap(), "a b");
    };
    let body = page(&[&cookies.join("; ")], front).await;
    assert!(body.contains("plain=a b|"), "{body}");
}

#[tokio::test]
async fn a_flushed_head_has_the_cookies_of_the_jar() {
    let (body, lines, _) = ask("PUT", &[], |_| ()).await;
    assert_eq!(body, "piece");
    assert_eq!(lines, ["by=extractor", "flushed=yes; Path=/"]);
}
