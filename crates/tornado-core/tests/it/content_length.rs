//! A `Content-Length` that the handler has set, and a body that does not fit.

use tornado_core::{Context as _, Exchange, Handler, Output as _, RequestHandler, Result, url};

use tornado_core::log::GENERAL;
use tornado_testing::ExpectLog;

use crate::support::{client, failure};

/// `/promise/pieces`: promises a length, and sends pieces, flushed but the last.
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
    // Nothing has left yet: the error has its page.
    for path in ["/42/ok", "/2/hello", "/2/hello/there"] {
        let response = client.get(path).await;
        assert_eq!(response.status(), 500, "{path}");
        assert!(
            response.text().contains("500: Internal Server Error"),
            "{path}"
        );
    }
    // Afterwards all that can be done is to break off.
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
