//! `complete`: the end of a response that nobody has flushed.

use http::header::{CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, ETAG};
use http::{Method, Response, StatusCode};

use crate::body::Body;
use crate::error::{Error, Result};
use crate::etag;
use crate::exchange::{body_allowed, has};
use crate::handler::RequestHandler;

/// The head of a response that is complete in the buffer, with what Tornado
/// adds at `finish()`: the entity tag, a 304 where the client has the page
/// already, and the length.
pub(super) fn complete<H: RequestHandler>(handler: &mut H) -> Result<Response<Body>> {
    let conditional = {
        let inner = &handler.exchange().0;
        inner.response.status == StatusCode::OK
            && matches!(*inner.request.method(), Method::GET | Method::HEAD)
            && !has(&inner.response.headers, &ETAG)
    };
    if conditional && let Some(tag) = handler.compute_etag() {
        let inner = &mut handler.exchange_mut().0;
        if etag::matches(inner.request.headers(), &tag) {
            inner.response.buffer.take();
            inner.response.status = StatusCode::NOT_MODIFIED;
        }
        inner.response.headers.append(ETAG, tag);
    }
    let exchange = handler.exchange_mut();
    let head_only = exchange.is_head();
    let response = &mut exchange.0.response;
    if response.status.is_informational() {
        return Err(Error::msg(format!(
            "A response can't end with {}",
            response.status.as_u16()
        )));
    }
    if body_allowed(response.status) {
        // The server says the length of a body that it has.
        if head_only {
            let length = response.headers.entry(CONTENT_LENGTH);
            length.or_insert_with(|| response.buffer.as_slice().len().into());
        }
    } else {
        if !response.buffer.is_empty() {
            return Err(Error::msg(format!(
                "Cannot send body with {}",
                response.status.as_u16()
            )));
        }
        for name in [CONTENT_TYPE, CONTENT_ENCODING, CONTENT_LANGUAGE] {
            response.headers.remove(name);
        }
    }
    if exchange
        .0
        .incoming
        .as_ref()
        .is_some_and(|body| !body.is_ended())
    {
        exchange.0.close_connection = true;
    }
    exchange.transform_first_chunk(true);
    exchange.0.response.unwritten = exchange.promised_length();
    exchange.count_last_written()?;
    let head = exchange.head()?;
    let response = &mut exchange.0.response;
    response.head_sent = true;
    let body = response.buffer.take();
    let body = if head_only {
        Body::empty()
    } else {
        Body::from(body)
    };
    Ok(head.map(|()| body))
}
