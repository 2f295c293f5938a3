//! `compress_response` and other output transforms: Tornado's `GzipTestCase`,
//! and more.

use std::io::Read as _;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use tornado_core::{
    Application, Context as _, Exchange, Handler, HttpError, Input as _, Output as _,
    OutputTransform, RequestHandler, Result, Settings, url,
};
use tornado_testing::{TestClient, TestResponse};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Page(Exchange);

impl RequestHandler for Page {
    async fn get(&mut self) -> Result {
        for vary in self.get_arguments("vary")? {
            self.add_header("Vary", vary);
        }
        let length = self.get_argument_or("length", 2000)?;
        let text = "x".repeat(length);
        match self.request().path() {
            "/typed" => {
                self.set_header("Content-Type", self.get_argument("type")?);
                self.write(text);
            }
            "/encoded" => {
                self.set_header("Content-Encoding", "br");
                self.write(text);
            }
            "/length" => {
                self.set_header("Content-Length", text.len());
                self.write(text);
            }
            "/partial" => {
                self.set_status(206);
                self.write(text);
            }
            "/stream" => {
                self.write("asdf");
                self.flush().await?;
                self.write("qwer");
                self.flush().await?;
                self.write("yxcv");
            }
            "/stream_length" => {
                self.set_header("Content-Length", 8);
                self.write("asdf");
                self.flush().await?;
                self.write("qwer");
            }
            "/204" => self.set_status(204),
            "/error" => {
                self.write(text);
                return Err(HttpError::new(400).into());
            }
            _ => self.write(text),
        }
        Ok(())
    }
}

fn app() -> Application {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let settings = Settings::new()
        .compress_response(true)
        .static_path(directory);
    Application::new([url("/.*", Page)], settings).unwrap()
}

fn client() -> TestClient {
    TestClient::new(app())
}

async fn gzip(uri: &str) -> TestResponse {
    client().get(uri).header("Accept-Encoding", "gzip").await
}

fn unzip(body: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(body)
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[tokio::test]
async fn a_page_is_compressed_if_it_is_long_enough() {
    let page = gzip("/").await;
    assert_eq!(page.header("Content-Encoding"), Some("gzip"));
    assert_eq!(page.header("Vary"), Some("Accept-Encoding"));
    assert_eq!(unzip(page.bytes()), "x".repeat(2000));
    assert!(page.bytes().len() < 100);
    for (uri, compressed) in [
        ("/?length=1023", false),
        ("/?length=1024", true),
        ("/typed?type=text/x-own", true),
        ("/typed?type=application/json;charset=UTF-8", true),
        ("/typed?type=image/svg%2Bxml", true),
        ("/typed?type=image/png", false),
        ("/encoded", false),
        ("/partial", false),
        ("/204", false),
        ("/error", false),
        ("/length", true),
    ] {
        let page = gzip(uri).await;
        assert_eq!(
            page.header("Content-Encoding") == Some("gzip"),
            compressed,
            "{uri}"
        );
        assert_eq!(page.header("Vary"), Some("Accept-Encoding"), "{uri}");
    }
    let page = gzip("/length").await;
    assert_eq!(
        page.header("Content-Length"),
        Some(&*page.bytes().len().to_string())
    );
}

#[tokio::test]
async fn only_who_accepts_it_gets_it() {
    for (accepted, compressed) in [
        ("deflate, gzip", true),
        ("gzip;q=0", false),
        ("br", false),
        ("", false),
    ] {
        let page = client().get("/").header("Accept-Encoding", accepted).await;
        assert_eq!(
            page.header("Content-Encoding").is_some(),
            compressed,
            "{accepted}"
        );
        assert_eq!(page.header("Vary"), Some("Accept-Encoding"));
    }
}

#[tokio::test]
async fn vary_is_added_to() {
    let one = gzip("/?vary=Accept-Language").await;
    assert_eq!(one.header("Vary"), Some("Accept-Language, Accept-Encoding"));
    let two = gzip("/?vary=Accept-Language&vary=Cookie").await;
    assert_eq!(
        two.header("Vary"),
        Some("Accept-Language,Cookie, Accept-Encoding")
    );
}

#[tokio::test]
async fn the_tag_is_that_of_the_page_and_weak() {
    let plain = client().get("/").await;
    let strong = plain.header("Etag").unwrap();
    let weak = format!("W/{strong}");
    assert_eq!(gzip("/").await.header("Etag"), Some(&*weak));
    for tag in [strong, &weak] {
        let request = client().get("/").header("Accept-Encoding", "gzip");
        let unchanged = request.header("If-None-Match", tag).await;
        assert_eq!(
            (unchanged.status().as_u16(), unchanged.bytes().len()),
            (304, 0)
        );
        assert_eq!(unchanged.header("Content-Encoding"), None);
        assert_eq!(unchanged.header("Vary"), Some("Accept-Encoding"));
    }
}

#[tokio::test]
async fn head_has_the_headers_of_get() {
    let page = gzip("/").await;
    let head = client().head("/").header("Accept-Encoding", "gzip").await;
    assert_eq!(head.header("Content-Encoding"), Some("gzip"));
    assert_eq!(
        head.header("Content-Length"),
        Some(&*page.bytes().len().to_string())
    );
    assert_eq!(head.text(), "");
}

#[tokio::test]
async fn what_is_flushed_arrives_and_is_compressed_whatever_its_length() {
    for (uri, text) in [("/stream", "asdfqweryxcv"), ("/stream_length", "asdfqwer")] {
        let request = client().get(uri).header("Accept-Encoding", "gzip");
        let mut stream = request.stream().await;
        assert_eq!(stream.header("Content-Encoding"), Some("gzip"));
        assert_eq!(stream.header("Content-Length"), None);
        let mut all = Vec::new();
        let mut first = None;
        while let Some(chunk) = stream.chunk().await {
            all.extend_from_slice(&chunk);
            // Enough to read what was flushed.
            if first.is_none() {
                let mut start = [0; 4];
                flate2::read::GzDecoder::new(&all[..])
                    .read_exact(&mut start)
                    .unwrap();
                first = Some(start);
            }
        }
        assert_eq!(first, Some(*b"asdf"));
        assert_eq!(unzip(&all), text);
    }
}

#[tokio::test]
async fn static_files_are_compressed_and_parts_of_them_are_not() {
    let client = client().serve().await;
    let file = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/ranges.py"
    ))
    .unwrap();
    let get = |path| client.get(path).header("Accept-Encoding", "gzip");
    let whole = get("/static/ranges.py").await;
    assert_eq!(whole.header("Content-Encoding"), Some("gzip"));
    assert_eq!(unzip(whole.bytes()).as_bytes(), file);
    let part = get("/static/ranges.py").header("Range", "bytes=0-9").await;
    assert_eq!(
        (part.status().as_u16(), part.header("Content-Encoding")),
        (206, None)
    );
    assert_eq!(part.bytes(), &file[..10]);
    let plain = client.get("/static/ranges.py").await;
    assert_eq!(plain.header("Content-Encoding"), None);
    assert_eq!(plain.bytes(), &file);
    let stream = get("/stream").await;
    assert_eq!(unzip(stream.bytes()), "asdfqweryxcv");
}

