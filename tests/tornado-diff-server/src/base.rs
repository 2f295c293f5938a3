//! Shared by the handlers.

use tornado_web::prelude::*;

/// A handler without the XSRF check, which only `/xsrf` is about.
#[derive(Handler)]
pub(crate) struct Base(Exchange);

impl RequestHandler for Base {
    fn check_xsrf_cookie(&mut self) -> Result {
        Ok(())
    }
}
