//! `docs/guide/handlers.md`: forms with a token, and bodies that come in pieces.

use bytes::Bytes;
use test_support::Program;
use tornado_web::prelude::*;
use tornado_web::testing::{TestClient, TestResponse};

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
    #[default]
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
        route::<UploadHandler>(r"/upload"),
    ];
    Application::new(handlers, Settings::new().xsrf_cookies(true)).unwrap()
}

/// Fills in a form made by one server and submits it to another.
async fn fill_in(form: &TestResponse, client: &TestClient) -> TestResponse {
    let token = form.text().split("value=\"").nth(1).unwrap();
    let token = token.split('"').next().unwrap();
    let fields = [("text", "café"), ("_xsrf", token)];
    client.post("/entry").form(fields).without_xsrf().await
}

#[tokio::test]
async fn a_form_of_either_is_taken_by_both() {
    let ours = TestClient::new(app()).serve().await;
    let python = Program::python("docs/python/forms.py");
    let theirs = TestClient::connect(&python.url());
    for (maker, other) in [(&ours, &theirs), (&theirs, &ours)] {
        let (maker, other) = (maker.another(), other.another());
        let form = maker.get("/entry").await;
        other.set_cookie("_xsrf", &maker.get_cookie("_xsrf").unwrap());
        assert_eq!(fill_in(&form, &maker).await.text(), "saved 4 characters");
        assert_eq!(fill_in(&form, &other).await.text(), "saved 4 characters");
    }
    for client in [ours, theirs] {
        let request = client.post("/entry").form([("text", "x")]);
        assert_eq!(request.without_xsrf().await.status(), 403);
    }
}

#[tokio::test]
async fn a_body_comes_in_pieces() {
    let python = Program::python("docs/python/forms.py");
    let theirs = TestClient::connect(&python.url());
    for client in [TestClient::new(app()).serve().await, theirs] {
        client.get("/entry").await.rethrow();
        let response = client.put("/upload").body(vec![b'x'; 1_000_000]).await;
        assert_eq!(response.text(), "1000000 bytes");
    }
}
