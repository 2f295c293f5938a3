//! `ErrorHandler`: one status for all requests.

use crate::{Exchange, Handler, HttpError, RequestHandler, Result};

/// Answers every request with the page of a status
/// (`tornado.web.ErrorHandler`). What no route matches gets one with 404.
///
/// The token of `xsrf_cookies` is not asked for: a request to a page that is
/// not there changes nothing.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use tornado_core::{Application, ErrorHandler, Settings, url};
/// # use tornado_core::Body;
/// # use tower::ServiceExt;
///
/// // (r"/old", ErrorHandler, dict(status_code=410))
/// let rule = url(r"/old", |base| ErrorHandler::new(base, 410));
/// let app = Application::new([rule], Settings::new()).unwrap();
/// let request = http::Request::post("/old").body(Body::empty()).unwrap();
/// assert_eq!(app.oneshot(request).await.unwrap().status(), 410);
/// # });
/// ```
#[derive(Debug)]
pub struct ErrorHandler {
    base: Exchange,
    status: u16,
}

impl ErrorHandler {
    /// Answers with this status, 100 to 999.
    #[must_use]
    pub fn new(base: Exchange, status: u16) -> ErrorHandler {
        ErrorHandler { base, status }
    }
}

impl From<Exchange> for ErrorHandler {
    /// One for 404, to inherit from.
    fn from(base: Exchange) -> ErrorHandler {
        ErrorHandler::new(base, 404)
    }
}

impl Handler for ErrorHandler {
    type Base = Exchange;

    fn base(&self) -> &Exchange {
        &self.base
    }

    fn base_mut(&mut self) -> &mut Exchange {
        &mut self.base
    }

    fn exchange(&self) -> &Exchange {
        &self.base
    }

    fn exchange_mut(&mut self) -> &mut Exchange {
        &mut self.base
    }
}

impl RequestHandler for ErrorHandler {
    async fn prepare(&mut self) -> Result {
        Err(HttpError::new(self.status).into())
    }

    fn check_xsrf_cookie(&mut self) -> Result {
        Ok(())
    }

    fn check_trusted_origin(&self, _origin: &str) -> bool {
        true
    }
}
