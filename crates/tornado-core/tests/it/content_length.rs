//! A `Content-Length` that the handler has set, and a body that does not fit.

use std::sync::Mutex;
use std::time::Duration;

use tornado_core::{Context as _, Exchange, Handler, Output as _, RequestHandler, Result, url};

use tornado_core::log::GENERAL;
use tornado_testing::ExpectLog;

use crate::support::{client, failure};

/// `/promise/pieces`: promises a length, and sends pieces, flushing all but the
/// last.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Promises(Exchange);

impl RequestHandler for Promises {
    async fn get(&mut self) -> Result {
        let path = self.request().path().to_owned();
        let mut parts = path.split('/').skip(1);
        self.set_header("Content-Length", parts.next().unwrap_or_default());
        let mut pieces = parts.peekable();
        while let Some(piece) = pieces.next() {
            self.write(piece.to_owned());
            if pieces.peek().is_some() {
                self.flush().await?;
            }
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_body_of_another_length_is_no_success() {
    let client = client([url("/.*", Promises)]).serve().await;
    let wrong = failure("GET /");
    // Nothing has been sent yet, so the error gets its page.
    for path in ["/42/ok", "/2/hello", "/2/hello/there"] {
        let response = client.get(path).await;
        assert_eq!(response.status(), 500, "{path}");
        assert!(
            response.text().contains("500: Internal Server Error"),
            "{path}"
        );
    }
    // After that, all it can do is break off.
    let _late = ExpectLog::new(GENERAL, "Cannot send error response after headers written");
    for (path, sent) in [("/42/a/b", "ab"), ("/3/a/bcd/", "a")] {
        let mut stream = client.get(path).stream().await;
        assert_eq!(stream.status(), 200, "{path}");
        let mut got = Vec::new();
        let broken = loop {
            match stream.try_chunk().await {
                Ok(Some(chunk)) => got.extend_from_slice(&chunk),
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(broken, "{path}");
        assert!(sent.as_bytes().starts_with(&got), "{path}: {got:?}");
    }
    assert_eq!(wrong.matched(), 5);
    for path in ["/5/hello", "/4/a/bc/d", "/0/"] {
        assert_eq!(client.get(path).await.status(), 200, "{path}");
    }
    // A length without a body is what HEAD is for.
    let response = client.head("/42/ok").await;
    assert_eq!(
        (
            response.status().as_u16(),
            response.header("Content-Length")
        ),
        (200, Some("42"))
    );
}

/// Sends everything it has promised, and then has more to do.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Promised(Exchange);

/// What has happened.
#[derive(Default)]
struct Steps(Mutex<Vec<&'static str>>);

impl Promised {
    fn step(&self, step: &'static str) {
        let steps = self.application().state_or_init(|_| Steps::default());
        steps.0.lock().unwrap().push(step);
    }
}

impl RequestHandler for Promised {
    async fn get(&mut self) -> Result {
        let status = self.request().query().parse().unwrap_or(200);
        if status == 200 {
            self.set_header("Content-Length", "10");
        } else {
            self.set_status(status);
        }
        self.flush().await?;
        for _ in 0..2 {
            if status == 200 {
                self.write("12345");
            }
            self.flush().await?;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.step("behind the loop");
        Ok(())
    }

    fn on_finish(&mut self) {
        self.step("on_finish");
    }

    fn on_connection_close(&mut self) {
        self.step("on_connection_close");
    }
}

#[tokio::test]
async fn a_stream_that_has_kept_its_promise_comes_to_its_end() {
    for http2 in [false, true] {
        let client = client([url("/", Promised)]).serve().await;
        let client = if http2 { client.http2() } else { client };
        for (request, text) in [
            (client.get("/"), "1234512345"),
            (client.head("/"), ""),
            (client.get("/?204"), ""),
        ] {
            let response = request.await;
            assert_eq!(response.text(), text);
            let steps = client.application().state_or_init(|_| Steps::default());
            // A separate thread would have a different log.
            for _ in 0..100 {
                if steps.0.lock().unwrap().len() == 2 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let steps = std::mem::take(&mut *steps.0.lock().unwrap());
            assert_eq!(steps, ["behind the loop", "on_finish"], "{http2} {text}");
        }
    }
}

#[tokio::test]
async fn what_is_no_length_is_an_error() {
    let client = client([url("/.*", Promises)]);
    let wrong = failure("GET /");
    for path in ["/-1/", "/+1/a", "/abc/a", "/0x1/a"] {
        assert_eq!(client.get(path).await.status(), 500, "{path}");
    }
    assert_eq!(wrong.matched(), 4);
}
