//! What a handler may fail with: anything, an HTTP status, or a quiet end.
//!
//! [`Error`] is opaque and takes every [`std::error::Error`] through `?`. What
//! it was made from decides the answer: an [`HttpError`] its status, a
//! [`Finish`] the response as it stands, all else a 500 whose text stays in
//! the log.

mod finish;
mod http_error;
mod start;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::error::Error as StdError;
use std::fmt;
use std::panic::Location;

pub use finish::Finish;
pub use http_error::HttpError;
#[cfg(feature = "forms")]
pub(crate) use http_error::legible;
pub use start::{StartError, StartErrorKind};

/// What hooks and services return: `Result` alone is `Result<(), Error>`.
///
/// ```
/// use tornado_core::Result;
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
/// Any error converts with `?` and becomes a 500 that is logged and never
/// shown. To answer with another status, return an [`HttpError`]; to stop
/// without an error, a [`Finish`]. It takes the place of Python's exceptions in
/// Tornado's handlers.
///
/// Like `anyhow::Error`, it does not implement [`std::error::Error`] itself,
/// since it could not take every other error then.
///
/// ```
/// use tornado_core::{Error, HttpError};
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
    /// Only of errors that are bugs or broken dependencies, and only where
    /// `RUST_BACKTRACE` asks for it: a 404 is no reason to walk the stack.
    backtrace: Backtrace,
}

impl Error {
    /// An error that is only a text, answered with a 500 like all that is not
    /// an [`HttpError`]; the text goes to the log.
    #[track_caller]
    pub fn msg(message: impl fmt::Display) -> Error {
        Error::from(Message(message.to_string()))
    }

    /// The status of the answer: that of an [`HttpError`], else 500.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.downcast_ref::<HttpError>()
            .map_or(500, HttpError::status)
    }

    /// Whether it was made from an `E`.
    #[must_use]
    pub fn is<E: StdError + 'static>(&self) -> bool {
        self.0.source.is::<E>()
    }

    /// The error it was made from, if that is an `E`.
    ///
    /// ```
    /// use tornado_core::{Error, HttpError};
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
    /// Gives the error back if it was not made from an `E`.
    pub fn downcast<E: StdError + 'static>(self) -> Result<E, Error> {
        let Inner {
            source,
            location,
            backtrace,
        } = *self.0;
        match source.downcast() {
            Ok(error) => Ok(*error),
            Err(source) => Err(Error(Box::new(Inner {
                source,
                location,
                backtrace,
            }))),
        }
    }

    /// The error it was made from.
    #[must_use]
    pub fn source(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.0.source
    }

    /// Where in the program it became an `Error`, which is mostly the `?`.
    #[must_use]
    pub fn location(&self) -> &'static Location<'static> {
        self.0.location
    }

    /// The whole story for a log or a developer's page: the error, what caused
    /// it, where it was raised, and the backtrace if one was captured.
    pub(crate) fn report(&self) -> impl fmt::Display + '_ {
        Report(self)
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    #[track_caller]
    fn from(source: E) -> Error {
        let expected = (&source as &dyn std::any::Any).is::<HttpError>()
            || (&source as &dyn std::any::Any).is::<Finish>();
        let backtrace = if expected {
            Backtrace::disabled()
        } else {
            Backtrace::capture()
        };
        Error(Box::new(Inner {
            source: Box::new(source),
            location: Location::caller(),
            backtrace,
        }))
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

struct Report<'a>(&'a Error);

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            source,
            location,
            backtrace,
        } = &*self.0.0;
        write!(f, "{source} (at {location})")?;
        let mut cause = source.source();
        while let Some(error) = cause {
            write!(f, "\ncaused by: {error}")?;
            cause = error.source();
        }
        if backtrace.status() == BacktraceStatus::Captured {
            write!(f, "\n{backtrace}")?;
        }
        Ok(())
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