/// Counts what passes, and reports it at the end.
struct Count(usize);

impl OutputTransform for Count {
    fn transform_first_chunk(
        &mut self,
        status: &mut StatusCode,
        headers: &mut HeaderMap,
        chunk: Bytes,
        finishing: bool,
    ) -> Bytes {
        *status = StatusCode::ACCEPTED;
        headers.insert("x-counted", HeaderValue::from_static("yes"));
        self.transform_chunk(chunk, finishing)
    }

    fn transform_chunk(&mut self, chunk: Bytes, finishing: bool) -> Bytes {
        self.0 += chunk.len();
        if finishing {
            return [&*chunk, format!(" {}", self.0).as_bytes()].concat().into();
        }
        chunk
    }
}

#[tokio::test]
async fn other_transforms_see_every_piece() {
    let app = Application::builder(Settings::new())
        .handlers([url("/.*", Page)])
        .add_transform(|_| Count(0))
        .build();
    let client = TestClient::new(app.unwrap());
    for (uri, body) in [("/?length=3", "xxx 3"), ("/stream", "asdfqweryxcv 12")] {
        let response = client.get(uri).await;
        assert_eq!((response.status().as_u16(), response.text()), (202, body));
        assert_eq!(response.header("X-Counted"), Some("yes"));
    }
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct AsItIs(Exchange);

impl RequestHandler for AsItIs {
    async fn get(&mut self) -> Result {
        self.clear_transforms();
        self.write("x".repeat(2000));
        if self.get_argument_opt("flush")?.is_some() {
            self.flush().await?;
            self.write("y".repeat(2000));
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_response_can_go_out_as_it_is() {
    let settings = Settings::new().compress_response(true);
    let client = TestClient::new(Application::new([url("/", AsItIs)], settings).unwrap());
    for (path, length) in [("/", 2000), ("/?flush", 4000)] {
        let response = client.get(path).header("Accept-Encoding", "gzip").await;
        assert_eq!(response.header("Content-Encoding"), None);
        assert_eq!(response.text().len(), length);
    }
}
