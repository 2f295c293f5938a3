//! `docs/guide/testing.md`.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::json;
use tokio::sync::watch;
use tornado_web::prelude::*;
use tornado_web::testing::{ExpectLog, FailingStore, TestClient};

#[derive(Handler)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        let session = self.get_session().await?;
        let username = session.get_or("username", "Guest")?;
        self.write(format!("Hello, {username}!"));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let username = self.get_argument("username")?;
        self.get_session().await?.set("username", username)?;
        self.write("Username has been set!");
        Ok(())
    }
}

mod first {
    use super::*;

    // ANCHOR: first
    fn app() -> Application {
        let settings = Settings::new().cookie_secret("a secret of the tests");
        Application::new([url("/", MainHandler)], settings).unwrap()
    }

    #[tokio::test]
    async fn a_name_is_remembered() {
        let client = TestClient::new(app());
        let response = client.post("/").form([("username", "Kim")]).await;
        assert_eq!(response.status(), 200);
        assert_eq!(client.get("/").await.text(), "Hello, Kim!");
    }
    // ANCHOR_END: first
}

#[test]
fn the_test_in_python_passes() {
    let python = std::env::var("TORNADO_WEB_PYTHON").expect("`cargo xtask python` makes it");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/python");
    let output = Command::new(python)
        .args(["-B", "-m", "unittest", "test_session"])
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("Ran 1 test"),
        "{said}"
    );
}

/// Users log in, buy, and read news.
#[derive(Handler)]
struct BaseHandler(Exchange);

impl RequestHandler for BaseHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self.get_session().await?.owner().map(User::from))
    }
}

#[derive(Handler)]
struct LoginHandler(BaseHandler);

impl RequestHandler for LoginHandler {
    async fn post(&mut self) -> Result {
        let user = self.get_argument("user")?;
        if self.get_argument("password")? != "rice" {
            raise!(403);
        }
        self.login(user).await?;
        self.redirect("/orders");
        Ok(())
    }
}

/// The orders of a user, in a database.
#[derive(Handler)]
struct OrdersHandler {
    base: BaseHandler,
    db: Db,
}

type Db = Arc<Mutex<Connection>>;

impl RequestHandler for OrdersHandler {
    async fn get(&mut self) -> Result {
        self.authenticated().await?;
        let orders: u32 = {
            let db = self
                .db
                .lock()
                .map_err(|_| Error::msg("a query has panicked"))?;
            db.query_row("SELECT count(*) FROM orders", [], |row| row.get(0))?
        };
        self.write(json!({ "orders": orders }));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.authenticated().await?;
        let item = self.get_argument("item")?;
        let db = self
            .db
            .lock()
            .map_err(|_| Error::msg("a query has panicked"))?;
        db.execute("INSERT INTO orders VALUES (?1)", [item])?;
        Ok(())
    }
}

#[derive(Handler)]
struct PhotoHandler(BaseHandler);

impl RequestHandler for PhotoHandler {
    async fn post(&mut self) -> Result {
        let title = self.get_body_argument("title")?;
        let Some(photo) = self.request().files().get("photo") else {
            raise!(400);
        };
        let text = format!(
            "{title}: {}, {} bytes",
            photo.filename(),
            photo.body().len()
        );
        self.write(text);
        Ok(())
    }
}

/// `GET` waits for the next piece of news; `POST` sends it to everyone who waits, and
/// answers with their number.
#[derive(Handler)]
struct NewsHandler {
    base: BaseHandler,
    news: watch::Sender<String>,
}

impl RequestHandler for NewsHandler {
    async fn get(&mut self) -> Result {
        let mut news = self.news.subscribe();
        news.changed().await?;
        let text = news.borrow().clone();
        self.write(text);
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let text = self.get_argument("text")?;
        let heard = self.news.receiver_count();
        self.news.send_replace(text);
        self.write(heard.to_string());
        Ok(())
    }
}

/// Counts for as long as somebody reads.
#[derive(Handler)]
struct CountHandler(BaseHandler);

impl RequestHandler for CountHandler {
    async fn get(&mut self) -> Result {
        for n in 1.. {
            self.write(format!("data: {n}\n\n"));
            self.flush().await?;
        }
        Ok(())
    }
}

#[derive(Handler)]
struct BrokenHandler(BaseHandler);

impl RequestHandler for BrokenHandler {
    async fn get(&mut self) -> Result {
        Err(Error::msg("the printer is on fire"))
    }
}

fn settings() -> Settings {
    Settings::new()
        .cookie_secret("a secret of the tests")
        .login_url("/login")
        .xsrf_cookies(true)
        .session_expiry(Duration::from_secs(3600))
}

fn shop(settings: Settings) -> Application {
    application(Connection::open_in_memory().unwrap(), settings)
}

// ANCHOR: database
/// The program's `main` passes the real database, and each test its own.
fn application(db: Connection, settings: Settings) -> Application {
    db.execute_batch("CREATE TABLE IF NOT EXISTS orders (item TEXT)")
        .unwrap();
    let db = Arc::new(Mutex::new(db));
    // ..
    // ANCHOR_END: database
    let news = watch::Sender::new(String::new());
    let rules = [
        url("/", MainHandler),
        url("/login", LoginHandler),
        url("/orders", move |base| OrdersHandler {
            base,
            db: Arc::clone(&db),
        }),
        url("/photo", PhotoHandler),
        url("/news", move |base| NewsHandler {
            base,
            news: news.clone(),
        }),
        url("/count", CountHandler),
        url("/broken", BrokenHandler),
    ];
    Application::new(rules, settings).unwrap()
}

