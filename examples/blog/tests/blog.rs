//! The blog in the process of the test, on both databases; and the program, over a
//! socket and in a browser.

use std::process::Command;
use std::time::{Duration, Instant};

use blog::{application, open};
use serde_json::{Value, json};
use test_support::{Browser, PostgresServer, Program};
use tornado_web::prelude::*;
use tornado_web::testing::{ExpectLog, TestClient};

/// The application with a database, and a title that must be escaped.
async fn app(url: &str) -> Application {
    let db = open(url).await.expect("the database can be opened");
    let folder = env!("CARGO_MANIFEST_DIR");
    let settings = Settings::new()
        .cookie_secret("a secret of the tests")
        .template_path(format!("{folder}/templates"))
        .static_path(format!("{folder}/static"))
        .set("blog_title", "Tea & Biscuits");
    application(db, settings).expect("its settings are good")
}

/// A blog with its own database, which is removed with the folder.
async fn client() -> (TestClient, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("blog.db");
    let app = app(&format!("sqlite:{}?mode=rwc", file.display())).await;
    (TestClient::new(app), folder)
}

const AUTHOR: [(&str, &str); 3] = [
    ("email", "kim@example.org"),
    ("name", "Kim <3"),
    ("password", "correct horse"),
];

async fn become_author(client: &TestClient) {
    let response = client.post("/auth/create").form(AUTHOR).await;
    assert_eq!(response.header("Location"), Some("/"), "{response:?}");
}

/// Publishes a post, and returns its path.
async fn publish(client: &TestClient, title: &str, markdown: &str) -> String {
    let form = [("title", title), ("markdown", markdown)];
    let response = client.post("/compose").form(form).await;
    let location = response.header("Location");
    location
        .unwrap_or_else(|| panic!("{response:?}"))
        .to_owned()
}

