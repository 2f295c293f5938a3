//! `Finish`: the quiet end of a request (`tornado.web.Finish`).

use std::fmt;

use crate::Chunk;

/// Ends the request without an error: the response is sent as it stands.
///
/// Nothing is logged except the access line, and no error page is made. Status
/// and headers stay, so a handler may, for example, ask for credentials and
/// leave from deep inside. Tornado's `raise Finish()` and
/// `raise Finish(chunk)`.
///
/// ```
/// use tornado_web::{Finish, Result};
///
/// fn check(allowed: bool) -> Result {
///     if allowed { Ok(()) } else { Err(Finish::with_chunk("ask again").into()) }
/// }
/// assert!(check(true).is_ok());
/// assert!(check(false).unwrap_err().is::<Finish>());
/// ```
#[derive(Debug, Default)]
pub struct Finish {
    pub(crate) chunk: Option<Chunk>,
}

impl Finish {
    /// Ends with what has been written.
    #[must_use]
    pub fn new() -> Finish {
        Finish::default()
    }

    /// Writes `chunk` last, as [`write`](crate::Output::write) would.
    #[must_use]
    pub fn with_chunk(chunk: impl Into<Chunk>) -> Finish {
        Finish {
            chunk: Some(chunk.into()),
        }
    }
}

impl fmt::Display for Finish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request was finished early")
    }
}

impl std::error::Error for Finish {}
