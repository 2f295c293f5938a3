//! `docs/guide/static-files.md`.

use time::OffsetDateTime;
use tornado_web::prelude::*;
use tornado_web::testing::TestClient;
use tornado_web::{StaticFileHandler, StaticFiles};

use crate::support::ask_both;

const PYTHON: &str = "docs/python/static_files.py";

#[derive(Handler)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    // ANCHOR: static_url
    async fn get(&mut self) -> Result {
        let style = self.static_url("style.css")?;
        self.write(format!("<style>@import '{style}'</style>"));
        Ok(())
    }
    // ANCHOR_END: static_url
}

// ANCHOR: hooks
#[derive(Handler)]
#[handler(static_files)]
struct DownloadHandler(StaticFileHandler);

impl RequestHandler for DownloadHandler {}

impl StaticFiles for DownloadHandler {
    fn set_extra_headers(&mut self, _path: &str) {
        self.set_header("Content-Disposition", "attachment");
    }

    fn get_cache_time(
        &self,
        _path: &str,
        _modified: Option<OffsetDateTime>,
        mime_type: &str,
    ) -> u64 {
        if mime_type.starts_with("text/") {
            60
        } else {
            3600
        }
    }
}
// ANCHOR_END: hooks

// ANCHOR: members
#[derive(Handler)]
struct BaseHandler(Exchange);

impl RequestHandler for BaseHandler {
    async fn get_current_user(&mut self) -> Result<Option<User>> {
        Ok(self.get_cookie("user").map(User::from))
    }

    async fn prepare(&mut self) -> Result {
        match self.current_user().await? {
            Some(_) => Ok(()),
            None => raise!(403),
        }
    }
}
// ANCHOR_END: members

const STATIC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/python/static");
const MANUAL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/python/static/manual"
);

fn app(settings: Settings) -> Application {
    // ANCHOR: routes
    let handlers = [
        url(r"/", MainHandler),
        url(r"/manual/(.*)", |base| {
            StaticFileHandler::new(base, MANUAL).default_filename("index.html")
        }),
        url(r"/downloads/(.*)", |files: StaticFileHandler| {
            DownloadHandler(files.path(STATIC))
        }),
        url(r"/members/(.*)", |base: BaseHandler| {
            StaticFileHandler::with_base(base, STATIC)
        }),
    ];
    let app = Application::new(handlers, settings.static_path(STATIC));
    // ANCHOR_END: routes
    app.unwrap()
}

#[tokio::test]
async fn files_are_served_as_in_python() {
    let [page, _, style, whole, _, manual, ..] = ask_both(
        app(Settings::new()),
        PYTHON,
        [
            ("/", &[]),
            ("/robots.txt", &[]),
            ("/static/style.css", &[]),
            ("/static/style.css", &[("Range", "bytes=0-")]),
            ("/static/style.css", &[("Range", "bytes=0-3")]),
            ("/manual/", &[]),
            ("/static/nothing.css", &[]),
            ("/static/manual", &[]),
            ("/static/../static_files.py", &[]),
            ("/members/style.css", &[]),
            ("/members/style.css", &[("Cookie", "user=kim")]),
        ],
    )
    .await;
    assert!(page.text().contains("'/static/style.css?v="));
    assert_eq!((style.status(), whole.status()), (200, 200));
    assert_eq!(manual.header("Content-Type"), Some("text/html"));
}

#[tokio::test]
async fn hooks_change_what_is_served() {
    let client = TestClient::new(app(Settings::new()));
    let download = client.get("/downloads/style.css").await;
    assert_eq!(download.header("Content-Disposition"), Some("attachment"));
    assert_eq!(download.header("Cache-Control"), Some("max-age=60"));
}

#[tokio::test]
async fn files_are_compressed() {
    // ANCHOR: compress
    let settings = Settings::new().compress_response(true);
    // ANCHOR_END: compress
    let style = TestClient::new(app(settings)).get("/static/style.css");
    let style = style.header("Accept-Encoding", "gzip").await;
    assert_eq!(style.header("Content-Encoding"), Some("gzip"));
}
