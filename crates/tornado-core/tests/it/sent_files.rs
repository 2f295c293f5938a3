//! Files as the response of any handler, and compressed files next to others.

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use http::StatusCode;
use tempfile::TempDir;
use tornado_core::{
    Exchange, Handler, Output as _, PathArgs as _, RequestHandler, Result, SendFile as _, Settings,
    StaticFileHandler, StaticHandlerArgs, route, url,
};
use tornado_testing::{TestClient, TestResponse};

use crate::support::{client_with, failure};

/// Sends the file that its path names, after doing what its verb says.
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Sends {
    base: Exchange,
    #[state]
    folder: Folder,
}

#[derive(Clone)]
struct Folder(std::path::PathBuf);

impl RequestHandler for Sends {
    async fn get(&mut self) -> Result {
        let (verb, name): (String, String) = self.path_args_as()?;
        let path = self.folder.0.join(&name);
        match verb.as_str() {
            "typed" => self.set_header("Content-Type", "text/x-mine"),
            "tagged" => self.set_header("Etag", "\"mine\""),
            "gone" => self.set_status(410),
            "late" => self.write("something"),
            "replaced" => {
                let other = self.folder.0.join("other");
                std::fs::write(&other, "another file")?;
                std::fs::rename(other, &path)?;
            }
            _ => {}
        }
        self.send_file(path).await?;
        if verb == "more" {
            self.write("and more");
        }
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }
}

const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyz";
const MODIFIED: &str = "Thu, 04 Mar 2021 05:06:07 GMT";

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    let file = std::fs::File::options().write(true).open(path).unwrap();
    let modified = UNIX_EPOCH + Duration::from_millis(1_614_834_367_250);
    file.set_modified(modified).unwrap();
}

fn sends(settings: Settings) -> (TempDir, TestClient) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.txt", ALPHABET);
    write(folder.path(), "empty.txt", "");
    write(folder.path(), "large.bin", vec![7; 300_000]);
    std::fs::create_dir(folder.path().join("dir")).unwrap();
    let settings = settings.state(Folder(folder.path().to_owned()));
    let client = client_with([route::<Sends>("/([a-z]+)/(.*)")], settings);
    (folder, client)
}

fn of<'a>(response: &'a TestResponse, name: &str) -> &'a str {
    response.header(name).unwrap_or_default()
}

#[tokio::test]
async fn any_handler_sends_a_file_as_static_files_are_sent() {
    let (_folder, client) = sends(Settings::new());
    let response = client.get("/send/a.txt").await;
    assert_eq!(
        (response.status().as_u16(), response.text()),
        (200, ALPHABET)
    );
    for (name, value) in [
        ("Content-Type", "text/plain"),
        ("Content-Length", "26"),
        ("Accept-Ranges", "bytes"),
        ("Last-Modified", MODIFIED),
    ] {
        assert_eq!(of(&response, name), value, "{name}");
    }
    let tag = of(&response, "Etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with("-1a\""), "{tag}");

    let head = client.head("/send/a.txt").await;
    assert_eq!((head.text(), of(&head, "Content-Length")), ("", "26"));
    assert_eq!(of(&head, "Etag"), tag);
    let empty = client.get("/send/empty.txt").await;
    assert_eq!((empty.status().as_u16(), empty.text()), (200, ""));
    assert_eq!(
        of(&client.head("/send/large.bin").await, "Content-Length"),
        "300000"
    );
    let large = client.get("/send/large.bin").await;
    assert_eq!(large.bytes().len(), 300_000);
    assert_eq!(of(&large, "Content-Type"), "application/octet-stream");
}

