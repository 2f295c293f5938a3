//! `serve_file`: the way of a request for a static file.

use http::header;
use time::{Duration, OffsetDateTime};

use super::blocking::blocking;
use super::content::PIECE;
use super::range::{Asked, Part, read};
use super::{FileContent, StaticFiles, version};
use crate::service::{Context as _, PathArgs as _};
use crate::{Error, Output as _, Result, http_date};

/// Answers `GET` and `HEAD` with a file: Tornado's `StaticFileHandler.get`.
///
/// `#[handler(static_files)]` makes it what a handler does for these methods.
/// To do more, write `get` and call it from there.
///
/// # Errors
///
/// Those of the hooks: a 404 for no file, a 403 for one that may not be served.
pub async fn serve_file<H: StaticFiles>(handler: &mut H) -> Result {
    for _ in 0..TRIES {
        if serve_once(handler).await? {
            return Ok(());
        }
        // Somebody has put another file there between the look at it and the
        // sending: from the start, so that no file goes out under another's tag.
        handler.clear();
    }
    Err(Error::msg(format!(
        "{} is replaced faster than it can be read",
        handler.static_file().absolute_path.display()
    )))
}

/// How often a file may be replaced under one request.
const TRIES: usize = 5;

/// Whether it is served; not, if another file was there when it was opened.
async fn serve_once<H: StaticFiles>(handler: &mut H) -> Result<bool> {
    let url_path = url_path(handler)?;
    let path = handler.parse_url_path(&url_path)?;
    let root = handler.static_file().root.clone();
    let absolute_path = H::get_absolute_path(&root, &path)?;
    handler.static_file_mut().path = path;
    let found = handler.validate_absolute_path(&root, absolute_path).await?;
    let Some(absolute_path) = found else {
        return Ok(true);
    };
    handler.static_file_mut().absolute_path = absolute_path;
    let modified = handler.get_modified_time()?;
    handler.static_file_mut().modified = modified;
    find_version(handler).await;
    set_headers(handler);
    if handler.should_return_304() {
        handler.set_status(304);
        return Ok(true);
    }
    let size = handler.get_content_size()?;
    let part = match asked(handler, size) {
        Asked::Whole(part) => part,
        Asked::Part(part) => {
            handler.set_status(206);
            handler.set_header("Content-Range", part.content_range(size));
            part
        }
        Asked::Nothing => {
            handler.set_status(416);
            handler.set_header("Content-Type", "text/plain");
            handler.set_header("Content-Range", format!("bytes */{size}"));
            return Ok(true);
        }
    };
    handler.set_header("Content-Length", part.length(size));
    if handler.request().is_head() {
        return Ok(true);
    }
    send(handler, part, part.length(size)).await
}

/// The group of the route's pattern: `def get(self, path)`.
fn url_path<H: StaticFiles>(handler: &H) -> Result<String> {
    let unnamed = handler.path_args().first().and_then(Option::as_deref);
    let path = unnamed.or_else(|| handler.path_kwarg("path"));
    path.map(str::to_owned).ok_or_else(|| {
        Error::msg(
            "the pattern of a route to static files needs a group for the path, such as (.*)",
        )
    })
}

/// Computes the version, if it is not known, where that may take its time.
async fn find_version<H: StaticFiles>(handler: &mut H) {
    let app = handler.application().clone();
    let file = handler.static_file();
    let (path, stat) = (file.absolute_path.clone(), file.stat);
    let version = version::find::<H>(&app, &path, stat).await;
    handler.static_file_mut().version = version;
}

fn set_headers<H: StaticFiles>(handler: &mut H) {
    handler.set_header("Accept-Ranges", "bytes");
    handler.set_etag_header();
    let modified = handler.static_file().modified;
    if let Some(modified) = modified {
        handler.set_header(header::LAST_MODIFIED, modified);
    }
    let content_type = handler.get_content_type();
    if !content_type.is_empty() {
        handler.set_header(header::CONTENT_TYPE, &content_type);
    }
    let path = handler.static_file().path.clone();
    let seconds = handler.get_cache_time(&path, modified, &content_type);
    if seconds > 0 {
        let duration = Duration::seconds(seconds.try_into().unwrap_or(i64::MAX));
        let now = OffsetDateTime::from(handler.application().clock().now());
        if let Some(expires) = now.checked_add(duration) {
            handler.set_header(header::EXPIRES, expires);
        }
        handler.set_header(header::CACHE_CONTROL, format!("max-age={seconds}"));
    }
    handler.set_extra_headers(&path);
}

/// What the client wants of the file. A part can be had by `GET` alone (RFC
/// 9110, 14.2).
fn asked<H: StaticFiles>(handler: &H, size: u64) -> Asked {
    if handler.request().is_head() {
        return Asked::Whole(Part::default());
    }
    let range = handler.request().header("range");
    let range = range.filter(|range| !range.is_empty() && if_range(handler));
    let asked = range.and_then(|range| read(&range, size));
    asked.unwrap_or(Asked::Whole(Part::default()))
}

/// Whether the parts that the client has are of this very file (RFC 9110,
/// 13.1.5). Tornado does not look, and mixes parts of two files.
fn if_range<H: StaticFiles>(handler: &H) -> bool {
    let Some(condition) = handler.request().header("if-range") else {
        return true;
    };
    let condition = condition.trim();
    if condition.ends_with('"') {
        let tag = handler.exchange().response_headers().get(header::ETAG);
        return !condition.starts_with("W/")
            && tag.is_some_and(|tag| tag.as_bytes() == condition.as_bytes());
    }
    let modified = handler.static_file().modified;
    modified.is_some_and(|modified| http_date::parse(condition) == Some(modified))
}

/// Sends the content: at once if it is one piece, or else piece by piece, each
/// read when the connection has taken the one before. Sends nothing, and says so
/// by `false`, if the file is another one than before.
async fn send<H: StaticFiles>(handler: &mut H, part: Part, length: u64) -> Result<bool> {
    let file = handler.static_file();
    let (path, stat) = (file.absolute_path.clone(), file.stat);
    let mut left = length;
    let mut content = None;
    while left > 0 {
        let limit = left.min(PIECE as u64) as usize;
        let (taken, path) = (content.take(), path.clone());
        let read = blocking(move || {
            let mut content: FileContent = match taken {
                Some(content) => content,
                None => {
                    let content = H::get_content(&path, part.start, part.end)?;
                    if !content.is_of(stat) {
                        return Ok(None);
                    }
                    content
                }
            };
            let piece = content.read_piece(limit)?;
            Ok::<_, Error>(Some((content, piece)))
        })
        .await?;
        let Some((rest, piece)) = read else {
            return Ok(false);
        };
        if piece.is_empty() {
            let path = handler.static_file().absolute_path.display();
            return Err(Error::msg(format!(
                "{path} has become shorter while it was sent"
            )));
        }
        content = Some(rest);
        left -= piece.len() as u64;
        handler.write(piece);
        // What is sent piece by piece, Tornado compresses whatever its length.
        if left > 0 || !handler.application().transforms().is_empty() {
            handler.flush().await?;
        }
    }
    Ok(true)
}
