//! `docs/guide/handlers.md`.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;
use tornado_web::Chunk;
use tornado_web::prelude::*;
use tornado_web::testing::{ExpectLog, TestClient};

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
            raise!(404, "no book {slug}");
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

// ANCHOR: own
#[derive(Handler)]
struct EntriesHandler {
    base: Exchange,
    #[state]
    entries: Entries,
}

impl RequestHandler for EntriesHandler {}

impl EntriesHandler {
    fn entry_or_404(&self, number: usize) -> Result<String> {
        let entry = self.entries.get(number).cloned();
        entry.ok_or_else(|| HttpError::new(404).into())
    }
}

#[derive(Handler)]
struct EntryHandler(EntriesHandler);

impl RequestHandler for EntryHandler {
    async fn get(&mut self) -> Result {
        self.write(self.entry_or_404(self.path_args_as()?)?);
        Ok(())
    }
}
// ANCHOR_END: own

type Entries = Arc<Vec<String>>;

// ANCHOR: initialize
#[derive(Handler)]
struct FirstHandler {
    base: EntriesHandler,
    #[given]
    count: usize,
}

impl RequestHandler for FirstHandler {
    async fn get(&mut self) -> Result {
        self.write(self.entries[..self.count].join(", "));
        Ok(())
    }
}
// ANCHOR_END: initialize

// ANCHOR: late
#[derive(Handler)]
struct MembersHandler(Exchange);

impl RequestHandler for MembersHandler {
    async fn prepare(&mut self) -> Result {
        match self.current_user().await? {
            Some(_) => Ok(()),
            None => Err(HttpError::new(403).into()),
        }
    }
}

#[derive(Handler)]
struct FeedHandler {
    base: MembersHandler,
    #[state]
    tokens: Tokens,
}

impl RequestHandler for FeedHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        let token = self.get_argument_opt("token")?;
        let name = self.tokens.get(&token.unwrap_or_default());
        Ok(name.map(|name| User::from(*name)))
    }

    async fn get(&mut self) -> Result {
        let user = self.authenticated().await?;
        let name = user.get::<String>().expect("it is made above");
        self.write(format!("news for {name}"));
        Ok(())
    }
}
// ANCHOR_END: late

type Tokens = Arc<HashMap<String, &'static str>>;

// ANCHOR: overridden
#[derive(Handler)]
struct ApiHandler(Exchange);

impl RequestHandler for ApiHandler {
    fn do_write(exchange: &mut Exchange, chunk: Chunk) {
        let chunk = match chunk.as_json() {
            Some(value) => json!({ "data": value }).into(),
            None => chunk,
        };
        Exchange::do_write(exchange, chunk);
    }

    fn do_redirect(&mut self, url: &str, status: u16) {
        self.base_mut().do_redirect(&format!("/v2{url}"), status);
    }
}

#[derive(Handler)]
struct StockHandler(ApiHandler);

impl RequestHandler for StockHandler {
    async fn get(&mut self) -> Result {
        if self.get_argument_opt("old")?.is_some() {
            self.redirect("/stock");
        } else {
            self.write(json!({ "books": 2 }));
        }
        Ok(())
    }
}
// ANCHOR_END: overridden

