//! `ResponseState`: status, headers, cookies and output before they are sent.

use http::header::{CONTENT_TYPE, SERVER};
use http::{HeaderMap, HeaderValue, StatusCode};
use tornado_cookies::SetCookie;

use super::buffer::Buffer;
use crate::error::{Error, Result};

/// What Tornado calls the `_headers`, `_write_buffer` and `_status_code` of a
/// handler.
#[derive(Debug)]
pub(crate) struct ResponseState {
    pub(crate) status: StatusCode,
    /// Only if it differs from the standard reason of the status.
    pub(crate) reason: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) buffer: Buffer,
    pub(crate) cookies: Vec<SetCookie>,
    /// It is sent as it is, bypassing the output transforms.
    pub(super) untransformed: bool,
    pub(super) head_sent: bool,
    /// How much of the `Content-Length` that the handler set is still missing.
    pub(super) unwritten: Option<usize>,
    pub(super) finished: bool,
    /// The handler failed after its head was sent, so the connection must be
    /// cut.
    pub(super) broken: bool,
    /// Receives a cookie that must not be sent, since creating it failed.
    pub(crate) discarded_cookie: Option<Box<SetCookie>>,
}

const SERVER_VALUE: HeaderValue =
    HeaderValue::from_static(concat!("tornado-web/", env!("CARGO_PKG_VERSION")));
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=UTF-8");

impl ResponseState {
    /// Without the default headers.
    #[inline(always)]
    pub(super) fn new() -> ResponseState {
        ResponseState {
            status: StatusCode::OK,
            reason: None,
            headers: HeaderMap::new(),
            buffer: Buffer::default(),
            cookies: Vec::new(),
            untransformed: false,
            head_sent: false,
            unwritten: None,
            finished: false,
            broken: false,
            discarded_cookie: None,
        }
    }

    /// Tornado's `clear()`: everything except the cookies, which survive an
    /// error.
    pub(crate) fn clear(&mut self) {
        self.status = StatusCode::OK;
        self.reason = None;
        self.set_default_headers();
        self.buffer = Buffer::default();
    }

    /// Exactly the headers that every response starts with. `Date` is not among them: the server
    /// adds it when the head is sent, like `Content-Length`, so neither takes a place in this map.
    /// There is room for `Etag` and three more.
    pub(super) fn set_default_headers(&mut self) {
        self.headers.clear();
        self.headers.reserve(6);
        self.headers.insert(SERVER, SERVER_VALUE);
        self.headers.insert(CONTENT_TYPE, HTML);
    }

    /// Sets the status and its reason, which is the standard one if none is
    /// given.
    pub(crate) fn set_status(&mut self, status: u16, reason: Option<&str>) -> Result {
        self.status = StatusCode::from_u16(status)
            .map_err(|_| Error::msg(format!("{status} is no HTTP status")))?;
        self.reason = reason.map(|reason| {
            let legal =
                |c: char| c == '\t' || (c >= ' ' && c != '<' && c != '\u{7f}' && c <= '\u{ff}');
            if !reason.is_empty() && reason.chars().all(legal) {
                reason.to_owned()
            } else {
                "Unknown".to_owned()
            }
        });
        Ok(())
    }

    /// Queues a cookie. The last one with a given name wins and is sent last.
    pub(crate) fn queue_cookie(&mut self, cookie: SetCookie) -> &mut SetCookie {
        self.cookies.retain(|queued| queued.name() != cookie.name());
        self.cookies.push(cookie);
        self.cookies.last_mut().expect("it was pushed just now")
    }
}

/// Whether a response with this status may have a body (RFC 9110, 6.4.1).
pub(crate) fn body_allowed(status: StatusCode) -> bool {
    !(status.is_informational()
        || status == StatusCode::NO_CONTENT
        || status == StatusCode::NOT_MODIFIED)
}