#[tokio::test]
async fn who_has_it_gets_a_304_and_who_wants_a_part_gets_one() {
    let (_folder, client) = sends(Settings::new());
    let tag = of(&client.get("/send/a.txt").await, "Etag").to_owned();
    let ask = async |headers: &[(&str, &str)]| {
        let mut request = client.get("/send/a.txt");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.await
    };
    for headers in [
        &[("If-None-Match", &*tag)][..],
        &[("If-None-Match", "*")],
        &[("If-None-Match", &*tag), ("Range", "bytes=0-3")],
        &[("If-Modified-Since", MODIFIED)],
    ] {
        let response = ask(headers).await;
        assert_eq!(
            (response.status().as_u16(), response.text()),
            (304, ""),
            "{headers:?}"
        );
        assert_eq!(of(&response, "Etag"), tag);
    }
    for headers in [
        &[("If-None-Match", "\"other\"")][..],
        &[
            ("If-None-Match", "\"other\""),
            ("If-Modified-Since", MODIFIED),
        ],
        &[("If-Modified-Since", "Thu, 04 Mar 2021 05:06:06 GMT")],
    ] {
        assert_eq!(ask(headers).await.status(), 200, "{headers:?}");
    }
    let part = ask(&[("Range", "bytes=2-4")]).await;
    assert_eq!((part.status().as_u16(), part.text()), (206, "cde"));
    assert_eq!(of(&part, "Content-Range"), "bytes 2-4/26");
    assert_eq!(ask(&[("Range", "bytes=-2")]).await.text(), "yz");
    let none = ask(&[("Range", "bytes=26-")]).await;
    assert_eq!(
        (none.status().as_u16(), of(&none, "Content-Range")),
        (416, "bytes */26")
    );
    for (condition, status) in [
        (&*tag, 206),
        ("\"other\"", 200),
        (MODIFIED, 206),
        ("Thu, 04 Mar 2021 05:06:06 GMT", 200),
    ] {
        let response = ask(&[("Range", "bytes=2-4"), ("If-Range", condition)]).await;
        assert_eq!(response.status(), status, "{condition}");
    }
    // They are for GET, and for successful responses.
    let post = client
        .post("/send/a.txt")
        .header("Range", "bytes=2-4")
        .await;
    assert_eq!((post.status().as_u16(), post.text()), (200, ALPHABET));
    let gone = client.get("/gone/a.txt").header("Range", "bytes=2-4").await;
    assert_eq!((gone.status().as_u16(), gone.text()), (410, ALPHABET));
}

#[tokio::test]
async fn what_the_handler_says_of_the_file_counts() {
    let (_folder, client) = sends(Settings::new());
    let typed = client.get("/typed/a.txt").await;
    assert_eq!(of(&typed, "Content-Type"), "text/x-mine");
    let tagged = client.get("/tagged/a.txt").await;
    assert_eq!(of(&tagged, "Etag"), "\"mine\"");
    let request = client
        .get("/tagged/a.txt")
        .header("If-None-Match", "\"mine\"");
    assert_eq!(request.await.status(), 304);
    let replaced = client.get("/replaced/a.txt").await;
    assert_eq!(replaced.text(), "another file");
    assert_eq!(of(&replaced, "Content-Length"), "12");
}

