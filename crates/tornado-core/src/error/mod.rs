//! How a handler may fail: with any error, an HTTP status, or a quiet end.
//!
//! [`Error`] is opaque and accepts every [`std::error::Error`] through `?`.
//! What it was made from decides the response: an [`HttpError`] its status, a
//! [`Finish`] the response as it stands, anything else a 500 whose text stays
//! in the log.

mod finish;
mod http_error;
mod into_error;
mod or_status;
mod panicked;
mod problem;
mod raise;
mod report;
mod start;

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::error::Error as StdError;
use std::fmt;
use std::panic::Location;

use crate::chunk::ChunkError;

pub use finish::Finish;
pub use http_error::HttpError;
#[cfg(feature = "forms")]
pub(crate) use http_error::legible;
pub use into_error::IntoError;
pub use or_status::OrStatus;
pub(crate) use panicked::Panicked;
pub(crate) use problem::problem;
pub use raise::Raise;
pub(crate) use report::{debug, one_line};
pub use start::{StartError, StartErrorKind};

/// The result of hooks and services: without parameters, `Result` is
/// `Result<(), Error>`.
///
/// ```
/// use tornado_web::Result;
///
/// fn parse(text: &str) -> Result<u32> {
///     Ok(text.parse()?) // any error converts
/// }
/// assert_eq!(parse("12").unwrap(), 12);
/// assert_eq!(parse("x").unwrap_err().status(), 500);
/// ```
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// Why a request can't be answered as asked.
///
/// Any error converts with `?` and becomes a 500, which is logged and not shown
/// to the client. To answer with another status, [`raise!`](crate::raise) an
/// [`HttpError`], or say which status an error is: with
/// [`or_status`](OrStatus::or_status) where it happens, or with
/// [`Settings::map_error`](crate::Settings::map_error) for all errors of a
/// type. To stop without an error, use [`Finish`]. It replaces Python's
/// exceptions in Tornado's handlers.
///
/// Like `anyhow::Error`, it does not implement [`std::error::Error`] itself,
/// since it could then not accept every other error.
///
/// ```
/// use tornado_web::{Error, HttpError};
///
/// let error = Error::from(HttpError::new(404));
/// assert_eq!(error.status(), 404);
/// assert!(error.is::<HttpError>());
///
/// let error = Error::msg("the cache is cold");
/// assert_eq!((error.status(), error.to_string().as_str()), (500, "the cache is cold"));
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    source: Box<dyn StdError + Send + Sync>,
    location: &'static Location<'static>,
    /// What the application has mapped it to, if it is not an [`HttpError`]
    /// itself.
    answer: Option<HttpError>,
    /// What it has passed on its way, such as lines of templates.
    trail: Vec<String>,
    /// Only for errors that are bugs or broken dependencies, and only if
    /// `RUST_BACKTRACE` requests it: a 404 is not worth walking the stack.
    backtrace: Backtrace,
}

impl Error {
    /// An error that is only a text. It is answered with a 500 like anything
    /// that is not an [`HttpError`]; the text goes to the log.
    #[track_caller]
    pub fn msg(message: impl fmt::Display) -> Error {
        Error::from(Message(message.to_string()))
    }

