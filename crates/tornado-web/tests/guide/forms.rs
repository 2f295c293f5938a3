//! `docs/guide/handlers.md`: forms with a token, and bodies that come in pieces.

use bytes::Bytes;
use test_support::{Client, Program, Response};
use tornado_web::prelude::*;

use crate::support::Running;

#[derive(Handler)]
struct EntryHandler(Exchange);

impl RequestHandler for EntryHandler {
    // ANCHOR: xsrf
    async fn get(&mut self) -> Result {
        let xsrf = self.xsrf_form_html().await?;
        let field = "<input name=text>";
        self.write(format!("<form method=post>{xsrf}{field}</form>"));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let length = self.get_argument("text")?.chars().count();
        self.write(format!("saved {length} characters"));
        Ok(())
    }
    // ANCHOR_END: xsrf
}

// ANCHOR: upload
#[derive(Handler)]
struct UploadHandler {
    base: Exchange,
    received: usize,
}

impl RequestHandler for UploadHandler {
    const STREAM_REQUEST_BODY: bool = true;

    async fn prepare(&mut self) -> Result {
        self.set_max_body_size(1 << 30);
        Ok(())
    }

    async fn data_received(&mut self, chunk: Bytes) -> Result {
        self.received += chunk.len();
        Ok(())
    }

    async fn put(&mut self) -> Result {
        self.write(format!("{} bytes", self.received));
        Ok(())
    }
}
// ANCHOR_END: upload

fn app() -> Application {
    let handlers = [
        url(r"/entry", EntryHandler),
        url(r"/upload", |base| UploadHandler { base, received: 0 }),
    ];
    Application::new(handlers, Settings::new().xsrf_cookies(true)).unwrap()
}

/// Fills in the form that one server has made and sends it to another.
fn fill_in(form: &Response, client: &mut Client) -> Response {
    let token = form.text().split("value=\"").nth(1).unwrap();
    let token = token.split('"').next().unwrap();
    client.post_form("/entry", &format!("text=caf%C3%A9&_xsrf={token}"))
}

#[test]
fn a_form_of_either_is_taken_by_both() {
    let (ours, theirs) = (
        Running::start(app()),
        Program::python("docs/python/forms.py"),
    );
    let (mut ours, mut theirs) = (ours.client(), theirs.client());
    for (mut maker, mut other) in [
        (ours.clone(), theirs.clone()),
        (theirs.clone(), ours.clone()),
    ] {
        let form = maker.get("/entry");
        other.cookies = maker.cookies.clone();
        assert_eq!(fill_in(&form, &mut maker).text(), "saved 4 characters");
        assert_eq!(fill_in(&form, &mut other).text(), "saved 4 characters");
    }
    for client in [&mut ours, &mut theirs] {
        assert_eq!(client.post_form("/entry", "text=x").status(), 403);
    }
}

#[test]
fn a_body_comes_in_pieces() {
    let (ours, theirs) = (
        Running::start(app()),
        Program::python("docs/python/forms.py"),
    );
    let body = vec![b'x'; 1_000_000];
    for mut client in [ours.client(), theirs.client()] {
        client.get("/entry");
        let token = client.cookies["_xsrf"].clone();
        let headers = [("X-Xsrftoken", token.as_str())];
        let response = client.send("PUT", "/upload", &headers, &body);
        assert_eq!(response.text(), "1000000 bytes");
    }
}
