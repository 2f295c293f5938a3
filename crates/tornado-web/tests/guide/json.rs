//! `docs/guide/json.md`.

use serde::Serialize;
use serde_json::json;
use tornado_web::prelude::*;
use tornado_web::testing::TestClient;

// ANCHOR: struct
#[derive(Serialize)]
struct Book {
    title: &'static str,
    year: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    isbn: Option<String>,
}
// ANCHOR_END: struct

#[derive(Handler)]
struct BooksHandler(Exchange);

impl RequestHandler for BooksHandler {
    // ANCHOR: write
    async fn get(&mut self) -> Result {
        let book = Book {
            title: "Snow Crash",
            year: 1992,
            isbn: None,
        };
        self.write(json!({ "books": [book], "total": 1 }));
        Ok(())
    }
    // ANCHOR_END: write

    // ANCHOR: write_json
    async fn put(&mut self) -> Result {
        let book = Book {
            title: "Snow Crash",
            year: 1992,
            isbn: None,
        };
        self.write_json(&[book]); // a list, or a struct without `json!`
        Ok(())
    }
    // ANCHOR_END: write_json
}

#[tokio::test]
async fn json_has_pythons_bytes() {
    let app = Application::new([url("/", BooksHandler)], Settings::new()).unwrap();
    let client = TestClient::new(app);
    let response = client.get("/").await;
    let header = response.header("Content-Type");
    assert_eq!(header, Some("application/json; charset=UTF-8"));
    let body = r#"{"books": [{"title": "Snow Crash", "year": 1992}], "total": 1}"#;
    assert_eq!(response.text(), body);
    let body = r#"[{"title": "Snow Crash", "year": 1992}]"#;
    assert_eq!(client.put("/").await.text(), body);
}
