//! `ErrorHandler`: one status for all requests.

use std::ops::{Deref, DerefMut};

use crate::handler::OwnFields;
use crate::{Exchange, FromExchange, Handler, HttpError, RequestHandler, Result};

/// Answers every request with the error page of a status
/// (`tornado.web.ErrorHandler`). Requests that match no route get one with 404.
///
/// The token of `xsrf_cookies` is not required, since a request to a page that
/// does not exist changes nothing.
///
/// ```
/// use tornado_web::{Application, ErrorHandler, Settings, url};
/// use tornado_testing::TestClient;
///
/// # tornado_testing::block_on(async {
/// // (r"/old", ErrorHandler, dict(status_code=410))
/// let rule = url(r"/old", |base| ErrorHandler::new(base, 410));
/// let client = TestClient::new(Application::new([rule], Settings::new()).unwrap());
/// assert_eq!(client.post("/old").await.status(), 410);
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

impl FromExchange for ErrorHandler {
    /// A handler for 404, to inherit from.
    fn from_exchange(base: Exchange) -> ErrorHandler {
        ErrorHandler::new(base, 404)
    }
}

impl Deref for ErrorHandler {
    type Target = Exchange;

    fn deref(&self) -> &Exchange {
        &self.base
    }
}

impl DerefMut for ErrorHandler {
    fn deref_mut(&mut self) -> &mut Exchange {
        &mut self.base
    }
}

impl Handler for ErrorHandler {
    type Base = Exchange;

    const OWN_FIELDS: OwnFields = OwnFields::Given;

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

    fn into_base(self) -> Exchange {
        self.base
    }

    fn around(_base: Exchange) -> Option<Self> {
        None
    }

    fn vacant(exchange: Exchange) -> Option<Self> {
        Some(Self::from_exchange(exchange))
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
