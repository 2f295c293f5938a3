//! Forms, files, JSON and raw bodies.

use serde::Serialize;
use tornado_core::{
    Application, Context as _, Exchange, Handler, Input as _, Output as _, RequestHandler, Result,
    Settings, url,
};
use tornado_testing::TestClient;

use crate::support::client;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Form(Exchange);

impl RequestHandler for Form {
    async fn post(&mut self) -> Result {
        let mut text = String::new();
        for (name, value) in [
            ("a", self.get_body_arguments("a")?),
            ("b", self.get_body_arguments("b")?),
        ] {
            text.push_str(&format!("{name}={value:?}\n"));
        }
        for (field, file) in self.request().files().iter() {
            let (name, kind) = (file.filename(), file.content_type());
            text.push_str(&format!("{field}: {name} {kind} {:?}\n", file.body()));
        }
        self.write(text);
        Ok(())
    }
}

fn forms() -> TestClient {
    let app = Application::new([url("/", Form)], Settings::new());
    TestClient::new(app.expect("the pattern is good"))
}

#[tokio::test]
async fn forms_are_pairs_or_structs() {
    #[derive(Serialize)]
    struct Signup {
        a: &'static str,
        b: u32,
    }
    let client = forms();
    let pairs = client.post("/").form([("a", "x&y"), ("a", "ü")]).await;
    assert_eq!(pairs.text(), "a=[\"x&y\", \"ü\"]\nb=[]\n");
    let several = client.post("/").form([("a", "1")]).form([("b", 2)]).await;
    assert_eq!(several.text(), "a=[\"1\"]\nb=[\"2\"]\n");
    let fields = client.post("/").form(Signup { a: "+", b: 7 }).await;
    assert_eq!(fields.text(), "a=[\"+\"]\nb=[\"7\"]\n");
    let list = client
        .post("/")
        .form(vec![("c".to_owned(), String::new())])
        .await;
    assert_eq!(list.text(), "a=[]\nb=[]\n");
}

#[tokio::test]
async fn files_go_with_their_fields() {
    let upload = forms()
        .post("/")
        .file(
            "f",
            "a \"b\".bin",
            "application/x-thing",
            vec![0, 1, 13, 10, 255],
        )
        .file("f", "c.txt", "text/plain", "text")
        .form([("a", "1")]);
    assert_eq!(
        upload.await.text(),
        "a=[\"1\"]\nb=[]\nf: a %22b%22.bin application/x-thing b\"\\0\\x01\\r\\n\\xff\"\nf: c.txt text/plain b\"text\"\n"
    );
}

#[tokio::test]
async fn json_and_raw_bodies_have_their_type_and_length() {
    let client = client();
    let json = client.post("/echo").json([1, 2]).await.text().to_owned();
    assert!(json.contains("content-type: application/json\n"), "{json}");
    assert!(
        json.contains("content-length: 5\n") && json.ends_with("\n\n[1,2]"),
        "{json}"
    );
    let own = client
        .post("/echo")
        .header("Content-Type", "application/vnd.x+json")
        .json("x");
    assert!(
        own.await
            .text()
            .contains("content-type: application/vnd.x+json\n")
    );
    let raw = client.put("/echo").body("raw").await.text().to_owned();
    assert!(
        !raw.contains("content-type") && raw.ends_with("\n\nraw"),
        "{raw}"
    );
    let empty = client.post("/echo").await.text().to_owned();
    assert!(empty.contains("content-length: 0\n"), "{empty}");
    assert!(!client.get("/echo").await.text().contains("content-length"));
}

#[tokio::test]
async fn a_body_in_pieces_has_no_length() {
    let client = client();
    let pieces = client
        .post("/echo")
        .pieces(["one ", "two"])
        .await
        .text()
        .to_owned();
    assert!(
        !pieces.contains("content-length") && pieces.ends_with("\n\none two"),
        "{pieces}"
    );
    let served = client.serve().await;
    let pieces = served
        .post("/echo")
        .pieces(["one ", "two"])
        .await
        .text()
        .to_owned();
    assert!(pieces.contains("transfer-encoding: chunked\n"), "{pieces}");
    assert!(pieces.ends_with("\n\none two"), "{pieces}");
}