    /// The status of the response: that of the
    /// [`http_error`](Self::http_error), else 500.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.http_error().map_or(500, HttpError::status)
    }

    /// The [`HttpError`] that it was made from, or that
    /// [`Settings::map_error`](crate::Settings::map_error) has mapped it to by
    /// the time [`write_error`](crate::RequestHandler::write_error) gets it.
    /// `None` means a failure of the program.
    ///
    /// ```
    /// use tornado_web::{Error, HttpError};
    /// let error = Error::from(HttpError::new(404));
    /// assert_eq!(error.http_error().map(HttpError::status), Some(404));
    /// assert!(Error::msg("the cache is cold").http_error().is_none());
    /// ```
    #[must_use]
    pub fn http_error(&self) -> Option<&HttpError> {
        self.0.answer.as_ref().or_else(|| self.downcast_ref())
    }

    /// Sets which response it leads to.
    pub(crate) fn set_answer(&mut self, answer: HttpError) {
        self.0.answer = Some(answer);
    }

    /// Whether its whole story belongs in the log: it is a failure of the
    /// program, or was caused by one.
    pub(crate) fn is_failure(&self) -> bool {
        match self.downcast_ref::<HttpError>() {
            Some(http) => http.status() >= 500 && http.source().is_some(),
            None => self.status() >= 500,
        }
    }

    /// Whether its cause is a chunk that can't be written.
    pub(crate) fn is_of_chunk(&self) -> bool {
        self.is::<ChunkError>()
    }

    /// A caught panic.
    #[track_caller]
    pub(crate) fn panicked(panicked: Panicked, backtrace: Option<Backtrace>) -> Error {
        Error::made_of(
            Box::new(panicked),
            backtrace.unwrap_or(Backtrace::disabled()),
        )
    }

    /// The same error, as raised by the caller's caller.
    #[track_caller]
    pub(crate) fn by_caller(self) -> Error {
        self.at(Location::caller())
    }

    /// The same error, as raised there.
    pub(crate) fn at(mut self, location: &'static Location<'static>) -> Error {
        self.0.location = location;
        self
    }

    /// Adds something that it has passed on its way.
    #[cfg(feature = "templates")]
    pub(crate) fn add_trail(&mut self, line: String) {
        self.0.trail.push(line);
    }

    #[track_caller]
    fn made_of(source: Box<dyn StdError + Send + Sync>, backtrace: Backtrace) -> Error {
        Error(Box::new(Inner {
            source,
            location: Location::caller(),
            answer: None,
            trail: Vec::new(),
            backtrace,
        }))
    }

    /// Whether it was made from an `E`.
    #[must_use]
    pub fn is<E: StdError + 'static>(&self) -> bool {
        self.0.source.is::<E>()
    }

    /// The error it was made from, if that is an `E`.
    ///
    /// ```
    /// use tornado_web::{Error, HttpError};
    /// let error = Error::from(HttpError::new(404).with_log_message("no such book"));
    /// let http = error.downcast_ref::<HttpError>().unwrap();
    /// assert_eq!(http.log_message(), Some("no such book"));
    /// ```
    #[must_use]
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.0.source.downcast_ref()
    }

    /// The error it was made from, by value.
    ///
    /// # Errors
    ///
    /// Returns the error if it was not made from an `E`.
    pub fn downcast<E: StdError + 'static>(self) -> Result<E, Error> {
        if !self.is::<E>() {
            return Err(self);
        }
        match self.0.source.downcast() {
            Ok(error) => Ok(*error),
            Err(_) => unreachable!("it is an `E`"),
        }
    }

    /// The error it was made from.
    #[must_use]
    pub fn source(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.0.source
    }

    /// Where in the program it became an `Error`, which is usually the `?`.
    #[must_use]
    pub fn location(&self) -> &'static Location<'static> {
        self.0.location
    }

    /// Whether the [`report`](Self::report) includes the calls that led to it.
    pub(crate) fn has_calls(&self) -> bool {
        self.0.backtrace.status() == BacktraceStatus::Captured
    }

    /// The whole story for a log or a developer's page: the error, what caused
    /// it, where it was raised, and the backtrace if one was captured.
    pub(crate) fn report(&self) -> impl fmt::Display + '_ {
        report::Report(self)
    }
}

impl<E: IntoError> From<E> for Error {
    #[track_caller]
    fn from(source: E) -> Error {
        let any = &source as &dyn Any;
        let expected = any.is::<Finish>()
            || any
                .downcast_ref::<HttpError>()
                .is_some_and(|http| http.status() < 500 || http.source().is_none());
        let backtrace = if expected {
            Backtrace::disabled()
        } else {
            Backtrace::capture()
        };
        Error::made_of(source.into_boxed_error(), backtrace)
    }
}

impl From<Error> for Box<dyn StdError + Send + Sync> {
    fn from(error: Error) -> Self {
        error.0.source
    }
}

impl From<Error> for Box<dyn StdError> {
    fn from(error: Error) -> Self {
        error.0.source
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.source, f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.report(), f)
    }
}

/// The error behind [`Error::msg`].
#[derive(Debug)]
struct Message(String);

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Message {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_names_causes_and_place() {
        #[derive(Debug)]
        struct Outer(std::io::Error);
        impl fmt::Display for Outer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("cannot load")
            }
        }
        impl StdError for Outer {
            fn source(&self) -> Option<&(dyn StdError + 'static)> {
                Some(&self.0)
            }
        }
        let error = Error::from(Outer(std::io::Error::other("disk gone")));
        let report = error.report().to_string();
        assert!(report.starts_with("cannot load (at "), "{report}");
        assert!(report.contains(file!()), "{report}");
        assert!(report.contains("caused by: disk gone"), "{report}");
    }

    #[test]
    fn question_mark_keeps_the_callers_place() {
        fn fails() -> Result<u8> {
            let n = "x".parse::<u8>()?;
            Ok(n)
        }
        let error = fails().unwrap_err();
        assert_eq!(error.location().file(), file!());
    }

    #[test]
    fn a_wrong_downcast_gives_the_error_back() {
        let error = Error::from(HttpError::new(410));
        let error = error.downcast::<Finish>().unwrap_err();
        assert_eq!(error.status(), 410);
    }
}