fn client() -> TestClient {
    TestClient::new(shop(settings()))
}

#[tokio::test]
async fn a_user_logs_in() {
    let client = client();
    // ANCHOR: login
    // What the page does:
    let login = client
        .post("/login")
        .form([("user", "kim"), ("password", "rice")]);
    let response = login.follow_redirects().await;
    assert_eq!(response.url(), "http://localhost/orders");

    // In all other tests:
    let lee = client.another();
    lee.login("lee").await;
    assert_eq!(lee.get("/orders").await.status(), 200);
    // ANCHOR_END: login
}

#[tokio::test]
async fn sessions_can_be_looked_into() {
    let client = client();
    // ANCHOR: session
    client.post("/").form([("username", "Kim")]).await.rethrow();
    let name: Option<String> = client.session().await.get("username").unwrap();
    assert_eq!(name.as_deref(), Some("Kim"));

    client
        .edit_session(|session| session.set("username", "Lee"))
        .await;
    assert_eq!(client.get("/").await.text(), "Hello, Lee!");
    // ANCHOR_END: session
}

#[tokio::test]
async fn json_is_read() {
    let client = client();
    client.login("kim").await;
    // ANCHOR: json
    let response = client.get("/orders").await;
    assert_eq!(response.json::<serde_json::Value>(), json!({ "orders": 0 }));
    // ANCHOR_END: json
}

#[tokio::test]
async fn files_are_uploaded() {
    let client = client();
    // ANCHOR: upload
    let photo = std::fs::read("tests/guide/testing.rs").unwrap();
    let size = photo.len();
    let upload = client.post("/photo").form([("title", "Kim at sea")]);
    let response = upload.file("photo", "sea.jpg", "image/jpeg", photo).await;
    assert_eq!(
        response.text(),
        format!("Kim at sea: sea.jpg, {size} bytes")
    );
    // ANCHOR_END: upload
}

#[tokio::test]
async fn a_form_without_a_token_is_refused() {
    let client = client();
    // ANCHOR: without_xsrf
    let forged = client.post("/").form([("username", "Eve")]).without_xsrf();
    assert_eq!(forged.await.status(), 403);
    // ANCHOR_END: without_xsrf
}

#[tokio::test]
async fn who_waits_is_told() {
    let client = client();
    // ANCHOR: long_poll
    let waiting = tokio::spawn(client.get("/news").send());
    let tell = || client.post("/news").form([("text", "Tea is here")]).send();
    while tell().await.text() == "0" {}
    assert_eq!(waiting.await.unwrap().text(), "Tea is here");
    // ANCHOR_END: long_poll
}

#[tokio::test]
async fn a_stream_is_read_piece_by_piece() {
    let client = client();
    // ANCHOR: stream
    let mut stream = client.get("/count").stream().await;
    assert_eq!(stream.chunk().await.unwrap(), "data: 1\n\n");
    assert_eq!(stream.chunk().await.unwrap(), "data: 2\n\n");
    drop(stream); // the client leaves
    // ANCHOR_END: stream
}

#[tokio::test]
async fn a_failure_is_logged() {
    let client = client();
    // ANCHOR: expect_log
    let _expected = ExpectLog::new("tornado.application", "Uncaught exception GET /broken");
    assert_eq!(client.get("/broken").await.status(), 500);
    // ANCHOR_END: expect_log
}

#[tokio::test]
async fn a_session_expires() {
    let client = client();
    // ANCHOR: time
    client.login("kim").await;
    client.advance(Duration::from_secs(3601));
    let response = client.get("/orders").await;
    assert_eq!(response.header("Location"), Some("/login?next=%2Forders"));
    // ANCHOR_END: time
}

#[tokio::test]
async fn the_store_is_out_of_order() {
    // ANCHOR: trouble
    let store = FailingStore::new();
    let client = TestClient::new(shop(settings().session_store(store.clone())));
    client.login("kim").await;

    store.fail_reads(true);
    let _expected = ExpectLog::new("tornado.application", "(?s).*the session can't be loaded");
    assert_eq!(client.get("/orders").await.status(), 500);
    // ANCHOR_END: trouble
}

// ANCHOR: database_test
#[tokio::test]
async fn an_order_is_kept() {
    let db = Connection::open_in_memory().unwrap();
    let client = TestClient::new(application(db, settings()));
    client.login("kim").await;
    client
        .post("/orders")
        .form([("item", "tea")])
        .await
        .rethrow();
    assert_eq!(client.get("/orders").await.text(), r#"{"orders": 1}"#);
}
// ANCHOR_END: database_test

#[tokio::test]
async fn a_socket_is_there_if_it_matters() {
    // ANCHOR: serve
    let client = TestClient::new(shop(settings())).serve().await;
    let python = "import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).read())";
    let output = Command::new("python3")
        .args(["-c", python, &client.url("/")])
        .output();
    assert_eq!(output.unwrap().stdout, b"b'Hello, Guest!'\n");
    // ANCHOR_END: serve
    // ANCHOR: tls
    let client = TestClient::new(shop(settings())).serve_tls().await.http2();
    client.login("kim").await;
    assert_eq!(client.get("/orders").await.status(), 200);
    // ANCHOR_END: tls
}