/// From the first author to an edited post.
async fn a_post_is_written_read_and_edited(kim: &TestClient) {
    let welcome = kim.get("/").follow_redirects().await;
    assert!(
        welcome.text().contains("Who writes this blog?"),
        "{welcome:?}"
    );
    become_author(kim).await;
    let compose = kim.get("/").follow_redirects().await;
    assert!(compose.text().contains("Publish post"), "{compose:?}");

    let path = publish(kim, "Über <Tea>", "It is *green*.\n\n<b>Really.</b>").await;
    assert_eq!(path, "/entry/uber-tea");
    let entry = kim.get(&path).await;
    let text = entry.text();
    assert!(text.contains("<title>Über &lt;Tea&gt; - Tea &amp; Biscuits</title>"));
    assert!(text.contains(r#"<h2><a href="/entry/uber-tea">Über &lt;Tea&gt;</a></h2>"#));
    assert!(
        text.contains("<p>It is <em>green</em>.</p>\n<p><b>Really.</b></p>"),
        "{text}"
    );
    assert!(text.contains(r#"content="It is green. Really.""#), "{text}");
    assert!(text.contains("Kim &lt;3"), "{text}");
    assert!(
        text.contains(r#"<a href="/compose?id=1">Edit this post</a>"#),
        "{text}"
    );

    let form = kim.get("/compose?id=1").await;
    assert!(
        form.text().contains(r#"value="Über &lt;Tea&gt;""#),
        "{form:?}"
    );
    assert!(
        form.text()
            .contains(">\nIt is *green*.\n\n&lt;b&gt;Really.&lt;/b&gt;</textarea>"),
        "{form:?}"
    );
    let changes = [
        ("id", "1"),
        ("title", "Black tea"),
        ("markdown", "It is black."),
    ];
    let response = kim.post("/compose").form(changes).await;
    assert_eq!(response.header("Location"), Some("/entry/uber-tea"));
    let home = kim.another().get("/").await;
    assert!(home.text().contains("<p>It is black.</p>"), "{home:?}");
    assert!(!home.text().contains("Edit this post"), "{home:?}");
}

#[tokio::test]
async fn a_post_is_written_read_and_edited_in_sqlite() {
    let (kim, _folder) = client().await;
    a_post_is_written_read_and_edited(&kim).await;
}

#[tokio::test]
async fn a_post_is_written_read_and_edited_in_postgresql() {
    let server = PostgresServer::shared();
    let url = server.new_database();
    let kim = TestClient::new(app(&url).await);
    a_post_is_written_read_and_edited(&kim).await;
}

#[tokio::test]
async fn the_templates_run() {
    app("sqlite::memory:").await.assert_templates_run();
}

#[tokio::test]
async fn there_is_one_author() {
    let (kim, _folder) = client().await;
    let short = [AUTHOR[0], AUTHOR[1], ("password", "short")];
    let short = kim.post("/auth/create").form(short).await;
    assert_eq!(short.status(), 422);
    assert!(
        short
            .text()
            .contains("A password has 8 characters at least.")
    );
    assert!(short.text().contains(r#"value="Kim &lt;3""#), "{short:?}");
    become_author(&kim).await;
    let lee = kim.another();
    let response = lee.post("/auth/create").form(AUTHOR).await;
    assert_eq!(
        (response.status().as_u16(), response.reason()),
        (400, "There is an author already")
    );
    assert_eq!(lee.get("/compose").await.status(), 302);
    let form = [("title", "Hello"), ("markdown", "I am Lee.")];
    assert_eq!(lee.post("/compose").form(form).await.status(), 403);
}

#[tokio::test]
async fn of_two_who_come_first_at_once_one_is_the_author() {
    let (kim, _folder) = client().await;
    let lee = kim.another();
    let create = |client: &TestClient| client.post("/auth/create").form(AUTHOR);
    let (kim, lee) = tokio::join!(create(&kim), create(&lee));
    let mut statuses = [kim.status().as_u16(), lee.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 400]);
}

#[tokio::test]
async fn the_author_leaves_and_comes_back() {
    let (kim, _folder) = client().await;
    become_author(&kim).await;
    publish(&kim, "Tea", "It is green.").await;
    let out = kim.get("/auth/logout?next=/archive").await;
    assert_eq!(out.header("Location"), Some("/archive"));
    let to_login = kim.get("/compose?id=1").await;
    let login = "/auth/login?next=%2Fcompose%3Fid%3D1";
    assert_eq!(to_login.header("Location"), Some(login));
    let page = kim.get(login).await;
    assert!(
        page.text().contains(r#"name="next" value="/compose?id=1""#),
        "{page:?}"
    );

    let log_in = |email, password, next| {
        let form = [("email", email), ("password", password), ("next", next)];
        kim.another().post("/auth/login").form(form)
    };
    let kim_at = "kim@example.org";
    for (email, password) in [(kim_at, "wrong"), ("lee@example.org", "correct horse")] {
        let wrong = log_in(email, password, "/").await;
        assert!(
            wrong.text().contains("E-mail or password is wrong."),
            "{wrong:?}"
        );
        assert!(wrong.text().contains(email), "{wrong:?}");
        assert_eq!(wrong.set_cookie("author"), None);
    }
    let right = log_in(kim_at, "correct horse", "/compose?id=1").await;
    assert_eq!(right.header("Location"), Some("/compose?id=1"));
    let cookie = right.set_cookie("author").expect("it was set");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    for next in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let _log = ExpectLog::new("tornado.general", ".*next is");
        let response = log_in(kim_at, "correct horse", next).await;
        assert_eq!(
            (response.status().as_u16(), response.header("Location")),
            (400, None)
        );
    }
}

#[tokio::test]
async fn posts_of_one_title_have_slugs_of_their_own() {
    let (kim, _folder) = client().await;
    become_author(&kim).await;
    let mut slugs = Vec::new();
    for title in ["Tea!", "tea", "Tea?", "…", "…"] {
        slugs.push(publish(&kim, title, "Text").await);
    }
    assert_eq!(
        slugs,
        [
            "/entry/tea",
            "/entry/tea-2",
            "/entry/tea-3",
            "/entry/entry",
            "/entry/entry-2"
        ]
    );
    let archive = kim.get("/archive").await;
    assert_eq!(archive.text().matches("<time").count(), 5);
    assert_eq!(archive.text().matches("<h2>20").count(), 1, "{archive:?}");
    let home = kim.get("/").await;
    assert_eq!(home.text().matches("<article>").count(), 5);
}

#[tokio::test]
async fn what_is_missing_is_said() {
    let (kim, _folder) = client().await;
    become_author(&kim).await;
    assert_eq!(kim.get("/entry/nothing").await.status(), 404);
    assert_eq!(kim.get("/compose?id=99").await.status(), 404);
    let changes = [("id", "99"), ("title", "Tea"), ("markdown", "Text")];
    assert_eq!(kim.post("/compose").form(changes).await.status(), 404);
    let empty = [("title", " "), ("markdown", "Text")];
    let response = kim.post("/compose").form(empty).await;
    assert_eq!(response.reason(), "A post has a title and a text");
    let forged = kim.post("/compose").form(changes).without_xsrf().await;
    assert_eq!(forged.status(), 403);
    let archive = kim.get("/archive").await;
    assert!(archive.text().contains("Nothing yet."), "{archive:?}");
}

#[tokio::test]
async fn the_feed_has_the_posts() {
    let (kim, _folder) = client().await;
    let empty = kim.get("/feed").await;
    assert_eq!(empty.header("Content-Type"), Some("application/atom+xml"));
    assert!(empty.text().starts_with("<?xml"), "{empty:?}");
    assert_eq!(empty.text().matches("<updated>").count(), 1);
    become_author(&kim).await;
    publish(&kim, "Tea & more", "*Green*.").await;
    let feed = kim.get("/feed").await;
    let text = feed.text();
    assert!(text.contains("<title>Tea &amp; more</title>"), "{text}");
    assert!(
        text.contains("&lt;p&gt;&lt;em&gt;Green&lt;/em&gt;.&lt;/p&gt;"),
        "{text}"
    );
    assert!(text.contains("/entry/tea-more</id>"), "{text}");
}

/// The program itself, with its own database.
fn program() -> (Program, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("blog.db");
    let mut command = Command::new(env!("CARGO_BIN_EXE_blog"));
    command
        .env(
            "DATABASE_URL",
            format!("sqlite:{}?mode=rwc", file.display()),
        )
        .env("BLOG_BLOG_TITLE", "Tea");
    (Program::start_with(command), folder)
}

#[tokio::test]
async fn the_program_runs() {
    let (program, _folder) = program();
    let client = TestClient::connect(&program.url());
    let page = client.get("/auth/create").await;
    assert!(page.text().contains("<title>Tea</title>"), "{page:?}");
    let mut parts = page.text().split('"');
    let css = parts.find(|part| part.starts_with("/static/blog.css?v="));
    let css = client.get(css.expect("the page has its styles")).await;
    assert_eq!(css.header("Content-Type"), Some("text/css"));
    let _ = program.stop(&[]);
}

/// A browser window, controlled by WebDriver commands.
struct Window {
    driver: TestClient,
    /// The path of the WebDriver session.
    session: String,
}

impl Window {
    async fn open(browser: &Browser) -> Window {
        let mut window = Window {
            driver: TestClient::connect(&browser.url()),
            session: "/session".to_owned(),
        };
        let wanted = json!({ "capabilities": { "alwaysMatch": Browser::capabilities() } });
        let session = window.post("", wanted).await;
        let id = session["sessionId"].as_str().expect("it has an id");
        window.session.push_str(&format!("/{id}"));
        window
    }

    async fn post(&self, command: &str, body: Value) -> Value {
        let path = format!("{}{command}", self.session);
        let response = self.driver.post(&path).json(body).await;
        assert_eq!(response.status(), 200, "{response:?}");
        response.json::<Value>()["value"].clone()
    }

    async fn get(&self, command: &str) -> String {
        let path = format!("{}{command}", self.session);
        let response = self.driver.get(&path).await;
        assert_eq!(response.status(), 200, "{response:?}");
        let value = &response.json::<Value>()["value"];
        value.as_str().expect("it is a text").to_owned()
    }

    /// The elements of the page that a CSS selector finds, as command paths.
    async fn find(&self, selector: &str) -> Vec<String> {
        let wanted = json!({ "using": "css selector", "value": selector });
        let found = self.post("/elements", wanted).await;
        let elements = found.as_array().expect("it is a list").iter();
        let ids = elements.map(|element| {
            let ids = element.as_object().expect("it is one").values();
            ids.filter_map(Value::as_str).collect::<String>()
        });
        ids.map(|id| format!("/element/{id}")).collect()
    }

    async fn click(&self, selector: &str) {
        let found = self.find(selector).await;
        let element = found.first().unwrap_or_else(|| panic!("no {selector}"));
        self.post(&format!("{element}/click"), json!({})).await;
    }

    /// Fills in the form on the page, and submits it.
    async fn submit(&self, fields: &[(&str, &str)]) {
        for (name, text) in fields {
            let found = self.find(&format!("[name={name}]")).await;
            let field = found.first().unwrap_or_else(|| panic!("no field {name}"));
            self.post(&format!("{field}/clear"), json!({})).await;
            let text = json!({ "text": text });
            self.post(&format!("{field}/value"), text).await;
        }
        self.click("form button").await;
    }

    /// The text that the browser shows, once it has loaded this URL.
    async fn text_of(&self, url: &str) -> String {
        let began = Instant::now();
        while self.get("/url").await != url {
            assert!(began.elapsed() < Duration::from_secs(30), "no {url}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let main = self.find("main").await;
        self.get(&format!("{}/text", main[0])).await
    }
}

#[tokio::test]
async fn a_post_is_written_and_read_in_a_browser() {
    let browser = Browser::start();
    let window = Window::open(&browser).await;
    let (program, _folder) = program();
    let url = |path: &str| program.url() + path;
    window.post("/url", json!({ "url": program.url() })).await;
    let text = window.text_of(&url("/auth/create")).await;
    assert!(text.contains("Who writes this blog?"), "{text}");

    window.submit(&AUTHOR).await;
    let text = window.text_of(&url("/compose")).await;
    assert!(text.contains("New post"), "{text}");
    let post = [
        ("title", "Tea & <biscuits>"),
        ("markdown", "First *line*\n\n- one\n- two"),
    ];
    window.submit(&post).await;
    let entry = url("/entry/tea-biscuits");
    let text = window.text_of(&entry).await;
    assert!(text.starts_with("Tea & <biscuits>\n"), "{text}");
    assert!(text.ends_with("First line\none\ntwo"), "{text}");
    assert_eq!(window.find("main li").await.len(), 2);

    let edit = "article a[href='/compose?id=1']";
    window.click(edit).await;
    window.text_of(&url("/compose?id=1")).await;
    window.submit(&[("markdown", "Second text")]).await;
    let text = window.text_of(&entry).await;
    assert!(text.ends_with("Second text"), "{text}");
    assert_eq!(window.find(edit).await.len(), 1);

    window.click("a[href^='/auth/logout']").await;
    window.text_of(&entry).await;
    assert_eq!(window.find(edit).await.len(), 0, "a reader may not edit");
    let _ = program.stop(&[]);
}
