//! `docs/guide/routing.md`.

use serde::Deserialize;
use tornado_web::prelude::*;
use tornado_web::testing::TestClient;
use tornado_web::{RedirectHandler, StartError};

use crate::support::ask_both;

#[derive(Handler)]
struct HomeHandler(Exchange);

impl RequestHandler for HomeHandler {
    // ANCHOR: reverse
    async fn get(&mut self) -> Result {
        let entry = self.reverse_url("entry", ["2026", "a b"])?;
        self.write(format!("see {entry}"));
        Ok(())
    }
    // ANCHOR_END: reverse
}

#[derive(Handler)]
struct EntryHandler(Exchange);

impl RequestHandler for EntryHandler {
    // ANCHOR: groups
    async fn get(&mut self) -> Result {
        let (year, slug): (u16, String) = self.path_args_as()?;
        self.write(format!("{slug} of {year}"));
        Ok(())
    }
    // ANCHOR_END: groups
}

#[derive(Handler)]
struct UserHandler(Exchange);

// ANCHOR: named
#[derive(Deserialize)]
struct UserPage {
    name: String,
    tab: Option<String>,
}

impl RequestHandler for UserHandler {
    async fn get(&mut self) -> Result {
        let UserPage { name, tab } = self.path_args_as()?;
        let tab = tab.as_deref().unwrap_or("home");
        self.write(format!("{name}: {tab}"));
        Ok(())
    }
}
// ANCHOR_END: named

#[derive(Handler)]
struct StatusHandler {
    base: Exchange,
    #[given]
    text: &'static str,
}

impl RequestHandler for StatusHandler {
    async fn get(&mut self) -> Result {
        let text = self.text;
        self.write(text);
        Ok(())
    }
}

#[derive(Handler)]
struct NotFoundHandler(Exchange);

impl RequestHandler for NotFoundHandler {
    async fn prepare(&mut self) -> Result {
        self.set_status(404);
        self.write("There is no such page.");
        self.finish();
        Ok(())
    }
}

// ANCHOR: table
fn application() -> Result<Application, StartError> {
    let status = |text| move |base| StatusHandler { base, text };
    Application::builder(Settings::new())
        .handlers([
            url(r"/", HomeHandler),
            url(r"/entry/(\d{4})/([^/]+)", EntryHandler).name("entry"),
            url(r"/user/(?P<name>\w+)(?:/(?P<tab>\w+))?", UserHandler),
            url(r"/status", status("all is well")),
            url(r"/blog/(.*)", |base| {
                RedirectHandler::new(base, "/entry/{0}")
            }),
        ])
        .add_handlers(
            r"api\.example\.com",
            [url(r"/status", status("the API is well"))],
        )
        .default_handler(NotFoundHandler)
        .build()
}
// ANCHOR_END: table

#[tokio::test]
async fn the_table_is_read_as_in_python() {
    let [home, entry, kim, likes, status, blog, api, missing, late] = ask_both(
        application().unwrap(),
        "docs/python/routing.py",
        [
            ("/", &[]),
            ("/entry/2026/a%20b", &[]),
            ("/user/kim", &[]),
            ("/user/kim/likes", &[]),
            ("/status", &[]),
            ("/blog/2026/x?page=2", &[]),
            ("/status", &[("Host", "api.example.com")]),
            ("/nothing", &[]),
            ("/entry/26/x", &[]),
        ],
    )
    .await;
    assert_eq!(home.text(), "see /entry/2026/a%20b");
    assert_eq!(entry.text(), "a b of 2026");
    assert_eq!((kim.text(), likes.text()), ("kim: home", "kim: likes"));
    assert_eq!(status.text(), "all is well");
    assert_eq!(blog.header("Location"), Some("/entry/2026/x?page=2"));
    assert_eq!(api.text(), "the API is well");
    assert_eq!(
        (missing.status(), missing.text()),
        (404, "There is no such page.")
    );
    assert_eq!(late.status(), 404);
}

/// The routes of an application made of parts.
fn parts() -> Result<Application, StartError> {
    // ANCHOR: nest
    let api = nest(
        r"/api/.*",
        [
            url(r"/api/entry/(\d{4})/([^/]+)", EntryHandler),
            url(r"/api/user/(?P<name>\w+)(?:/(?P<tab>\w+))?", UserHandler),
        ],
    );
    let app = Application::new([url(r"/", HomeHandler), api], Settings::new())?;
    // ANCHOR_END: nest
    Ok(app)
}

#[tokio::test]
async fn lists_nest() {
    let client = TestClient::new(parts().unwrap());
    assert_eq!(client.get("/api/user/kim").await.text(), "kim: home");
    assert_eq!(client.get("/user/kim").await.status(), 404);
}
