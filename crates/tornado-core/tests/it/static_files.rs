//! Static files: Tornado's `StaticFileTest` and its relatives, and more.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{HeaderValue, header};
use tempfile::TempDir;
use time::OffsetDateTime;
use tornado_core::{
    Context as _, Exchange, FileContent, FileVersion, Handler, HttpError, InheritsStaticFiles as _,
    Output as _, PathArgs as _, RequestHandler, Result, Settings, StaticFileHandler, StaticFiles,
    StaticHandlerArgs, StaticUrlOptions, url,
};

use tornado_core::log::GENERAL;
use tornado_testing::{ExpectLog, TestClient, TestResponse};

use crate::support::{client_with, failure, with};

const ROBOTS: &str = "User-agent: *\nDisallow: /\n";
/// SHA-512, as in Tornado's test.
const ROBOTS_HASH: &str = "63a36e950e134b5217e33c763e88840c10a07d80e6057d92b9ac97508de7fb1fa6f0e9b7531e169657165ea764e8963399cb6d921ffe6078425aaafe54c04563";
/// Thu, 04 Mar 2021 05:06:07 GMT, plus a fraction.
const MODIFIED: u64 = 1_614_834_367;

/// A directory `static` next to one that must not be served.
fn files() -> TempDir {
    let all = tempfile::tempdir().unwrap();
    let root = all.path().join("static");
    std::fs::create_dir_all(root.join("dir")).unwrap();
    std::fs::create_dir(root.join("empty")).unwrap();
    std::fs::create_dir(all.path().join("outside")).unwrap();
    for (name, content) in [
        ("static/robots.txt", ROBOTS),
        ("static/sample.xml.gz", "not really"),
        ("static/sample.xml.bz2", "not really"),
        ("static/dir/index.html", "this is the index\n"),
        ("static/empty.txt", ""),
        ("outside/secret.txt", "secret"),
    ] {
        std::fs::write(all.path().join(name), content).unwrap();
    }
    let robots = std::fs::File::options()
        .write(true)
        .open(root.join("robots.txt"))
        .unwrap();
    let modified = std::time::UNIX_EPOCH + std::time::Duration::from_millis(MODIFIED * 1000 + 250);
    robots.set_modified(modified).unwrap();
    all
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Urls(Exchange);

impl RequestHandler for Urls {
    async fn get(&mut self) -> Result {
        let path: String = self.path_args_as()?;
        let url = match self.request().query() {
            "bare" => {
                self.static_url_with(&path, &StaticUrlOptions::new().include_version(false))?
            }
            "host" => self.static_url_with(&path, &StaticUrlOptions::new().include_host(true))?,
            _ => self.static_url(&path)?,
        };
        self.write(url);
        Ok(())
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct AbsoluteUrls(Urls);

impl RequestHandler for AbsoluteUrls {
    fn include_host(_exchange: &Exchange) -> bool {
        true
    }

    async fn get(&mut self) -> Result {
        let absolute = self.static_url("robots.txt")?;
        let relative =
            self.static_url_with("robots.txt", &StaticUrlOptions::new().include_host(false))?;
        self.write(format!("{absolute} {relative}"));
        Ok(())
    }
}

fn client(all: &TempDir) -> TestClient {
    let root = all.path().join("static");
    let rules = [
        url("/static_url/(.*)", Urls),
        url("/absolute/(.*)", |base: Urls| AbsoluteUrls(base)),
        url("/root_static/(.*)", |base| {
            StaticFileHandler::new(base, "/")
        }),
        url("/no_group", |base| StaticFileHandler::new(base, "/")),
    ];
    let settings = Settings::new().static_path(root);
    client_with(rules, settings)
}

fn of<'a>(response: &'a TestResponse, name: &str) -> &'a str {
    response.header(name).unwrap_or_default()
}

#[tokio::test]
async fn a_file_is_served_as_tornado_serves_it() {
    let all = files();
    let client = client(&all);
    for uri in [
        "/robots.txt",
        "/static/robots.txt",
        "/static/dir/../robots.txt",
        "/static/robots.txt/",
    ] {
        let response = client.get(uri).await;
        assert_eq!(
            (response.status().as_u16(), response.text()),
            (200, ROBOTS),
            "{uri}"
        );
        let names: Vec<_> = response
            .headers()
            .keys()
            .map(http::HeaderName::as_str)
            .collect();
        assert_eq!(
            names,
            [
                "server",
                "content-type",
                "accept-ranges",
                "etag",
                "last-modified",
                "content-length"
            ]
        );
        assert_eq!(of(&response, "Content-Type"), "text/plain");
        assert_eq!(of(&response, "Accept-Ranges"), "bytes");
        assert_eq!(of(&response, "Etag"), format!("\"{ROBOTS_HASH}\""));
        assert_eq!(
            of(&response, "Last-Modified"),
            "Thu, 04 Mar 2021 05:06:07 GMT"
        );
        assert_eq!(of(&response, "Content-Length"), "26");
        let head = client.head(uri).await;
        assert_eq!((head.status().as_u16(), head.text()), (200, ""));
        assert_eq!(head.headers(), response.headers());
    }
    assert_eq!(
        of(&client.get("/static/sample.xml.gz").await, "Content-Type"),
        "application/gzip"
    );
    assert_eq!(
        of(&client.get("/static/sample.xml.bz2").await, "Content-Type"),
        "application/octet-stream"
    );
    let empty = client.get("/static/empty.txt").await;
    assert_eq!(
        (empty.status().as_u16(), of(&empty, "Content-Length")),
        (200, "0")
    );
    assert_eq!(client.post("/robots.txt").await.status(), 405);
}

#[tokio::test]
async fn a_version_makes_it_last() {
    let all = files();
    let client = client(&all);
    let response = client.get("/static/robots.txt?v=anything").await;
    assert_eq!(of(&response, "Cache-Control"), "max-age=315360000");
    assert!(of(&response, "Expires").ends_with(" GMT"));
    let without = client.get("/static/robots.txt").await;
    assert!(!without.headers().contains_key(header::CACHE_CONTROL));
    assert!(!without.headers().contains_key(header::EXPIRES));
}

#[tokio::test]
async fn urls_have_the_version() {
    let _missing = [
        ExpectLog::new(GENERAL, "Could not open static file .*/nothing.txt"),
        ExpectLog::new(
            GENERAL,
            "Could not open static file .*/dir: it is not a file",
        ),
    ];
    let all = files();
    let client = client(&all);
    let versioned = format!("/static/robots.txt?v={ROBOTS_HASH}");
    let host = [("Host", "here.com:8888")];
    let url = async |uri| with(client.get(uri), &host).await.text().to_owned();
    assert_eq!(url("/static_url/robots.txt").await, versioned);
    assert_eq!(
        url("/static_url/robots.txt?bare").await,
        "/static/robots.txt"
    );
    assert_eq!(
        url("/static_url/robots.txt?host").await,
        format!("http://here.com:8888{versioned}")
    );
    assert_eq!(url("/static_url/nothing.txt").await, "/static/nothing.txt");
    assert_eq!(url("/static_url/dir").await, "/static/dir");
    assert_eq!(
        url("/absolute/x").await,
        format!("http://here.com:8888{versioned} {versioned}")
    );
    assert_eq!(
        client
            .get("/static_url/../outside/secret.txt")
            .await
            .status(),
        403
    );
    // The file changes, and so does its version.
    let path = all.path().join("static/robots.txt");
    std::fs::write(&path, "").unwrap();
    assert_ne!(url("/static_url/robots.txt").await, versioned);
    assert_ne!(
        of(&client.get("/robots.txt").await, "Etag"),
        format!("\"{ROBOTS_HASH}\"")
    );

    let without = client_with([url_rule()], Settings::new());
    let _failure = failure("GET /static_url/robots.txt");
    assert_eq!(without.get("/static_url/robots.txt").await.status(), 500);
}

fn url_rule() -> tornado_core::Rule {
    url("/static_url/(.*)", Urls)
}

#[tokio::test]
async fn who_has_the_file_gets_a_304() {
    let all = files();
    let client = client(&all);
    let tag = format!("\"{ROBOTS_HASH}\"");
    let weak = format!("W/{tag}");
    for (headers, status) in [
        (&[("If-None-Match", tag.as_str())][..], 304),
        (&[("If-None-Match", weak.as_str())], 304),
        (&[("If-None-Match", "*")], 304),
        (&[("If-None-Match", "\"other\"")], 200),
        (
            &[("If-Modified-Since", "Thu, 04 Mar 2021 05:06:07 GMT")],
            304,
        ),
        (
            &[("If-Modified-Since", "Thu, 04 Mar 2021 05:06:08 GMT")],
            304,
        ),
        (
            &[("If-Modified-Since", "Thu, 04 Mar 2021 05:06:06 GMT")],
            200,
        ),
        (
            &[("If-Modified-Since", "Thu, 04 Mar 2021 06:06:07 +0100")],
            304,
        ),
        (
            &[("If-Modified-Since", "Thursday, 04-Mar-21 05:06:07 GMT")],
            304,
        ),
        (&[("If-Modified-Since", "Thu Mar  4 05:06:07 2021")], 304),
        (
            &[("If-Modified-Since", "Fri, 31 Dec 1960 00:00:00 GMT")],
            200,
        ),
        (&[("If-Modified-Since", "whenever")], 200),
        // The tag decides alone; an empty header is not a tag.
        (
            &[
                ("If-None-Match", "\"other\""),
                ("If-Modified-Since", "Fri, 04 Mar 2022 05:06:07 GMT"),
            ],
            200,
        ),
        (
            &[
                ("If-None-Match", ""),
                ("If-Modified-Since", "Fri, 04 Mar 2022 05:06:07 GMT"),
            ],
            304,
        ),
        (
            &[("If-None-Match", tag.as_str()), ("Range", "bytes=0-3")],
            304,
        ),
    ] {
        let response = with(client.get("/robots.txt"), headers).await;
        assert_eq!(response.status(), status, "{headers:?}");
        if status == 304 {
            assert_eq!(response.text(), "");
            assert!(!response.headers().contains_key(header::CONTENT_LENGTH));
            assert!(!response.headers().contains_key(header::CONTENT_TYPE));
            assert_eq!(of(&response, "Etag"), tag);
            assert!(response.headers().contains_key(header::LAST_MODIFIED));
        }
    }
}

#[tokio::test]
async fn parts_are_served() {
    let all = files();
    let client = client(&all);
    let part = async |range: &str, more: &[(&str, &str)]| {
        let headers = [&[("Range", range)], more].concat();
        let response = with(client.get("/robots.txt"), &headers).await;
        let head = with(client.head("/robots.txt"), &headers).await;
        // Only `GET` can request a part.
        let whole = client.head("/robots.txt").await;
        assert_eq!(head.status(), whole.status());
        assert_eq!(head.headers(), whole.headers());
        response
    };
    let response = part("bytes=0-9", &[]).await;
    assert_eq!(
        (response.status().as_u16(), response.text()),
        (206, "User-agent")
    );
    assert_eq!(of(&response, "Content-Range"), "bytes 0-9/26");
    assert_eq!(of(&response, "Content-Length"), "10");
    assert_eq!(of(&response, "Etag"), format!("\"{ROBOTS_HASH}\""));
    assert_eq!(part("bytes=-4", &[]).await.text(), &ROBOTS[22..]);
    assert_eq!(part("bytes=22-", &[]).await.text(), &ROBOTS[22..]);
    let whole = part("bytes=0-", &[]).await;
    assert_eq!(
        (whole.status().as_u16(), of(&whole, "Content-Range")),
        (200, "")
    );
    assert_eq!(part("bytes=0-3,6-8", &[]).await.status(), 200);
    let none = part("bytes=100-", &[]).await;
    assert_eq!(
        (none.status().as_u16(), of(&none, "Content-Range")),
        (416, "bytes */26")
    );
    assert_eq!((of(&none, "Content-Type"), none.text()), ("text/plain", ""));

    let tag = format!("\"{ROBOTS_HASH}\"");
    let weak = format!("W/{tag}");
    for (condition, status) in [
        (tag.as_str(), 206),
        (weak.as_str(), 200),
        ("\"old\"", 200),
        ("Thu, 04 Mar 2021 05:06:07 GMT", 206),
        ("Thu, 04 Mar 2021 05:06:08 GMT", 200),
        ("whatever", 200),
    ] {
        let response = part("bytes=0-9", &[("If-Range", condition)]).await;
        assert_eq!(response.status(), status, "{condition}");
    }
}

#[tokio::test]
async fn what_is_no_file_of_the_directory_is_refused() {
    let all = files();
    let client = client(&all);
    let _failure = failure("GET /no_group");
    let absolute = format!(
        "/static/{}",
        all.path().join("outside/secret.txt").display()
    );
    for (uri, status) in [
        ("/static/nothing", 404),
        ("/favicon.ico", 404),
        ("/static/dir", 403),
        ("/static/", 403),
        ("/static/../outside/secret.txt", 403),
        ("/static/%2e%2e/outside/secret.txt", 403),
        ("/static/..%2Foutside%2Fsecret.txt", 403),
        ("/static/dir/../../outside/secret.txt", 403),
        ("/static/../static_not_there", 403),
        ("/static/robots.txt%00", 404),
        ("/static/robots.txt/more", 404),
        (&format!("/static/{}", "a".repeat(300)), 404),
        (&format!("/static/{}x", "a/".repeat(3000)), 404),
        (&absolute, 403),
        ("/no_group", 500),
    ] {
        assert_eq!(client.get(uri).await.status(), status, "{uri}");
    }
    let from_root = format!(
        "/root_static{}",
        all.path().join("static/robots.txt").display()
    );
    assert_eq!(client.get(&from_root).await.text(), ROBOTS);
}

#[tokio::test]
async fn a_directory_has_its_index() {
    let all = files();
    let args = StaticHandlerArgs::new().default_filename("index.html");
    let settings = || {
        Settings::new()
            .static_path(all.path().join("static"))
            .static_handler_args(args.clone())
    };
    let client = client_with([], settings());
    let index = client.get("/static/dir/").await;
    assert_eq!(
        (index.text(), of(&index, "Content-Type")),
        ("this is the index\n", "text/html")
    );
    let moved = client.get("/static/dir").await;
    assert_eq!(
        (moved.status().as_u16(), of(&moved, "Location")),
        (301, "/static/dir/")
    );
    assert_eq!(client.get("/static/empty/").await.status(), 404);
    assert_eq!(client.get("/static/").await.status(), 404);

    // With files at the root, nobody is redirected to another host.
    let client = client_with([], settings().static_url_prefix("/"));
    let moved = client.get("/dir").await;
    assert_eq!(
        (moved.status().as_u16(), of(&moved, "Location")),
        (301, "/dir/")
    );
    let evil = format!("//evil.com/..{}", all.path().join("static/dir").display());
    assert_eq!(client.get(&evil).await.status(), 403);
}

#[tokio::test]
async fn another_host_may_have_the_files() {
    let all = files();
    let prefix = "https://cdn.example.org/site/";
    let settings = Settings::new()
        .static_path(all.path().join("static"))
        .static_url_prefix(prefix);
    // Without a warning about a pattern that matches no path.
    let client = client_with([url("/static_url/(.*)", Urls)], settings)
        .serve()
        .await;
    let bare = client.get("/static_url/robots.txt?bare").await;
    assert_eq!(bare.text(), format!("{prefix}robots.txt"));
    assert_eq!(client.get("/robots.txt").await.status(), 200);
    assert_eq!(client.get("/site/robots.txt").await.status(), 404);
    assert_eq!(client.get("/static/robots.txt").await.status(), 404);
}

#[cfg(unix)]
#[tokio::test]
async fn links_stay_within_what_is_allowed() {
    use std::os::unix::fs::symlink;
    let all = files();
    let (root, outside) = (all.path().join("static"), all.path().join("outside"));
    for (target, link) in [
        (outside.join("secret.txt"), "link.txt"),
        (outside.clone(), "linkdir"),
        (outside.join("nope"), "missing"),
        (root.join("robots.txt"), "inner.txt"),
        (PathBuf::from("loop"), "loop"),
    ] {
        symlink(target, root.join(link)).unwrap();
    }
    symlink(&root, all.path().join("root_link")).unwrap();
    let (strict, wide, named, linked) = (
        root.clone(),
        root.clone(),
        root.clone(),
        all.path().join("root_link"),
    );
    let client = client_with(
        [
            url("/strict/(.*)", move |base| {
                StaticFileHandler::new(base, &strict)
            }),
            url("/wide/(.*)", move |base| {
                StaticFileHandler::new(base, &wide).allowed_symlink_directory([&outside])
            }),
            url("/index/(.*)", move |base| {
                StaticFileHandler::new(base, &named).default_filename("index.html")
            }),
            url("/linked/(?P<path>.*)", move |base| {
                StaticFileHandler::new(base, &linked)
            }),
        ],
        Settings::new(),
    );
    for (uri, status) in [
        ("/strict/inner.txt", 200),
        ("/strict/link.txt", 403),
        ("/strict/linkdir/secret.txt", 403),
        ("/strict/missing", 403),
        ("/strict/loop", 404),
        ("/wide/link.txt", 200),
        ("/wide/linkdir/secret.txt", 200),
        ("/wide/missing", 404),
        // The list replaces the root.
        ("/wide/robots.txt", 403),
        ("/wide/../outside/secret.txt", 403),
        ("/index/linkdir", 403),
        ("/index/missing", 403),
        ("/linked/robots.txt", 200),
        ("/linked/inner.txt", 200),
        ("/linked/link.txt", 403),
    ] {
        assert_eq!(client.get(uri).await.status(), status, "{uri}");
    }
}

/// Tornado's `CustomStaticFileTest`: no disk at all.
#[derive(Handler)]
#[handler(crate = tornado_core, static_files)]
struct Custom(StaticFileHandler);

impl RequestHandler for Custom {}

impl StaticFiles for Custom {
    fn make_static_url(_: &Settings, path: &str, version: &FileVersion<'_>) -> Result<String> {
        let (name, extension) = path.rsplit_once('.').unwrap();
        let version = version.get()?.unwrap();
        Ok(format!("/static/{name}.{version}.{extension}"))
    }

    fn parse_url_path(&self, url_path: &str) -> Result<String> {
        let (rest, extension) = url_path.rsplit_once('.').unwrap();
        let (name, _) = rest.rsplit_once('.').unwrap();
        Ok(format!("{name}.{extension}"))
    }

    fn get_absolute_path(_root: &Path, path: &str) -> Result<PathBuf> {
        Ok(format!("Custom:{path}").into())
    }

    async fn validate_absolute_path(&mut self, _: &Path, path: PathBuf) -> Result<Option<PathBuf>> {
        Ok(Some(path))
    }

    fn get_content(path: &Path, start: Option<u64>, end: Option<u64>) -> Result<FileContent> {
        assert_eq!((start, end), (None, None));
        match path.to_str() {
            Some("Custom:foo.txt") => Ok("bar".into()),
            _ => Err(HttpError::new(404).into()),
        }
    }

    fn get_content_size(&self) -> Result<u64> {
        assert_eq!(self.static_file().absolute_path(), "Custom:foo.txt");
        Ok(3)
    }

    fn get_modified_time(&self) -> Result<Option<OffsetDateTime>> {
        Ok(None)
    }

    fn get_content_version(_: &Path) -> Result<Option<String>> {
        Ok(Some("42".to_owned()))
    }
}

/// Overrides some of that, and inherits the rest.
#[derive(Handler)]
#[handler(crate = tornado_core, static_files)]
struct MoreCustom(Custom);

impl RequestHandler for MoreCustom {
    fn compute_etag(&self) -> Option<HeaderValue> {
        None
    }
}

impl StaticFiles for MoreCustom {
    const CACHE_MAX_AGE: u64 = 5;

    fn get_cache_time(&self, _: &str, _: Option<OffsetDateTime>, mime_type: &str) -> u64 {
        assert_eq!(mime_type, "text/x-custom");
        Self::CACHE_MAX_AGE
    }

    fn get_content_type(&self) -> String {
        "text/x-custom".to_owned()
    }

    fn set_extra_headers(&mut self, path: &str) {
        let value = format!("{path} {}", self.static_file().version().unwrap());
        self.set_header("X-Extra", value);
    }

    fn should_return_304(&self) -> bool {
        self.request().query() == "304" || self.files().should_return_304()
    }
}

#[tokio::test]
async fn every_hook_can_be_changed() {
    let settings = Settings::new()
        .static_path("dummy")
        .static_handler_class(Custom);
    let client = client_with([url_rule()], settings);
    let response = client.get("/static/foo.42.txt").await;
    assert_eq!((response.text(), of(&response, "Etag")), ("bar", "\"42\""));
    assert!(!response.headers().contains_key(header::LAST_MODIFIED));
    assert_eq!(
        client.get("/static_url/foo.txt").await.text(),
        "/static/foo.42.txt"
    );
    let head = client.head("/static/foo.42.txt").await;
    assert_eq!(
        (head.status().as_u16(), of(&head, "Content-Length")),
        (200, "3")
    );
}

#[tokio::test]
async fn hooks_are_inherited_to_any_depth() {
    let settings = Settings::new()
        .static_path("dummy")
        .static_handler_class(|base: Custom| MoreCustom(base));
    let client = client_with([url_rule()], settings);
    let response = client.get("/static/foo.42.txt").await;
    assert_eq!((response.text(), of(&response, "Etag")), ("bar", ""));
    assert_eq!(of(&response, "Content-Type"), "text/x-custom");
    assert_eq!(of(&response, "Cache-Control"), "max-age=5");
    assert_eq!(of(&response, "X-Extra"), "foo.txt 42");
    assert_eq!(client.get("/static/foo.42.txt?304").await.status(), 304);
    assert_eq!(
        client.get("/static_url/foo.txt").await.text(),
        "/static/foo.42.txt"
    );
}

/// `class MemberFiles(BaseHandler, StaticFileHandler)`.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Members(Exchange);

impl RequestHandler for Members {
    async fn prepare(&mut self) -> Result {
        match self.request().query() {
            "member" => Ok(()),
            _ => Err(HttpError::new(403).into()),
        }
    }
}

#[tokio::test]
async fn files_can_inherit_from_a_handler_and_a_handler_can_do_more_than_serve() {
    #[derive(Handler)]
    #[handler(crate = tornado_core, static_files)]
    struct Counted(StaticFileHandler<Members>);

    impl StaticFiles for Counted {}

    impl RequestHandler for Counted {
        async fn get(&mut self) -> Result {
            tornado_core::serve_file(self).await?;
            self.set_header("X-Counted", 1);
            Ok(())
        }
    }

    let all = files();
    let (root, again) = (all.path().join("static"), all.path().join("static"));
    let rules = [
        url("/members/(.*)", move |base: Members| {
            StaticFileHandler::with_base(base, &root)
        }),
        url("/counted/(.*)", move |files: StaticFileHandler<Members>| {
            Counted(files.path(&again))
        }),
    ];
    let client = client_with(rules, Settings::new());
    for path in ["/members/robots.txt", "/counted/robots.txt"] {
        assert_eq!(client.get(path).await.status(), 403);
        assert_eq!(client.get(&format!("{path}?member")).await.text(), ROBOTS);
    }
    let counted = client.get("/counted/robots.txt?member").await;
    assert_eq!(of(&counted, "X-Counted"), "1");
}

#[tokio::test]
async fn a_large_file_comes_whole_over_a_socket() {
    let all = files();
    let content: Vec<u8> = (0..300_000_u32).flat_map(|n| n.to_le_bytes()).collect();
    std::fs::write(all.path().join("static/large.bin"), &content).unwrap();
    let client = client(&all).serve().await;
    let response = client.get("/static/large.bin").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.header("Content-Length"), Some("1200000"));
    assert!(*response.bytes() == content);
    let response = client.get("/robots.txt").await;
    assert_eq!(response.text(), ROBOTS);
    assert_eq!(response.header("Content-Length"), Some("26"));
}

