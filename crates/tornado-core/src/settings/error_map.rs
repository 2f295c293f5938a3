//! `map_error`: the statuses of the application's own errors.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use super::Settings;
use crate::error::{Error, HttpError};

type Mapper = Arc<dyn Fn(&Error) -> Option<HttpError> + Send + Sync>;

/// One mapping for each type of error; if there are two for one type, the last
/// one counts.
#[derive(Clone, Default)]
pub(super) struct ErrorMap(Vec<Mapper>);

impl ErrorMap {
    pub(super) fn merge(&mut self, other: ErrorMap) {
        self.0.extend(other.0);
    }
}

impl fmt::Debug for ErrorMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ErrorMap").field(&self.0.len()).finish()
    }
}

impl Settings {
    /// Sets the status of one of the application's error types, or its
    /// [`HttpError`] with all details. After that, `?` is enough in every
    /// handler.
    ///
    /// Without it, such an error is a 500. A 4xx is logged in one line, a 5xx
    /// in full, both with the error's own text, which the client does not see.
    /// [`write_error`](crate::RequestHandler::write_error) and
    /// [`log_exception`](crate::RequestHandler::log_exception) get the error
    /// itself, and the mapped one as its [`http_error`](Error::http_error). An
    /// error nested inside another is not mapped.
    ///
    /// Tornado has no counterpart; there, the exception is caught in a base
    /// class.
    ///
    /// ```
    /// use std::fmt;
    /// use tornado_web::{Application, Exchange, Handler, HttpError, Output, RequestHandler, Result, Settings, url};
    /// use tornado_testing::TestClient;
    ///
    /// #[derive(Debug)] // with thiserror: `#[derive(Debug, Error)]`
    /// enum BookError {
    ///     NotFound,
    ///     Lent { days: u32 },
    /// }
    /// # impl std::error::Error for BookError {}
    /// # impl fmt::Display for BookError {
    /// #     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    /// #         f.write_str("no book")
    /// #     }
    /// # }
    ///
    /// fn find(lent: bool) -> Result<&'static str, BookError> {
    ///     if lent { Err(BookError::Lent { days: 3 }) } else { Err(BookError::NotFound) }
    /// }
    ///
    /// #[derive(Handler)]
    /// struct Book(Exchange);
    ///
    /// impl RequestHandler for Book {
    ///     async fn get(&mut self) -> Result {
    ///         self.write(find(true)?);
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let settings = Settings::new().map_error(|error: &BookError| match error {
    ///     BookError::NotFound => HttpError::new(404),
    ///     BookError::Lent { days } => HttpError::new(409).with_reason(format!("Lent for {days} days")),
    /// });
    /// # let _line = tornado_testing::ExpectLog::new(tornado_web::log::GENERAL, "409 GET /.*: no book");
    /// let client = TestClient::new(Application::new([url("/", Book)], settings).unwrap());
    /// let response = client.get("/").await;
    /// assert_eq!(response.status(), 409);
    /// assert!(response.text().contains("409: Lent for 3 days"));
    /// # });
    /// ```
    #[must_use]
    pub fn map_error<E, R>(mut self, map: impl Fn(&E) -> R + Send + Sync + 'static) -> Settings
    where
        E: StdError + 'static,
        R: Into<HttpError>,
    {
        let mapper = move |error: &Error| error.downcast_ref().map(|error| map(error).into());
        self.error_map.0.push(Arc::new(mapper));
        self
    }

    /// The mapping of an error, if it is one of the application's.
    pub(crate) fn answer_to(&self, error: &Error) -> Option<HttpError> {
        self.error_map.0.iter().rev().find_map(|map| map(error))
    }
}
