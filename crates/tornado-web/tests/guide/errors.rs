//! `docs/guide/handlers.md`, the errors of an application.

use std::io;

use tornado_web::StartError;
use tornado_web::log::{APPLICATION, GENERAL};
use tornado_web::prelude::*;
use tornado_web::testing::{ExpectLog, TestClient};

/// The known books.
fn find(number: u32) -> Result<&'static str, BookError> {
    match number {
        1 => Ok("Snow Crash"),
        2 => Err(BookError::Lent(2)),
        3 => Err(io::Error::other("disk gone"))?,
        number => Err(BookError::Missing(number)),
    }
}

/// The name of a reader, from a library that boxes its errors.
fn reader(id: &str) -> Result<&'static str, Box<dyn std::error::Error + Send + Sync>> {
    match id {
        "7" => Ok("Kim"),
        _ => Err("the directory does not answer".into()),
    }
}

#[derive(Handler)]
struct BookHandler(Exchange);

impl RequestHandler for BookHandler {
    // ANCHOR: statuses
    async fn get(&mut self) -> Result {
        let number: u32 = self.get_argument("number")?.parse().or_status(400)?;
        let id = self.get_cookie("reader").or_status(403)?;
        let reader = reader(&id).or_status(502)?; // a boxed error
        let book = find(number)?; // our own error: see below
        self.write(format!("{book}, for {reader}"));
        Ok(())
    }
    // ANCHOR_END: statuses

    // ANCHOR: fields
    async fn post(&mut self) -> Result {
        let mut wrong = Vec::new();
        if self.get_argument_opt(Argument::body("title"))?.is_none() {
            wrong.push(("title", "is missing"));
        }
        if self.get_argument_as::<u16>("year").is_err() {
            wrong.push(("year", "is no year"));
        }
        if !wrong.is_empty() {
            raise!(HttpError::new(422).with_field_errors(wrong));
        }
        Ok(())
    }
    // ANCHOR_END: fields
}

// ANCHOR: own
#[derive(Debug, thiserror::Error)]
enum BookError {
    #[error("there is no book {0}")]
    Missing(u32),
    #[error("book {0} is lent")]
    Lent(u32),
    #[error("the shelf can't be read")]
    Shelf(#[from] io::Error),
}

fn application(settings: Settings) -> Result<Application, StartError> {
    let settings = settings.map_error(|error: &BookError| match error {
        BookError::Missing(_) => HttpError::new(404),
        BookError::Lent(_) => HttpError::new(409).with_reason("Lent"),
        BookError::Shelf(_) => HttpError::new(503),
    });
    Application::new([url(r"/book", BookHandler)], settings)
}
// ANCHOR_END: own

#[tokio::test]
async fn errors_have_their_statuses() {
    let client = TestClient::new(application(Settings::new()).unwrap());
    assert_eq!(client.get("/book?number=1").await.status(), 403);
    client.set_cookie("reader", "7");
    assert_eq!(
        client.get("/book?number=1").await.text(),
        "Snow Crash, for Kim"
    );
    for (number, status, target, line) in [
        ("x", 400, GENERAL, r"^400 GET .*: invalid digit found"),
        ("2", 409, GENERAL, r"^409 GET .*: book 2 is lent$"),
        (
            "3",
            503,
            APPLICATION,
            "(?s).*the shelf can't be read .*caused by: disk gone",
        ),
        ("4", 404, GENERAL, r"^404 GET .*: there is no book 4$"),
    ] {
        let _line = ExpectLog::new(target, line);
        let response = client.get(&format!("/book?number={number}")).await;
        assert_eq!(response.status(), status, "{number}");
    }
    client.set_cookie("reader", "8");
    let _line = ExpectLog::new(APPLICATION, "(?s).*HTTP 502.*the directory does not answer");
    assert_eq!(client.get("/book?number=1").await.status(), 502);
}

#[tokio::test]
async fn an_api_gets_problem_documents() {
    // ANCHOR: problem
    let app = application(Settings::new().problem_details(true)).unwrap();
    let client = TestClient::new(app);
    let response = client.post("/book").form([("year", "soon")]).await;
    assert_eq!(
        response.header("Content-Type"),
        Some("application/problem+json")
    );
    let problem = r#"{"type": "about:blank", "title": "Unprocessable Entity", "status": 422, "errors": [{"field": "title", "detail": "is missing"}, {"field": "year", "detail": "is no year"}]}"#;
    assert_eq!(response.text(), problem);
    // ANCHOR_END: problem
}