// ANCHOR: attribute
#[derive(Clone, Copy)]
struct Title(&'static str);

#[derive(Handler)]
#[class(Title("Untitled"))]
struct TitledHandler(Exchange);

impl RequestHandler for TitledHandler {
    async fn get(&mut self) -> Result {
        if let Some(Title(title)) = self.attribute() {
            self.write(format!("<h1>{title}</h1>"));
        }
        Ok(())
    }
}

#[derive(Handler)]
#[class(Title("About us"))]
struct AboutHandler(TitledHandler);

impl RequestHandler for AboutHandler {}
// ANCHOR_END: attribute

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
        .login_url("/login")
        .state(Entries::new(
            ["zero", "one", "two"].map(str::to_owned).to_vec(),
        ))
        .state(Tokens::new([("t0p".to_owned(), "Kim")].into()));
    let handlers = [
        url(r"/search", SearchHandler),
        url(r"/books", BooksHandler),
        url(r"/book/([^/]+)", BookHandler),
        url(r"/page", PageHandler),
        // ANCHOR: rules
        route::<EntryHandler>(r"/entry/(\d+)"),
        url(r"/first", |base| FirstHandler { base, count: 2 }),
        // ANCHOR_END: rules
        route::<FeedHandler>(r"/feed"),
        route::<StockHandler>(r"/stock"),
        route::<TitledHandler>(r"/untitled"),
        route::<AboutHandler>(r"/about"),
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
    let [
        search,
        missing,
        book,
        nobook,
        page,
        stranger,
        report,
        rest @ ..,
    ] = ask_both(
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
            ("/entry/1", &[]),
            ("/entry/3", &[]),
            ("/first", &[]),
            ("/feed", &[]),
            ("/feed?token=t0p", &[]),
            ("/stock", &[]),
            ("/stock?old=1", &[]),
            ("/untitled", &[]),
            ("/about", &[]),
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
    let [
        entry,
        none,
        first,
        refused,
        feed,
        stock,
        old,
        untitled,
        about,
    ] = rest;
    assert_eq!(entry.text(), "one");
    assert_eq!(none.status(), 404);
    assert_eq!(first.text(), "zero, one");
    assert_eq!(refused.status(), 403);
    assert_eq!(feed.text(), "news for Kim");
    assert_eq!(stock.text(), r#"{"data": {"books": 2}}"#);
    assert_eq!(old.header("Location"), Some("/v2/stock"));
    assert_eq!(untitled.text(), "<h1>Untitled</h1>");
    assert_eq!(about.text(), "<h1>About us</h1>");
}

#[tokio::test]
async fn a_state_that_is_missing_is_told_at_the_start() {
    let rules = [route::<EntryHandler>(r"/entry/(\d+)")];
    let error = Application::new(rules, Settings::new()).unwrap_err();
    let said = error.to_string();
    for part in ["EntryHandler", "`entries`", "EntriesHandler", ".state(..)"] {
        assert!(said.contains(part), "{said}");
    }
}

/// Like `FeedHandler`, with a value that changes.
#[derive(Handler)]
struct CountingHandler {
    base: MembersHandler,
    tries: u32,
}

impl RequestHandler for CountingHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        self.tries += 1;
        Ok(Some("Kim".into()))
    }
}

#[tokio::test]
async fn a_value_that_would_be_lost_is_a_500() {
    let rule = url(r"/", |base| CountingHandler { base, tries: 0 });
    let client = TestClient::new(Application::new([rule], Settings::new()).unwrap());
    let _expected = ExpectLog::new(
        "tornado.application",
        "(?s).*`get_current_user` of `.*CountingHandler` can't be asked by the code of its base \
         `.*MembersHandler`, since what is in `tries` of `.*CountingHandler` would be lost",
    );
    assert_eq!(client.get("/").await.status(), 500);
}

// ANCHOR: slot
/// Counts the queries of a request, and reports the number in a header.
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

#[derive(Handler)]
struct HeadedHandler {
    base: Exchange,
    title: &'static str,
}

impl RequestHandler for HeadedHandler {}

#[derive(Handler)]
struct ShelfHandler {
    base: HeadedHandler,
    limit: usize,
}

impl RequestHandler for ShelfHandler {
    async fn get(&mut self) -> Result {
        self.write(format!("{}: {}", self.title, self.limit));
        Ok(())
    }
}

#[tokio::test]
async fn a_base_may_have_arguments() {
    let rules = [
        // ANCHOR: from_exchange
        // (r"/shelf", ShelfHandler, dict(title="Books", limit=10))
        url_from_exchange(r"/shelf", |exchange| ShelfHandler {
            base: HeadedHandler {
                base: exchange,
                title: "Books",
            },
            limit: 10,
        }),
        // ANCHOR_END: from_exchange
    ];
    let app = Application::new(rules, Settings::new()).unwrap();
    assert_eq!(TestClient::new(app).get("/shelf").await.text(), "Books: 10");
}

/// What the chapter says in prose.
mod claims {
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    use tornado_web::cookies::SetCookie;
    use tornado_web::{FromExchange, StaticFileHandler};

    use super::*;

    #[derive(Handler)]
    struct Base {
        base: Exchange,
        #[default]
        title: &'static str,
    }

    impl Base {
        fn title_of_base(&mut self) -> &'static str {
            self.title = "base";
            self.title
        }
    }

    impl RequestHandler for Base {
        async fn prepare(&mut self) -> Result {
            let own = self.get_current_user().await?;
            let asked = self.current_user().await?;
            let known = (own.is_some(), asked.is_some());
            self.set_header("X-Known", format!("{known:?}"));
            Ok(())
        }

        fn do_redirect(&mut self, url: &str, status: u16) {
            let after = self.get_status() == 207;
            self.base_mut().do_redirect(url, status);
            self.set_header("X-After", format!("{after}"));
        }

        fn do_set_cookie(exchange: &mut Exchange, mut cookie: SetCookie) -> &mut SetCookie {
            let known = exchange.get_cookie("known").is_some();
            cookie.path("/base").http_only(known);
            Exchange::do_set_cookie(exchange, cookie)
        }
    }

    #[derive(Handler)]
    struct Heir {
        base: Base,
        #[given]
        title: &'static str,
    }

    impl RequestHandler for Heir {
        async fn get_current_user(&mut self) -> Result<Option<User>> {
            Ok(Some(self.title.into()))
        }

        async fn get(&mut self) -> Result {
            let base = self.title_of_base();
            let title = self.title;
            self.set_header("X-Titles", format!("{title} {base}"));
            self.set_cookie("a", "1");
            self.set_cookie("b", "1").path("/own");
            self.redirect("/");
            self.set_status(207);
            self.set_header("X-Late", 1);
            Ok(())
        }
    }

    #[tokio::test]
    async fn what_the_prose_says_is_so() {
        let made = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&made);
        let rule = url(r"/", move |base| {
            count.fetch_add(1, Relaxed);
            Heir {
                base,
                title: "heir",
            }
        });
        let client = TestClient::new(Application::new([rule], Settings::new()).unwrap());
        client.set_cookie("known", "1");
        let response = client.get("/").await;
        assert_eq!(response.status(), 302);
        assert_eq!(response.header("X-Known"), Some("(false, true)"));
        assert_eq!(response.header("X-Titles"), Some("heir base"));
        assert_eq!(response.header("X-After"), Some("true"));
        assert_eq!(response.header("X-Late"), Some("1"));
        assert_eq!(response.set_cookie("a"), Some("a=1; HttpOnly; Path=/base"));
        assert_eq!(response.set_cookie("b"), Some("b=1; HttpOnly; Path=/own"));
        assert_eq!(made.load(Relaxed), 2);
    }

    /// A base that constructs itself, and a subclass of it.
    #[derive(Handler)]
    #[handler(own_from_exchange)]
    struct Shop {
        base: Exchange,
        number: u32,
    }

    impl FromExchange for Shop {
        fn from_exchange(base: Exchange) -> Shop {
            Shop { base, number: 7 }
        }
    }

    impl RequestHandler for Shop {
        async fn prepare(&mut self) -> Result {
            self.current_user().await?;
            let number = self.number;
            self.write(number.to_string());
            Ok(())
        }

        async fn get(&mut self) -> Result {
            Ok(())
        }
    }

    #[derive(Handler)]
    struct Branch(Shop);

    impl RequestHandler for Branch {
        async fn get_current_user(&mut self) -> Result<Option<User>> {
            Ok(Some("Kim".into()))
        }
    }

    /// The hook is outside `StaticFileHandler`.
    #[derive(Handler)]
    struct Files(StaticFileHandler<MembersHandler>);

    impl RequestHandler for Files {
        async fn get_current_user(&mut self) -> Result<Option<User>> {
            Ok(Some("Kim".into()))
        }
    }

    /// A base that only a factory can construct, and a subclass of it.
    #[derive(Handler)]
    struct Titled {
        base: Exchange,
        title: &'static str,
    }

    impl RequestHandler for Titled {
        async fn get(&mut self) -> Result {
            self.current_user().await?;
            let title = self.title;
            self.write(title);
            Ok(())
        }
    }

    #[derive(Handler)]
    struct Kims(Titled);

    impl RequestHandler for Kims {
        async fn get_current_user(&mut self) -> Result<Option<User>> {
            Ok(Some("Kim".into()))
        }
    }

    #[tokio::test]
    async fn one_kind_of_base_can_not_be_lent() {
        let here = env!("CARGO_MANIFEST_DIR");
        let titled = |base| Titled { base, title: "a" };
        let rules = [
            route::<Branch>(r"/branch"),
            url(
                r"/files/(.*)",
                move |files: StaticFileHandler<MembersHandler>| Files(files.path(here)),
            ),
            url_from_exchange(r"/kims", move |exchange| Kims(titled(exchange))),
            url_from_exchange(r"/titled", titled),
        ];
        let client = TestClient::new(Application::new(rules, Settings::new()).unwrap());
        for path in ["/branch", "/files/Cargo.toml", "/titled"] {
            assert_eq!(client.get(path).await.status(), 200, "{path}");
        }
        let _expected = ExpectLog::new("tornado.application", "(?s).*can't be asked");
        assert_eq!(client.get("/kims").await.status(), 500);
    }
}
