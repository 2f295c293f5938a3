//! `HttpError`: an error with a status of its own (`tornado.web.HTTPError`).

use std::error::Error as StdError;
use std::fmt;

use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::status::reason;

/// Ends the request with a status, as `tornado.web.HTTPError` does.
///
/// The client sees the standard page of the status (see
/// [`RequestHandler::write_error`](crate::RequestHandler::write_error)); the
/// log message appears only in the log.
///
/// ```
/// use http::{HeaderValue, header};
/// use tornado_web::{HttpError, Result, raise};
///
/// fn book(id: u32) -> Result<&'static str> {
///     match id {
///         1 => Ok("Snow Crash"),
///         2 => raise!(404, "no book {id}"), // what is mostly all of it
///         _ => raise!(HttpError::new(503).with_header(header::RETRY_AFTER, HeaderValue::from_static("5"))),
///     }
/// }
/// assert_eq!(book(1).unwrap(), "Snow Crash");
/// let error = book(2).unwrap_err();
/// assert_eq!((error.status(), error.to_string().as_str()), (404, "HTTP 404: Not Found (no book 2)"));
/// assert_eq!(book(3).unwrap_err().status(), 503);
/// ```
pub struct HttpError {
    status: u16,
    reason: Option<String>,
    log_message: Option<String>,
    detail: Option<String>,
    arg_name: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    extensions: Map<String, Value>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl HttpError {
    /// An error with this status, 100 to 999. A number outside that range
    /// becomes 500, since it can't be sent.
    ///
    /// ```
    /// use tornado_web::HttpError;
    /// assert_eq!(HttpError::new(403).status(), 403);
    /// assert_eq!(HttpError::new(7).status(), 500);
    /// ```
    #[must_use]
    pub fn new(status: u16) -> HttpError {
        let (status, log_message) = match status {
            100..=999 => (status, None),
            _ => (
                500,
                Some(format!("{status} is not an HTTP status, so it is a 500")),
            ),
        };
        HttpError {
            status,
            reason: None,
            log_message,
            detail: None,
            arg_name: None,
            headers: Vec::new(),
            extensions: Map::new(),
            source: None,
        }
    }

    /// The 400 for a missing argument (`tornado.web.MissingArgumentError`).
    #[must_use]
    pub fn missing_argument(name: &str) -> HttpError {
        let message = format!("Missing argument {name}");
        HttpError::new(400)
            .with_log_message(message)
            .with_arg_name(name)
    }

    /// The 400 for an argument that can't be read. The log and the page say
    /// which one, and why. Tornado has no counterpart; there it is usually a
    /// 500.
    ///
    /// ```
    /// use tornado_web::HttpError;
    /// let error = HttpError::invalid_argument("month", "there are twelve");
    /// assert_eq!((error.status(), error.arg_name()), (400, Some("month")));
    /// assert_eq!(error.detail(), Some("Invalid argument month: there are twelve"));
    /// ```
    #[must_use]
    pub fn invalid_argument(name: &str, why: impl fmt::Display) -> HttpError {
        let why = legible(&why.to_string());
        let detail = format!("Invalid argument {name}: {why}");
        HttpError::new(400).with_detail(detail).with_arg_name(name)
    }

    /// The 400 for a body that is not JSON, or not of the requested type.
    /// `path` says where; empty means the whole.
    pub(crate) fn invalid_json(path: &str, why: impl fmt::Display) -> HttpError {
        let why = legible(&why.to_string());
        match path {
            "" => HttpError::new(400).with_detail(format!("Invalid JSON: {why}")),
            _ => HttpError::new(400)
                .with_detail(format!("Invalid JSON at {}: {why}", legible(path)))
                .with_arg_name(path),
        }
    }

    /// The reason phrase after the number on the status line and the page,
    /// instead of the standard one; an empty text keeps the standard one.
    ///
    /// ```
    /// use tornado_web::HttpError;
    /// assert_eq!(HttpError::new(682).with_reason("Foo").to_string(), "HTTP 682: Foo");
    /// assert_eq!(HttpError::new(404).with_reason("").to_string(), "HTTP 404: Not Found");
    /// ```
    #[must_use]
    pub fn with_reason(mut self, reason: impl Into<String>) -> HttpError {
        self.reason = Some(reason.into()).filter(|reason| !reason.is_empty());
        self
    }

    /// What to write to the log, as a warning. It never reaches the client.
    #[must_use]
    pub fn with_log_message(mut self, message: impl Into<String>) -> HttpError {
        self.log_message = Some(message.into());
        self
    }

    /// What to tell the client beyond the status: an additional paragraph on
    /// the standard page, the `detail` of a problem document if the setting
    /// [`problem_details`](crate::Settings::problem_details) is on, and the
    /// message for the log if there is no other. Tornado has no counterpart.
    ///
    /// ```
    /// use tornado_web::HttpError;
    /// let error = HttpError::new(409).with_detail("The page has changed meanwhile");
    /// assert_eq!(error.detail(), Some("The page has changed meanwhile"));
    /// assert_eq!(error.log_message(), error.detail());
    /// ```
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> HttpError {
        self.detail = Some(detail.into());
        self
    }

    pub(crate) fn with_arg_name(mut self, name: impl Into<String>) -> HttpError {
        self.arg_name = Some(name.into());
        self
    }

    /// A header for the error's response, such as `Retry-After`. Tornado has no
    /// counterpart; there the page starts from the default headers only.
    ///
    /// ```
    /// use http::{HeaderValue, header};
    /// use tornado_web::HttpError;
    /// let error = HttpError::new(503).with_header(header::RETRY_AFTER, HeaderValue::from_static("5"));
    /// assert_eq!(error.headers().next().unwrap().1, "5");
    /// ```
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> HttpError {
        self.headers.push((name, value));
        self
    }

    /// A member of the problem document besides the standard ones (RFC 9457,
    /// 3.2), for the client to read. `type`, `title` and `instance` replace the
    /// defaults; `status` and `detail` always come from the error itself.
    ///
    /// A value that can't be JSON, such as a map whose keys are not texts,
    /// becomes `null`.
    ///
    /// ```
    /// use tornado_web::HttpError;
    /// let error = HttpError::new(403)
    ///     .with_extension("type", "https://example.com/probs/out-of-credit")
    ///     .with_extension("balance", 30);
    /// assert_eq!(error.extensions()["balance"], 30);
    /// ```
    #[must_use]
    pub fn with_extension(mut self, name: &str, value: impl Serialize) -> HttpError {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        self.extensions.insert(name.to_owned(), value);
        self
    }

    /// What is wrong with a field of a form or of JSON, for the client to read:
    /// the member `errors` of a problem document, a list of
    /// `{"field": .., "detail": ..}`. Repeated calls extend the list.
    ///
    /// ```
    /// use tornado_web::HttpError;
    /// let error = HttpError::new(422).with_field_errors([("age", "must be a positive number")]);
    /// assert_eq!(error.extensions()["errors"][0]["field"], "age");
    /// ```
    #[must_use]
    pub fn with_field_errors<F, D>(mut self, errors: impl IntoIterator<Item = (F, D)>) -> HttpError
    where
        F: Into<String>,
        D: Into<String>,
    {
        let errors = errors.into_iter().map(|(field, detail)| {
            let (field, detail): (String, String) = (field.into(), detail.into());
            json!({"field": field, "detail": detail})
        });
        let member = self.extensions.entry("errors").or_insert(Value::Null);
        match member {
            Value::Array(list) => list.extend(errors),
            other => *other = errors.collect(),
        }
        self
    }

    /// What caused it, for the log.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> HttpError {
        self.source = Some(source.into());
        self
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The reason set by [`with_reason`](Self::with_reason).
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// The text for the log, if any (`HTTPError.log_message`).
    #[must_use]
    pub fn log_message(&self) -> Option<&str> {
        self.log_message.as_deref().or(self.detail())
    }

    /// The text for the client, if any, set by
    /// [`with_detail`](Self::with_detail). An API's `write_error` puts it into
    /// its JSON.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The members set by [`with_extension`](Self::with_extension) and
    /// [`with_field_errors`](Self::with_field_errors).
    #[must_use]
    pub fn extensions(&self) -> &Map<String, Value> {
        &self.extensions
    }

    /// The argument that is missing (`MissingArgumentError.arg_name`) or can't
    /// be read; in JSON the path to it, such as `tags[1]`.
    #[must_use]
    pub fn arg_name(&self) -> Option<&str> {
        self.arg_name.as_deref()
    }

    /// The headers set by [`with_header`](Self::with_header).
    pub fn headers(&self) -> impl Iterator<Item = &(HeaderName, HeaderValue)> {
        self.headers.iter()
    }
}

/// An error with this status, as [`HttpError::new`].
impl From<u16> for HttpError {
    fn from(status: u16) -> HttpError {
        HttpError::new(status)
    }
}

impl From<StatusCode> for HttpError {
    fn from(status: StatusCode) -> HttpError {
        HttpError::new(status.as_u16())
    }
}

/// A text that includes client input, made fit for one line of the log.
pub(crate) fn legible(text: &str) -> String {
    const LONGEST: usize = 300;
    let mut legible = String::with_capacity(text.len().min(LONGEST));
    for c in text.chars() {
        if legible.len() >= LONGEST {
            legible.push_str("...");
            break;
        }
        match c.is_control() {
            true => legible.extend(c.escape_default()),
            false => legible.push(c),
        }
    }
    legible
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "HTTP {}: {}",
            self.status,
            self.reason
                .as_deref()
                .unwrap_or_else(|| reason(self.status))
        )?;
        match self.log_message() {
            Some(message) => write!(f, " ({message})"),
            None => Ok(()),
        }
    }
}

impl StdError for HttpError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|e| e as _)
    }
}

impl fmt::Debug for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::debug(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_has_sent_is_short_and_on_one_line() {
        let error = HttpError::invalid_argument("a", "no\r\nSet-Cookie: \u{9b}é");
        let detail = r"Invalid argument a: no\r\nSet-Cookie: \u{9b}é";
        assert_eq!(error.detail(), Some(detail));
        let error = HttpError::invalid_json("", "x".repeat(1000));
        assert_eq!(error.detail().unwrap().len(), "Invalid JSON: ".len() + 303);
        assert_eq!(error.arg_name(), None);
        let error = HttpError::invalid_json("a.b", "no");
        assert_eq!(error.detail(), Some("Invalid JSON at a.b: no"));
        assert_eq!(error.arg_name(), Some("a.b"));
    }
}
