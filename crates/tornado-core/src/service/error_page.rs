//! `error_page`: what `send_error` does, and each error that a handler raises.

use http::StatusCode;
use tracing::error;

use crate::error::{Error, HttpError};
use crate::handler::RequestHandler;
use crate::log::{APPLICATION, GENERAL};

/// Tornado's `send_error`: throws away what was to be sent, and sends the page
/// of an error.
pub(crate) async fn error_page<H: RequestHandler>(
    handler: &mut H,
    status: u16,
    reason: Option<&str>,
    error: Option<&Error>,
) {
    let exchange = handler.exchange_mut();
    if exchange.headers_sent() {
        error!(target: GENERAL, "Cannot send error response after headers written");
        return exchange.break_off();
    }
    exchange.response_mut().clear();
    handler.set_default_headers();
    let mut status = status;
    let response = handler.exchange_mut().response_mut();
    if response.set_status(status, reason).is_err() {
        error!(target: APPLICATION, "send_error({status}) has no HTTP status, so it is a 500");
        response.status = StatusCode::INTERNAL_SERVER_ERROR;
        status = response.status.as_u16();
    }
    if let Some(http) = error.and_then(Error::downcast_ref::<HttpError>) {
        let headers = &mut handler.exchange_mut().response_mut().headers;
        headers.extend(http.headers().cloned());
    }
    let mut result = Ok(());
    if status != StatusCode::NOT_MODIFIED.as_u16() {
        result = handler.write_error(status, error).await;
    }
    let exchange = handler.exchange_mut();
    if let Err(error) = result.and(exchange.take_raised()) {
        error!(target: APPLICATION, "Uncaught exception in write_error\n{}", error.report());
    }
    exchange.set_finished();
}
