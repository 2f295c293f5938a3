//! Requests for static files: a path, and the headers that select what is sent.

use std::cell::RefCell;
use std::io::Read as _;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, header};
use http_body_util::BodyExt as _;
use tempfile::TempDir;
use tornado_web::{Application, Body, Settings, StaticHandlerArgs};
use tower::ServiceExt as _;

use super::lines;

const CONTENT: &str = "User-agent: *\nDisallow: /\n";
/// The compressed version next to it. Its content says which one it is.
const BROTLI: &str = "all of it, by brotli";
const ZSTD: &str = "by zstd";
const SECRET: &str = "what nobody may read";

/// A path after `/static/`, and a line for each of these headers.
const HEADERS: [HeaderName; 5] = [
    header::RANGE,
    header::IF_RANGE,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::ACCEPT_ENCODING,
];

struct Site {
    _directory: TempDir,
    application: Application,
    runtime: tokio::runtime::Runtime,
}

thread_local! {
    static SITE: RefCell<Option<Site>> = const { RefCell::new(None) };
}

pub(crate) fn check(input: &[u8]) {
    let [path, values @ ..]: [&[u8]; 6] = lines(input);
    let path = percent_encoding::percent_encode(path, percent_encoding::NON_ALPHANUMERIC);
    let mut get = Request::get(format!("/static/{path}"));
    for (name, value) in HEADERS.into_iter().zip(values) {
        let Ok(value) = HeaderValue::from_bytes(value) else {
            return;
        };
        if !value.is_empty() {
            get = get.header(name, value);
        }
    }
    let Ok(get) = get.body(()) else { return };
    let mut head = get.clone();
    *head.method_mut() = http::Method::HEAD;

    let response = ask(&get);
    let of_head = ask(&head);
    // Only `GET` can get a part, or the answer that there is none.
    match response.status().as_u16() {
        206 | 416 => assert_eq!(of_head.status(), 200),
        _ => assert_eq!(of_head.status(), response.status()),
    }
    assert!(of_head.body().is_empty());
    let body = response.body();
    assert!(
        !body
            .windows(SECRET.len())
            .any(|part| part == SECRET.as_bytes())
    );
    assert!(response.status().as_u16() != 200 || response.headers().contains_key(header::VARY));
    let coding = response.headers().get(header::CONTENT_ENCODING);
    let content = match coding.map(HeaderValue::as_bytes) {
        Some(b"br") => BROTLI,
        Some(b"zstd") => ZSTD,
        _ => CONTENT,
    };
    match response.status().as_u16() {
        200 if coding.is_some_and(|coding| coding == "gzip") => {
            let mut text = String::new();
            let mut decoder = flate2::read::GzDecoder::new(&**body);
            decoder.read_to_string(&mut text).expect("it is gzip");
            assert_eq!(text, CONTENT);
        }
        200 => assert_eq!(body, content),
        206 => {
            let range = response.headers()[header::CONTENT_RANGE]
                .to_str()
                .expect("it is ASCII");
            let range = range
                .strip_prefix("bytes ")
                .and_then(|range| range.split_once('/'));
            let (range, size) = range.expect("it is a range");
            let (first, last) = range.split_once('-').expect("it is a range");
            let number = |text: &str| text.parse::<usize>().expect("it is a number");
            assert_eq!(number(size), content.len());
            assert_eq!(body, &content[number(first)..=number(last)]);
            assert_ne!(body, content);
        }
        304 => assert!(body.is_empty()),
        416 => {
            assert!(coding.is_none());
            let range = response.headers()[header::CONTENT_RANGE].as_bytes();
            let sizes = [CONTENT, BROTLI, ZSTD].map(|text| format!("bytes */{}", text.len()));
            assert!(sizes.iter().any(|size| size.as_bytes() == range));
        }
        // A directory leads to its index file.
        301 => assert!(response.headers().contains_key(header::LOCATION)),
        403 | 404 => {}
        // A path that is not UTF-8.
        400 => assert!(std::str::from_utf8(lines::<2>(input)[0]).is_err()),
        status => panic!("{status}"),
    }
}

fn ask(request: &Request<()>) -> Response<Bytes> {
    SITE.with_borrow_mut(|site| {
        let site = site.get_or_insert_with(Site::new);
        let request = request.clone().map(|()| Body::empty());
        site.runtime.block_on(async {
            let Ok(response) = site.application.clone().oneshot(request).await;
            let (head, body) = response.into_parts();
            let body = body.collect().await.expect("the file is whole");
            Response::from_parts(head, body.to_bytes())
        })
    })
}

impl Site {
    /// A directory with one file, next to a file that must not be served.
    fn new() -> Site {
        let directory = tempfile::tempdir().expect("a directory can be made");
        let root = directory.path().join("static");
        std::fs::create_dir_all(root.join("dir")).expect("a directory can be made");
        for (name, content) in [
            ("static/robots.txt", CONTENT),
            ("static/robots.txt.br", BROTLI),
            ("static/robots.txt.zst", ZSTD),
            ("static/dir/index.html", CONTENT),
            ("secret.txt", SECRET),
        ] {
            std::fs::write(directory.path().join(name), content).expect("a file can be written");
        }
        let settings = Settings::new()
            .logging("none")
            .static_path(root)
            .static_handler_args(
                StaticHandlerArgs::new()
                    .default_filename("index.html")
                    .precompressed(true),
            )
            .compress_response(true);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Site {
            _directory: directory,
            application: Application::new([], settings).expect("there are no patterns"),
            runtime: runtime.expect("a runtime without threads can be built"),
        }
    }
}
