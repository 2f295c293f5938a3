//! `OrStatus`: turns a missing value or a failure into a status.

use std::error::Error as StdError;
use std::panic::Location;

use super::{Error, HttpError, Result};

/// Says which status a missing value or an error leads to.
pub trait OrStatus<T> {
    /// The value, or an error with a status: `.or_status(404)?`. Also accepts
    /// an [`HttpError`], for one with a log message, a reason or a header.
    ///
    /// The error of a `Result` becomes the cause: it goes to the log, not to
    /// the client. It may be any error, a `Box<dyn Error + Send + Sync>`, an
    /// `anyhow::Error`, or a text. A 4xx is logged in one line, a 5xx in full.
    ///
    /// ```
    /// use tornado_web::{HttpError, OrStatus, Result};
    ///
    /// fn page(number: &str, pages: &[&'static str]) -> Result<&'static str> {
    ///     let number: usize = number.parse().or_status(400)?;
    ///     let missing = HttpError::new(404).with_reason("No such page");
    ///     Ok(*pages.get(number).or_status(missing)?)
    /// }
    /// assert_eq!(page("0", &["cover"]).unwrap(), "cover");
    /// assert_eq!(page("x", &["cover"]).unwrap_err().status(), 400);
    /// assert_eq!(page("1", &["cover"]).unwrap_err().to_string(), "HTTP 404: No such page");
    /// ```
    ///
    /// # Errors
    ///
    /// The one with that status.
    fn or_status(self, status: impl Into<HttpError>) -> Result<T>;
}

impl<T> OrStatus<T> for Option<T> {
    #[track_caller]
    fn or_status(self, status: impl Into<HttpError>) -> Result<T> {
        match self {
            Some(value) => Ok(value),
            None => {
                let error = status.into();
                // A 4xx is the client's affair. A value that is missing in the program is
                // the program's, and would otherwise leave no trace.
                if error.status() < 500 || error.log_message().is_some() {
                    return Err(Error::from(error));
                }
                let place = Location::caller();
                let message = format!("there is nothing at {place}");
                Err(Error::from(error.with_log_message(message)))
            }
        }
    }
}

impl<T, E: Into<Box<dyn StdError + Send + Sync>>> OrStatus<T> for std::result::Result<T, E> {
    #[track_caller]
    fn or_status(self, status: impl Into<HttpError>) -> Result<T> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(Error::from(status.into().with_source(error))),
        }
    }
}