/// Counts how often content is opened, fails the first times, and lets the file
/// be replaced between being examined and being sent.
#[derive(Handler)]
#[handler(crate = tornado_core, static_files)]
struct Restless(StaticFileHandler);

static OPENED: AtomicUsize = AtomicUsize::new(0);
static FAILURES: AtomicUsize = AtomicUsize::new(0);
static REPLACED: AtomicUsize = AtomicUsize::new(0);

impl RequestHandler for Restless {}

impl StaticFiles for Restless {
    const MAX_VERSION_CONTENT_SIZE: u64 = 1000;

    fn get_modified_time(&self) -> Result<Option<OffsetDateTime>> {
        let path = self.static_file().absolute_path().to_owned();
        if path.ends_with("replaced.txt") && REPLACED.fetch_add(1, Ordering::Relaxed) < 2 {
            let new = path.with_extension("new");
            std::fs::write(&new, "another content of the same file").unwrap();
            std::fs::rename(&new, &path).unwrap();
        }
        self.files().get_modified_time()
    }

    fn get_content(path: &Path, start: Option<u64>, end: Option<u64>) -> Result<FileContent> {
        OPENED.fetch_add(1, Ordering::Relaxed);
        if path.ends_with("slow.txt") {
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        if path.ends_with("failing.txt") && FAILURES.fetch_add(1, Ordering::Relaxed) == 0 {
            return Err(tornado_core::Error::msg("no file descriptor left"));
        }
        StaticFileHandler::<Exchange>::get_content(path, start, end)
    }
}

#[tokio::test]
async fn a_file_is_hashed_once_and_goes_out_under_its_own_tag() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["replaced.txt", "slow.txt", "failing.txt"] {
        std::fs::write(directory.path().join(name), "content").unwrap();
    }
    std::fs::write(directory.path().join("large.txt"), "x".repeat(1001)).unwrap();
    let root = directory.path().to_owned();
    let rule = url(r"/(.*)", move |files: StaticFileHandler| {
        Restless(files.path(&root))
    });
    let client = client_with([rule], Settings::new());

