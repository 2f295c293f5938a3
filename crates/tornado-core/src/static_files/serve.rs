//! `serve_file`: handles a request for a static file.

use std::path::{Path, PathBuf};

use http::{Method, StatusCode, header};
use time::{Duration, OffsetDateTime};

use super::blocking::blocking;
use super::content::PIECE;
use super::range::{Asked, Part, read};
use super::state::Stat;
use super::{FileContent, StaticFiles, precompressed, version};
use crate::service::{Context as _, PathArgs as _};
use crate::{Error, Output as _, RequestHandler, Result, http_date};

/// Answers `GET` and `HEAD` with a file: Tornado's `StaticFileHandler.get`.
///
/// `#[handler(static_files)]` makes it what a handler does for these methods.
/// To do more, write `get` and call it from there.
///
/// # Errors
///
/// Those of the hooks: a 404 if the file does not exist, a 403 if it may not be
/// served.
pub async fn serve_file<H: StaticFiles>(handler: &mut H) -> Result {
    for _ in 0..TRIES {
        if serve_once(handler).await? {
            return Ok(());
        }
        // The file was replaced between examining and sending it. Start over,
        // so that no file is sent with the tag of another.
        handler.clear();
    }
    Err(replaced(&handler.static_file().absolute_path))
}

/// How often a file may be replaced during one request.
pub(super) const TRIES: usize = 5;

pub(super) fn replaced(path: &Path) -> Error {
    let path = path.display();
    Error::msg(format!("{path} is replaced faster than it can be read"))
}

/// Whether it was served; false if another file was there when it was opened.
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
    handler.static_file_mut().place(absolute_path);
    let modified = handler.get_modified_time()?;
    handler.static_file_mut().modified = modified;
    find_version(handler).await;
    set_headers(handler);
    if handler.should_return_304() {
        handler.set_status(304);
        return Ok(true);
    }
    let file = handler.static_file();
    let (path, stat) = file.content();
    let sent = Sent {
        path: path.to_owned(),
        stat,
        modified,
        size: handler.get_content_size()?,
    };
    deliver::<H, H>(handler, &sent).await
}

/// What is sent from the disk, or from its substitute.
pub(super) struct Sent {
    pub(super) path: PathBuf,
    pub(super) stat: Option<Stat>,
    pub(super) modified: Option<OffsetDateTime>,
    pub(super) size: u64,
}

/// Sends the part of a file that the client requested, once its headers are
/// set. The content comes from `F`. Returns whether it was sent: false if
/// another file was there when it was opened.
pub(super) async fn deliver<H, F>(handler: &mut H, file: &Sent) -> Result<bool>
where
    H: RequestHandler,
    F: StaticFiles,
{
    let size = file.size;
    let part = match asked(handler, file) {
        Asked::Whole(part) => part,
        Asked::Part(part) => {
            handler.set_status(206);
            handler.set_header("Content-Range", part.content_range(size));
            part
        }
        Asked::Nothing => {
            handler.set_status(416);
            handler.clear_header(header::CONTENT_ENCODING);
            handler.set_header("Content-Type", "text/plain");
            handler.set_header("Content-Range", format!("bytes */{size}"));
            return Ok(true);
        }
    };
    handler.set_header("Content-Length", part.length(size));
    if handler.request().is_head() {
        return Ok(true);
    }
    send::<H, F>(handler, file, part, part.length(size)).await
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

/// Computes the version, if it is not known, where that may take time.
async fn find_version<H: StaticFiles>(handler: &mut H) {
    let app = handler.application().clone();
    let file = handler.static_file();
    let (path, stat) = file.content();
    let path = path.to_owned();
    let version = version::find::<H>(&app, &path, stat).await;
    handler.static_file_mut().version = version;
}

fn set_headers<H: StaticFiles>(handler: &mut H) {
    handler.set_header("Accept-Ranges", "bytes");
    let file = handler.static_file();
    let coding = file.sibling.as_ref().map(|sibling| sibling.coding);
    if file.args.precompressed {
        precompressed::vary(handler);
    }
    if let Some(coding) = coding {
        handler.set_header(header::CONTENT_ENCODING, coding.name);
    }
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

/// What the client wants of the file. Only `GET` can request a part (RFC 9110,
/// 14.2).
fn asked<H: RequestHandler>(handler: &H, file: &Sent) -> Asked {
    let plain = handler.exchange().response().status == StatusCode::OK;
    if handler.request().method() != Method::GET || !plain {
        return Asked::Whole(Part::default());
    }
    let range = handler.request().header("range");
    let range = range.filter(|range| !range.is_empty() && if_range(handler, file));
    let asked = range.and_then(|range| read(&range, file.size));
    asked.unwrap_or(Asked::Whole(Part::default()))
}

/// Whether the parts that the client has belong to this very file (RFC 9110,
/// 13.1.5). Tornado does not check, and mixes parts of two files.
fn if_range<H: RequestHandler>(handler: &H, file: &Sent) -> bool {
    let Some(condition) = handler.request().header("if-range") else {
        return true;
    };
    let condition = condition.trim();
    if condition.ends_with('"') {
        let tag = handler.exchange().response_headers().get(header::ETAG);
        return !condition.starts_with("W/")
            && tag.is_some_and(|tag| tag.as_bytes() == condition.as_bytes());
    }
    let modified = file.modified.map(whole_seconds);
    modified.is_some_and(|modified| http_date::parse(condition) == Some(modified))
}

/// HTTP has no fractions.
pub(super) fn whole_seconds(time: OffsetDateTime) -> OffsetDateTime {
    time.replace_nanosecond(0).unwrap_or(time)
}

/// Whether the client already has it, judging by the tag that is set, or else
/// by its time.
pub(super) fn is_unmodified<H: RequestHandler>(
    handler: &H,
    modified: Option<OffsetDateTime>,
) -> bool {
    let request = handler.exchange().request();
    // If-None-Match decides alone if it is present.
    if request
        .header("if-none-match")
        .is_some_and(|tags| !tags.is_empty())
    {
        return handler.check_etag_header();
    }
    let since = request.header("if-modified-since");
    match (since.and_then(|text| http_date::parse(&text)), modified) {
        (Some(since), Some(modified)) => since >= whole_seconds(modified),
        _ => false,
    }
}

/// Sends the content: at once if it is a single piece, otherwise piece by
/// piece, each read when the connection has taken the previous one. Sends
/// nothing and returns `false` if the file is not the same as before.
async fn send<H, F>(handler: &mut H, file: &Sent, part: Part, length: u64) -> Result<bool>
where
    H: RequestHandler,
    F: StaticFiles,
{
    let (path, stat) = (&file.path, file.stat);
    let mut left = length;
    let mut content = None;
    while left > 0 {
        let limit = left.min(PIECE as u64) as usize;
        let (taken, path) = (content.take(), path.clone());
        let read = blocking(move || {
            let mut content: FileContent = match taken {
                Some(content) => content,
                None => {
                    let content = F::get_content(&path, part.start, part.end)?;
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
            return Err(Error::msg(format!(
                "{} has become shorter while it was sent",
                file.path.display()
            )));
        }
        content = Some(rest);
        left -= piece.len() as u64;
        handler.write(piece);
        // Tornado compresses what is sent piece by piece whatever its length.
        if left > 0 || !handler.application().transforms().is_empty() {
            handler.flush().await?;
        }
    }
    Ok(true)
}
