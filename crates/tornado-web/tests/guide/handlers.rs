//! `docs/guide/handlers.md`.

use std::sync::Arc;

use serde::Deserialize;
use tornado_web::prelude::*;
use tornado_web::testing::TestClient;

use crate::support::ask_both;

#[derive(Handler)]
struct SearchHandler(Exchange);

impl RequestHandler for SearchHandler {
    // ANCHOR: arguments
    async fn get(&mut self) -> Result {
        let words = self.get_argument("q")?;
        let page: u32 = self.get_argument_or("page", 1)?;
        let tags = self.get_arguments("tag")?.len();
        self.write(format!("{words}, page {page}, {tags} tags"));
        Ok(())
    }
    // ANCHOR_END: arguments
}

// ANCHOR: structs
#[derive(Deserialize)]
struct Filter {
    author: String,
    /// May be missing, or left blank.
    year: Option<u16>,
    #[serde(default)]
    tag: Vec<String>,
}

#[derive(Handler)]
struct BooksHandler(Exchange);

impl RequestHandler for BooksHandler {
    async fn get(&mut self) -> Result {
        let filter: Filter = self.query_as()?;
        let tags = filter.tag.join(", ");
        self.write(format!("{} {:?} {tags}", filter.author, filter.year));
        Ok(())
    }
}
// ANCHOR_END: structs

#[derive(Handler)]
struct BookHandler(Exchange);

impl RequestHandler for BookHandler {
    // ANCHOR: output
    async fn get(&mut self) -> Result {
        let slug: String = self.path_args_as()?;
        if slug != "snow-crash" {
            let message = format!("no book {slug}");
            return Err(HttpError::new(404).with_log_message(message).into());
        }
        self.set_header("Cache-Control", "max-age=60");
        self.write(serde_json::json!({"title": "Snow Crash", "year": 1992}));
        Ok(())
    }
    // ANCHOR_END: output
}

#[derive(Handler)]
struct PageHandler(Exchange);

impl RequestHandler for PageHandler {
    // ANCHOR: user
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        let user = self.get_signed_cookie("user")?;
        let user = user.map(String::from_utf8).transpose()?;
        Ok(user.map(User::new))
    }

    async fn get(&mut self) -> Result {
        let user = self.authenticated().await?;
        let name = user.get::<String>().expect("it is made above");
        self.write(format!("Hello, {name}!"));
        Ok(())
    }
    // ANCHOR_END: user
}

#[derive(Handler)]
struct ReportHandler(Exchange);

impl RequestHandler for ReportHandler {
    // ANCHOR: stream
    async fn get(&mut self) -> Result {
        for line in 0..3 {
            self.write(format!("line {line}\n"));
            self.flush().await?;
        }
        Ok(())
    }
    // ANCHOR_END: stream
}

fn app() -> Application {
    let settings = Settings::new()
        .cookie_secret("my_cookie_secret")
        .login_url("/login");
    let handlers = [
        url(r"/search", SearchHandler),
        url(r"/books", BooksHandler),
        url(r"/book/([^/]+)", BookHandler),
        url(r"/page", PageHandler),
        url(r"/report", ReportHandler),
    ];
    Application::new(handlers, settings).unwrap()
}

#[tokio::test]
async fn a_query_is_a_struct() {
    let client = TestClient::new(app());
    let page = client
        .get("/books?author=Stephenson&tag=a&tag=b&year=")
        .await;
    assert_eq!(page.text(), "Stephenson None a, b");
    let page = client.get("/books?author=Stephenson&year=MCMXCII").await;
    assert_eq!(page.status(), 400);
    let why = "Invalid argument year: &quot;MCMXCII&quot;: invalid digit found in string";
    assert!(page.text().contains(why), "{}", page.text());
}

#[tokio::test]
async fn the_snippets_answer_as_their_python() {
    let secret = tornado_web::cookies::CookieSecret::from("my_cookie_secret");
    let user = tornado_web::cookies::create_signed_value(&secret, "user", "Kim");
    let [search, missing, book, nobook, page, stranger, report] = ask_both(
        app(),
        "docs/python/handlers.py",
        [
            ("/search?q=a+b&tag=x&tag=y&page=7", &[]),
            ("/search", &[]),
            ("/book/snow-crash", &[]),
            ("/book/none", &[]),
            ("/page", &[("Cookie", &format!("user={user}"))]),
            ("/page?x=1", &[]),
            ("/report", &[]),
        ],
    )
    .await;
    assert_eq!(search.text(), "a b, page 7, 2 tags");
    assert_eq!(missing.status(), 400);
    assert_eq!(book.text(), r#"{"title": "Snow Crash", "year": 1992}"#);
    assert_eq!(nobook.status(), 404);
    assert_eq!(page.text(), "Hello, Kim!");
    assert_eq!(
        stranger.header("Location"),
        Some("/login?next=%2Fpage%3Fx%3D1")
    );
    assert_eq!(report.text(), "line 0\nline 1\nline 2\n");
}

/// What cannot be borrowed by a handler is shared.
struct Db {
    entries: Vec<&'static str>,
}

// ANCHOR: initialize
#[derive(Handler)]
struct EntryHandler {
    base: Exchange,
    db: Arc<Db>,
}

impl RequestHandler for EntryHandler {
    async fn get(&mut self) -> Result {
        let number: usize = self.path_args_as()?;
        match self.db.entries.get(number) {
            Some(&entry) => self.write(entry),
            None => return Err(HttpError::new(404).into()),
        }
        Ok(())
    }
}

fn entries(db: Arc<Db>) -> Result<Application, tornado_web::StartError> {
    let entry = move |base| EntryHandler {
        base,
        db: db.clone(),
    };
    Application::new([url(r"/entry/(\d+)", entry)], Settings::new())
}
// ANCHOR_END: initialize

#[tokio::test]
async fn a_closure_is_initialize() {
    let app = entries(Arc::new(Db {
        entries: vec!["zero", "one"],
    }))
    .unwrap();
    let client = TestClient::new(app);
    assert_eq!(client.get("/entry/1").await.text(), "one");
    assert_eq!(client.get("/entry/2").await.status(), 404);
}

// ANCHOR: slot
/// Counts the queries of one request, and says how many in a header.
trait QueriesMixin: RequestHandler {
    fn note_query(&mut self) -> Result {
        let exchange = self.exchange_mut();
        if let Some(Queries(count)) = exchange.slot_mut() {
            *count += 1;
            return Ok(());
        }
        exchange.insert_slot(Queries(1));
        exchange.before_headers(|exchange| {
            Box::pin(async {
                if let Some(&Queries(count)) = exchange.slot() {
                    exchange.set_header("X-Queries", count);
                }
                Ok(())
            })
        })
    }
}

impl<H: RequestHandler> QueriesMixin for H {}

struct Queries(u32);
// ANCHOR_END: slot

#[derive(Handler)]
struct BusyHandler(Exchange);

impl RequestHandler for BusyHandler {
    async fn get(&mut self) -> Result {
        self.note_query()?;
        self.note_query()?;
        Ok(())
    }
}

#[tokio::test]
async fn a_mixin_has_a_slot_and_a_hook() {
    let app = Application::new([url(r"/", BusyHandler)], Settings::new()).unwrap();
    let response = TestClient::new(app).get("/").await;
    assert_eq!(response.header("X-Queries"), Some("2"));
}