#[tokio::test]
async fn what_is_no_file_is_a_404_and_a_mistake_a_500() {
    let (_folder, client) = sends(Settings::new());
    for path in [
        "/send/nothing",
        "/send/dir",
        "/send/a.txt/b",
        "/send/a%00b",
        &format!("/send/{}", "x".repeat(300)),
    ] {
        let response = client.get(path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(response.header("Accept-Ranges").is_none());
    }
    let _failure = failure("GET /late/a.txt");
    assert_eq!(client.get("/late/a.txt").await.status(), 500);
    let _failure = failure("GET /more/a.txt");
    assert_eq!(client.get("/more/a.txt").await.status(), 500);
}

#[tokio::test]
async fn it_is_compressed_as_other_responses_are() {
    let (folder, client) = sends(Settings::new().compress_response(true));
    write(folder.path(), "text.txt", "a ".repeat(5000));
    let request = client
        .get("/send/text.txt")
        .header("Accept-Encoding", "gzip");
    let response = request.await;
    assert_eq!(of(&response, "Content-Encoding"), "gzip");
    assert!(of(&response, "Etag").starts_with("W/\""));
    let part = client
        .get("/send/text.txt")
        .header("Accept-Encoding", "gzip")
        .header("Range", "bytes=0-2999");
    let part = part.await;
    assert_eq!(
        (part.status().as_u16(), of(&part, "Content-Encoding")),
        (206, "")
    );
}

/// A folder of files with compressed ones next to them. Their contents say
/// which they are.
fn compressed(settings: Settings) -> (TempDir, TestClient) {
    let all = tempfile::tempdir().unwrap();
    let root = all.path().join("static");
    std::fs::create_dir(&root).unwrap();
    std::fs::create_dir(root.join("folder")).unwrap();
    std::fs::create_dir(root.join("plain.txt.br")).unwrap();
    for (name, content) in [
        ("app.js", "all of the script, as it is"),
        ("app.js.br", "brotli of the script"),
        ("app.js.gz", "gzip of the script"),
        ("app.js.zst", "zstd of the script"),
        ("some.css", "a style"),
        ("some.css.gz", "gzip of the style"),
        ("plain.txt", "plain"),
        ("folder/index.html", "an index"),
        ("folder/index.html.br", "brotli of the index"),
        ("link.txt", "behind no link"),
        ("../secret.br", "secret"),
    ] {
        write(&root, name, content);
    }
    std::os::unix::fs::symlink("../secret.br", root.join("link.txt.br")).unwrap();
    let args = StaticHandlerArgs::new()
        .precompressed(true)
        .default_filename("index.html");
    let other = root.clone();
    let rules = [url("/other/(.*)", move |base| {
        StaticFileHandler::new(base, &other).precompressed(true)
    })];
    let settings = settings.static_path(root).static_handler_args(args);
    (all, client_with(rules, settings))
}

#[tokio::test]
async fn a_compressed_file_beside_another_is_sent_to_who_accepts_it() {
    let (_all, client) = compressed(Settings::new());
    let get = async |path: &str, accepts: &str| {
        let response = client.get(path).header("Accept-Encoding", accepts).await;
        assert_eq!(response.status(), 200, "{path} {accepts}");
        assert_eq!(of(&response, "Vary"), "Accept-Encoding", "{path}");
        let length = response.bytes().len().to_string();
        assert_eq!(of(&response, "Content-Length"), length);
        let head = client.head(path).header("Accept-Encoding", accepts).await;
        assert_eq!(head.headers(), response.headers(), "{path} {accepts}");
        response
    };
    let mut tags = Vec::new();
    for (path, accepts, coding, text) in [
        (
            "/static/app.js",
            "gzip, deflate, br, zstd",
            "br",
            "brotli of the script",
        ),
        (
            "/other/app.js",
            "zstd;q=1, br;q=0.9",
            "zstd",
            "zstd of the script",
        ),
        ("/static/app.js", "gzip", "gzip", "gzip of the script"),
        (
            "/static/app.js",
            "deflate",
            "",
            "all of the script, as it is",
        ),
        ("/static/app.js", "", "", "all of the script, as it is"),
        ("/static/some.css", "br, gzip", "gzip", "gzip of the style"),
        ("/static/plain.txt", "br, gzip", "", "plain"),
        ("/static/folder/", "br", "br", "brotli of the index"),
        ("/static/link.txt", "br", "", "behind no link"),
    ] {
        let response = get(path, accepts).await;
        assert_eq!(
            of(&response, "Content-Encoding"),
            coding,
            "{path} {accepts}"
        );
        assert_eq!(response.text(), text, "{path} {accepts}");
        let expected = match path.rsplit_once('.') {
            Some((_, "js")) => "text/javascript",
            Some((_, "css")) => "text/css",
            Some((_, "txt")) => "text/plain",
            _ => "text/html",
        };
        assert_eq!(of(&response, "Content-Type"), expected);
        tags.push((of(&response, "Etag").to_owned(), text));
    }
    tags.sort();
    tags.dedup();
    let texts = tags.len();
    tags.dedup_by(|a, b| a.0 == b.0);
    assert_eq!(
        (tags.len(), texts),
        (8, 8),
        "each content has a tag of its own"
    );
    // Requested directly, it is a file like any other.
    let itself = client.get("/static/app.js.gz").await;
    assert_eq!(of(&itself, "Content-Type"), "application/gzip");
    assert_eq!(of(&itself, "Content-Encoding"), "");
}

#[tokio::test]
async fn a_compressed_file_has_its_own_304_and_its_own_parts() {
    let (_all, client) = compressed(Settings::new());
    let ask = async |headers: &[(&str, &str)]| {
        let mut request = client.get("/static/app.js");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.await
    };
    let of_br = of(&ask(&[("Accept-Encoding", "br")]).await, "Etag").to_owned();
    let of_all = of(&ask(&[("Accept-Encoding", "")]).await, "Etag").to_owned();
    for (accepts, tag, status) in [
        ("br", &of_br, 304),
        ("br", &of_all, 200),
        ("", &of_all, 304),
        ("", &of_br, 200),
    ] {
        let response = ask(&[("Accept-Encoding", accepts), ("If-None-Match", tag)]).await;
        assert_eq!(response.status(), status, "{accepts} {tag}");
        assert_eq!(of(&response, "Vary"), "Accept-Encoding");
    }
    let part = ask(&[("Accept-Encoding", "br"), ("Range", "bytes=0-5")]).await;
    assert_eq!((part.status().as_u16(), part.text()), (206, "brotli"));
    assert_eq!(of(&part, "Content-Encoding"), "br");
    assert_eq!(of(&part, "Content-Range"), "bytes 0-5/20");
    for (tag, status) in [(&of_br, 206), (&of_all, 200)] {
        let headers = [
            ("Accept-Encoding", "br"),
            ("Range", "bytes=0-5"),
            ("If-Range", tag),
        ];
        assert_eq!(ask(&headers).await.status(), status);
    }
    let none = ask(&[("Accept-Encoding", "br"), ("Range", "bytes=20-")]).await;
    assert_eq!(
        (none.status().as_u16(), of(&none, "Content-Range")),
        (416, "bytes */20")
    );
    assert_eq!(of(&none, "Content-Encoding"), "");
}

#[tokio::test]
async fn what_is_compressed_already_is_not_compressed_again() {
    let (all, client) = compressed(Settings::new().compress_response(true));
    write(
        &all.path().join("static"),
        "plain.txt",
        "plain ".repeat(1000),
    );
    let get = async |path: &str| client.get(path).header("Accept-Encoding", "gzip").await;
    let script = get("/static/app.js").await;
    assert_eq!(script.text(), "gzip of the script");
    assert!(of(&script, "Etag").starts_with('"'));
    assert_eq!(of(&script, "Vary"), "Accept-Encoding");
    let plain = get("/static/plain.txt").await;
    assert_eq!(of(&plain, "Content-Encoding"), "gzip");
    assert!(plain.bytes().starts_with(b"\x1f\x8b"));
    assert_eq!(of(&plain, "Vary"), "Accept-Encoding");
}

#[tokio::test]
async fn without_the_setting_nothing_is_looked_for() {
    let (all, _client) = compressed(Settings::new());
    let settings = Settings::new().static_path(all.path().join("static"));
    let client = client_with([], settings);
    let response = client
        .get("/static/app.js")
        .header("Accept-Encoding", "br")
        .await;
    assert_eq!(response.text(), "all of the script, as it is");
    assert_eq!(response.header("Vary"), None);
    let text = "static_path = \"x\"\nstatic_handler_args = {precompressed = true}";
    let settings = Settings::from_toml_str(text).unwrap();
    assert_eq!(
        settings.get_static_handler_args(),
        StaticHandlerArgs::new().precompressed(true)
    );
}
