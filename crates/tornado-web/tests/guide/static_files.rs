//! `docs/guide/static-files.md`.

use time::OffsetDateTime;
use tornado_web::log::ACCESS;
use tornado_web::prelude::*;
use tornado_web::testing::{ExpectLog, TestClient};
use tornado_web::{StaticFileHandler, StaticFiles, StaticHandlerArgs};

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

// The function that `invoice_of` stands for in the guide.
fn invoice_of(number: u32) -> std::path::PathBuf {
    let name = if number == 7 { "style.css" } else { "nothing" };
    std::path::Path::new(STATIC).join(name)
}

#[derive(Handler)]
struct InvoiceHandler(BaseHandler);

impl RequestHandler for InvoiceHandler {
    // ANCHOR: send_file
    async fn get(&mut self) -> Result {
        let number: u32 = self.path_args_as()?;
        // Here your application checks whose invoice it is.
        let name = format!("attachment; filename=\"invoice-{number}.pdf\"");
        self.set_header("Content-Disposition", name);
        self.send_file(invoice_of(number)).await
    }
    // ANCHOR_END: send_file
}

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
async fn a_handler_sends_a_file() {
    let rules = [url(r"/invoice/(\d+)", |base: BaseHandler| {
        InvoiceHandler(base)
    })];
    let client = TestClient::new(Application::new(rules, Settings::new()).unwrap());
    let _forbidden = ExpectLog::new(ACCESS, "403 GET /invoice/7 ");
    assert_eq!(client.get("/invoice/7").await.status(), 403);
    client.set_cookie("user", "kim");
    let invoice = client.get("/invoice/7").header("Range", "bytes=0-3").await;
    assert_eq!((invoice.status().as_u16(), invoice.text().len()), (206, 4));
    let disposition = "attachment; filename=\"invoice-7.pdf\"";
    assert_eq!(invoice.header("Content-Disposition"), Some(disposition));
    assert_eq!(client.get("/invoice/8").await.status(), 404);
}

#[tokio::test]
async fn a_file_that_was_compressed_before_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("app.js"), "a script").unwrap();
    std::fs::write(folder.path().join("app.js.br"), "less").unwrap();
    let public = folder.path();
    // ANCHOR: precompressed
    let settings = Settings::new()
        .static_path(public)
        .static_handler_args(StaticHandlerArgs::new().precompressed(true));
    // ANCHOR_END: precompressed
    let client = TestClient::new(Application::new([], settings).unwrap());
    let script = client.get("/static/app.js").header("Accept-Encoding", "br");
    assert_eq!(script.await.text(), "less");
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