    // It has been replaced twice during the request.
    let response = client.get("/replaced.txt").await;
    assert_eq!(response.text(), "another content of the same file");
    assert_eq!(response.header("Content-Length"), Some("32"));
    let tag = response.header("Etag").unwrap().to_owned();
    let again = client
        .get("/replaced.txt")
        .header("If-None-Match", &tag)
        .await;
    assert_eq!(again.status(), 304);

    // Many request a file for the first time.
    OPENED.store(0, Ordering::Relaxed);
    let requests = (0..20).map(|_| client.head("/slow.txt").send());
    let requests: tokio::task::JoinSet<_> = requests.collect();
    for response in requests.join_all().await {
        assert!(response.header("Etag").is_some());
    }
    assert_eq!(OPENED.load(Ordering::Relaxed), 1);

    // What can't be read now can be read later.
    let log = ExpectLog::new(
        GENERAL,
        "Could not open static file .*no file descriptor left",
    );
    assert_eq!(client.head("/failing.txt").await.header("Etag"), None);
    drop(log);
    assert!(client.head("/failing.txt").await.header("Etag").is_some());

    // The size is checked first.
    let log = ExpectLog::new(
        GENERAL,
        "Static file .*large.txt has no version: it is larger than 1000",
    );
    for _ in 0..2 {
        assert_eq!(client.head("/large.txt").await.header("Etag"), None);
    }
    assert_eq!(log.matched(), 1);

    // Only `GET` can request a part.
    let head = client.head("/slow.txt").header("Range", "bytes=2-4").await;
    assert_eq!(
        (head.status().as_u16(), head.header("Content-Length")),
        (200, Some("7"))
    );
    let part = client.get("/slow.txt").header("Range", "bytes=2-4").await;
    assert_eq!((part.status().as_u16(), part.text()), (206, "nte"));
}
