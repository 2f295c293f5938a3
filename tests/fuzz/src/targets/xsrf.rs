//! XSRF tokens, in the cookie and in the header.

use http::{HeaderValue, Request};
use http_body_util::BodyExt as _;
use tornado_web::{
    Application, Body, Exchange, Handler, Output as _, RequestHandler, Result, Settings, Xsrf as _,
    url,
};
use tower::ServiceExt as _;

use super::lines;

#[derive(Handler)]
struct Page(Exchange);

impl RequestHandler for Page {
    async fn get(&mut self) -> Result {
        let token = self.xsrf_token().await?;
        self.write(token);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        Ok(())
    }
}

thread_local! {
    static APPLICATION: Application = {
        let settings = Settings::new().logging("none").xsrf_cookies(true);
        Application::new([url("/", Page)], settings).expect("the pattern is one")
    };
    static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime without threads can be built");
}

pub(crate) fn check(input: &[u8]) {
    let [cookie, token] = lines(input);
    // What ends a value in a cookie, or is stripped from its ends, is not part
    // of it.
    let plain = |text: &[u8]| {
        text.iter()
            .all(|b| b.is_ascii_graphic() && !b"\";,".contains(b))
    };
    if !plain(cookie) || !plain(token) {
        return;
    }
    let (status, _) = ask("POST", cookie, token);
    assert!([200, 403].contains(&status), "{status}");
    // The two stand for the same token, or they do not, in either order; an
    // empty one stands for none.
    if !cookie.is_empty() && !token.is_empty() {
        assert_eq!(ask("POST", token, cookie).0, status);
    }
    // A page for the client with this cookie has a token that it can send.
    let (status, page) = ask("GET", cookie, b"");
    assert_eq!(status, 200);
    let known = !cookie.is_empty() && ask("POST", cookie, cookie).0 == 200;
    if known {
        assert_eq!(ask("POST", cookie, page.as_bytes()).0, 200, "{page}");
    }
    assert_eq!(
        ask("POST", page.as_bytes(), page.as_bytes()).0,
        if page.contains("||") { 403 } else { 200 }
    );
}

fn ask(method: &str, cookie: &[u8], token: &[u8]) -> (u16, String) {
    let value = |bytes: &[u8]| HeaderValue::from_bytes(bytes).expect("it is plain");
    let request = Request::builder()
        .method(method)
        .uri("/")
        .header("Cookie", value(&[b"_xsrf=", cookie].concat()))
        .header("X-Xsrftoken", value(token))
        .body(Body::empty())
        .expect("it has all it needs");
    let application = APPLICATION.with(Application::clone);
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let Ok(response) = application.oneshot(request).await;
            let status = response.status().as_u16();
            let body = response
                .into_body()
                .collect()
                .await
                .expect("it is whole")
                .to_bytes();
            (status, String::from_utf8(body.into()).expect("it is text"))
        })
    })
}
