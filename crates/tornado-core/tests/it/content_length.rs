//! A `Content-Length` that the handler has set, and a body that does not fit.

use tornado_core::{Context as _, Exchange, Handler, Output as _, RequestHandler, Result, url};

use crate::support::{Running, app};

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

#[test]
fn a_body_of_another_length_is_no_success() {
    let server = Running::start(app([url("/.*", Promises)]));
    // Nothing has left yet: the error has its page.
    for path in ["/42/ok", "/2/hello", "/2/hello/there"] {
        let response = server.client().get(path);
        assert_eq!(
            (response.status(), response.complete),
            (500, true),
            "{path}"
        );
        assert!(
            response.text().contains("500: Internal Server Error"),
            "{path}"
        );
    }
    // Afterwards all that can be done is to break off.
    for (path, sent) in [("/42/a/b", "ab"), ("/3/a/bcd/", "a")] {
        let response = server.client().get(path);
        assert_eq!(
            (response.status(), response.complete),
            (200, false),
            "{path}"
        );
        assert!(
            sent.starts_with(response.text()),
            "{path}: {}",
            response.text()
        );
    }
    for path in ["/5/hello", "/4/a/bc/d", "/0/"] {
        let response = server.client().get(path);
        assert_eq!(
            (response.status(), response.complete),
            (200, true),
            "{path}"
        );
    }
    // A length without a body is what HEAD is for.
    let response = server.client().send("HEAD", "/42/ok", &[], b"");
    assert_eq!(
        (response.status(), response.header("Content-Length")),
        (200, Some("42"))
    );
}
