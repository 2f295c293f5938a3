//! What goes wrong in a handler, and what the client and the log see of it.

use std::sync::atomic::{AtomicBool, Ordering};

use http::{HeaderValue, header};
use tornado_core::{
    Context as _, Error, Exchange, Handler, HttpError, Output as _, RequestHandler, Result,
    Settings, url,
};

use tornado_core::log::APPLICATION;
use tornado_testing::ExpectLog;

use crate::support::{client, client_with, failure};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Fails(Exchange);

impl RequestHandler for Fails {
    async fn get(&mut self) -> Result {
        match self.request().path() {
            "/io" => Err(std::io::Error::other("secret path of the disk").into()),
            "/http" => Err(HttpError::new(404).with_log_message("no such book").into()),
            "/reason" => Err(HttpError::new(499).with_reason("Custom & 'Reason'").into()),
            "/header" => Err(HttpError::new(503)
                .with_header(header::RETRY_AFTER, HeaderValue::from_static("5"))
                .into()),
            "/204" => Err(HttpError::new(204).into()),
            "/304" => Err(HttpError::new(304).into()),
            "/panic" => panic!("the bottom has dropped out"),
            "/late_panic" => {
                tokio::task::yield_now().await;
                let empty: [u8; 0] = [];
                let index = self.request().query().len();
                self.write(format!("{}", empty[index]));
                Ok(())
            }
            "/no_status" => {
                self.send_error(40).await;
                Ok(())
            }
            _ => {
                self.send_error(410).await;
                Ok(())
            }
        }
    }
}

fn page(status: &str) -> String {
    format!("<html><title>{status}</title><body>{status}</body></html>")
}

#[tokio::test]
async fn an_error_is_its_page_and_no_more() {
    let _failures = [
        failure("GET /io .*secret path of the disk"),
        failure("GET /panic .*the bottom has dropped out"),
        failure("GET /late_panic .*index out of bounds"),
        ExpectLog::new(APPLICATION, r"send_error\(40\) has no HTTP status"),
    ];
    let client = client([url("/.*", Fails)]);
    for (path, status, text) in [
        ("/io", 500, "500: Internal Server Error"),
        ("/http", 404, "404: Not Found"),
        ("/reason", 499, "499: Custom &amp; &#x27;Reason&#x27;"),
        ("/panic", 500, "500: Internal Server Error"),
        ("/late_panic", 500, "500: Internal Server Error"),
        ("/other", 410, "410: Gone"),
        ("/no_status", 500, "500: Internal Server Error"),
    ] {
        let response = client.get(path).await;
        assert_eq!(
            (response.status().as_u16(), response.text()),
            (status, &*page(text)),
            "{path}"
        );
        assert_eq!(
            response.headers()["Content-Type"],
            "text/html; charset=UTF-8"
        );
    }
    assert_eq!(client.get("/header").await.headers()["Retry-After"], "5");
}

#[tokio::test]
async fn a_status_without_a_body_has_none() {
    let client = client([url("/.*", Fails)]);
    for (path, status) in [("/204", 204), ("/304", 304)] {
        let response = client.get(path).await;
        assert_eq!((response.status().as_u16(), response.text()), (status, ""));
        assert!(!response.headers().contains_key("Content-Length"));
    }
}

#[tokio::test]
async fn a_developer_sees_the_error() {
    let _failure = failure("GET /io ");
    let client = client_with([url("/.*", Fails)], Settings::new().serve_traceback(true));
    let response = client.get("/io").await;
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["Content-Type"]
        ),
        (500, &"text/plain".parse().unwrap())
    );
    assert!(
        response.text().starts_with("secret path of the disk (at "),
        "{}",
        response.text()
    );
    assert!(response.text().contains(file!()), "{}", response.text());
}

#[tokio::test]
async fn nothing_matches() {
    let response = client([]).get("/").await;
    assert_eq!(
        (response.status().as_u16(), response.text()),
        (404, &*page("404: Not Found"))
    );
}

/// A page of its own for errors, which may fail itself.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct OwnPage(Exchange);

impl RequestHandler for OwnPage {
    async fn get(&mut self) -> Result {
        Err(HttpError::new(403).into())
    }

    async fn write_error(&mut self, status: u16, error: Option<&Error>) -> Result {
        if self.request().query() == "fail" {
            return Err(Error::msg("no page"));
        }
        self.set_header("X-Error", error.map_or("none".to_owned(), Error::to_string));
        self.write(serde_json::json!({"status": status}));
        Ok(())
    }
}

#[tokio::test]
async fn an_error_page_may_be_the_applications_own() {
    let _failure = failure("in write_error\nno page");
    let client = client([url("/", OwnPage)]);
    let response = client.get("/").await;
    assert_eq!(response.text(), r#"{"status": 403}"#);
    assert_eq!(response.headers()["X-Error"], "HTTP 403: Forbidden");
    let response = client.get("/?fail").await;
    assert_eq!((response.status().as_u16(), response.text()), (403, ""));
}

/// Panics where no error can be returned.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Panics(Exchange);

static FACTORY: AtomicBool = AtomicBool::new(false);

impl RequestHandler for Panics {
    fn set_default_headers(&mut self) {
        assert!(self.request().query() != "headers", "no headers");
    }

    fn on_finish(&mut self) {
        assert!(self.request().query() != "finish", "no end");
    }

    async fn get(&mut self) -> Result {
        self.write("fine");
        Ok(())
    }
}

#[tokio::test]
async fn a_panic_anywhere_is_an_answer() {
    let _panics = [
        ExpectLog::new(APPLICATION, "Uncaught panic in a hook: no headers"),
        ExpectLog::new(APPLICATION, "Uncaught panic in on_finish"),
        ExpectLog::new(APPLICATION, "Uncaught panic in the factory of .*Panics"),
    ];
    let client = client([url("/", |base| {
        assert!(!FACTORY.load(Ordering::Relaxed), "no factory");
        Panics(base)
    })]);
    assert_eq!(client.get("/?headers").await.status(), 500);
    assert_eq!(client.get("/?finish").await.text(), "fine");
    FACTORY.store(true, Ordering::Relaxed);
    assert_eq!(client.get("/").await.status(), 500);
}
