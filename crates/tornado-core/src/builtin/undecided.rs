//! `UndecidedHandler`: the answer when it can't be decided which route a
//! request belongs to.

use tornado_routing::MatchError;

use super::ErrorHandler;
use crate::dispatch::Endpoint;
use crate::handler::OwnFields;
use crate::{Exchange, Handler, RequestHandler, Result};

/// Answers with a 500 error page, and logs why.
///
/// It inherits from [`ErrorHandler`], which does not require the token of
/// `xsrf_cookies`.
pub(crate) struct UndecidedHandler {
    base: ErrorHandler,
    error: MatchError,
}

impl UndecidedHandler {
    /// The endpoint for it. It is made for a single request, which costs
    /// nothing compared with the failed search.
    #[cold]
    pub(crate) fn endpoint(error: MatchError) -> Endpoint {
        Endpoint::handler(move |base| UndecidedHandler {
            base,
            error: error.clone(),
        })
    }
}

impl Handler for UndecidedHandler {
    type Base = ErrorHandler;

    const OWN_FIELDS: OwnFields = OwnFields::Given;

    fn base(&self) -> &ErrorHandler {
        &self.base
    }

    fn base_mut(&mut self) -> &mut ErrorHandler {
        &mut self.base
    }

    fn exchange(&self) -> &Exchange {
        self.base.exchange()
    }

    fn exchange_mut(&mut self) -> &mut Exchange {
        self.base.exchange_mut()
    }

    fn into_base(self) -> ErrorHandler {
        self.base
    }

    fn around(_base: ErrorHandler) -> Option<Self> {
        None
    }

    fn vacant(_exchange: Exchange) -> Option<Self> {
        None
    }
}

impl RequestHandler for UndecidedHandler {
    async fn prepare(&mut self) -> Result {
        Err(self.error.clone().into())
    }
}
