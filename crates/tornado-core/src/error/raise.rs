//! `raise!`: Python's `raise HTTPError(404)`.

use http::StatusCode;

use super::{Error, Finish, HttpError};

/// Leaves a handler with an error, as `raise HTTPError(..)` does in Python.
///
/// | Python | Rust |
/// |---|---|
/// | `raise HTTPError(404)` | `raise!(404)` |
/// | `raise HTTPError(404, "no book %s", slug)` | `raise!(404, "no book {slug}")` |
/// | `raise HTTPError(400, reason="Say this")` | `raise!(400, reason = "Say this")` |
/// | `raise HTTPError(400, "log %s", this, reason="Say this")` | `raise!(400, reason = "Say this", "log {this}")` |
/// | `raise Finish()` | `raise!(Finish::new())` |
///
/// The text is for the log, in the form of [`format!`]; the reason is for the
/// client. For anything more, make an error with the methods of
/// [`HttpError`](crate::HttpError) and raise it the same way. `raise!` is a
/// `return`, so it can be used wherever one can: in an arm of a `match`, after
/// `let .. else`.
///
/// ```
/// use tornado_web::{Result, raise};
///
/// fn title(slug: &str) -> Result<&'static str> {
///     let Some(number) = slug.strip_prefix("book-") else {
///         raise!(400, reason = "No Book", "not a book: {slug}");
///     };
///     match number {
///         "1" => Ok("Snow Crash"),
///         _ => raise!(404),
///     }
/// }
/// assert_eq!(title("book-1").unwrap(), "Snow Crash");
/// assert_eq!(title("book-2").unwrap_err().to_string(), "HTTP 404: Not Found");
/// assert_eq!(title("x").unwrap_err().to_string(), "HTTP 400: No Book (not a book: x)");
/// ```
#[macro_export]
macro_rules! raise {
    ($error:expr $(,)?) => {
        return ::core::result::Result::Err($crate::Error::raised($error))
    };
    ($status:expr, reason = $reason:expr $(,)?) => {
        return ::core::result::Result::Err($crate::Error::raised(
            $crate::HttpError::from($status).with_reason($reason),
        ))
    };
    ($status:expr, reason = $reason:expr, $($message:tt)+) => {
        return ::core::result::Result::Err($crate::Error::raised(
            $crate::HttpError::from($status)
                .with_reason($reason)
                .with_log_message(::std::format!($($message)+)),
        ))
    };
    ($status:expr, $($message:tt)+) => {
        return ::core::result::Result::Err($crate::Error::raised(
            $crate::HttpError::from($status).with_log_message(::std::format!($($message)+)),
        ))
    };
}

/// What can be raised.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be raised",
    label = "`raise!` takes a status, an `HttpError` or a `Finish`",
    note = "another error leaves by `return Err(error.into())`, or with `?`"
)]
pub trait Raise {
    #[doc(hidden)]
    fn into_raised(self) -> Error;
}

impl Error {
    /// What `raise!` returns.
    #[doc(hidden)]
    #[track_caller]
    #[must_use]
    pub fn raised(error: impl Raise) -> Error {
        error.into_raised().by_caller()
    }
}

impl Raise for u16 {
    fn into_raised(self) -> Error {
        HttpError::new(self).into()
    }
}

impl Raise for StatusCode {
    fn into_raised(self) -> Error {
        HttpError::from(self).into()
    }
}

impl Raise for HttpError {
    fn into_raised(self) -> Error {
        self.into()
    }
}

impl Raise for Finish {
    fn into_raised(self) -> Error {
        self.into()
    }
}

impl Raise for Error {
    fn into_raised(self) -> Error {
        self
    }
}
