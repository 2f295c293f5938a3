//! `Incoming`: a request whose body is still on its way.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tracing::info;

use super::Application;
use crate::dispatch::{HandlerEndpoint, Outbox, Started, refuse};
use crate::log::GENERAL;
use crate::request::{ConnectionInfo, HttpServerRequest};
use crate::routing::PathParams;
use crate::{Body, Exchange, HttpError};

/// What is known when the head is here. The route is found already; the
/// handler is made when the body is here, as in Tornado.
pub(crate) struct Incoming {
    pub(super) application: Application,
    pub(super) endpoint: Arc<dyn HandlerEndpoint>,
    pub(super) groups: PathParams,
    pub(super) parts: Parts,
    pub(super) body: Body,
    pub(super) connection: ConnectionInfo,
    pub(super) start: Instant,
}

impl Incoming {
    /// Waits for the body and starts the handler.
    pub(crate) async fn read(self) -> Started {
        let limit = self.application.settings().get_max_body_size();
        let (body, failure) = match read(self.body, limit).await {
            Ok(body) => (body, None),
            Err(error) if error.is::<LengthLimitError>() => {
                // What is left of it will not be read, so neither is another request.
                let message = format!("Content-Length too long: the limit is {limit} bytes");
                let error = HttpError::new(413).with_log_message(message);
                (
                    Bytes::new(),
                    Some(error.with_header(header::CONNECTION, HeaderValue::from_static("close"))),
                )
            }
            Err(error) => {
                info!(
                    target: GENERAL,
                    "Malformed HTTP message from {}: {error}",
                    self.connection.remote_ip()
                );
                return refuse(StatusCode::BAD_REQUEST);
            }
        };
        let request = HttpServerRequest::new(self.parts, body, self.connection, self.start);
        start(
            self.application,
            request,
            &*self.endpoint,
            self.groups,
            failure,
        )
    }
}

async fn read(body: Body, limit: usize) -> Result<Bytes, crate::body::BoxError> {
    use http_body::Body as _;
    if body.size_hint().lower() > limit as u64 {
        // Said at once, as `Limited` would say it after the limit.
        return Err(
            Limited::new(http_body_util::Full::new(Bytes::from_static(b"x")), 0)
                .collect()
                .await
                .expect_err("one byte is over a limit of none"),
        );
    }
    Ok(Limited::new(body, limit).collect().await?.to_bytes())
}

/// Makes the exchange and starts its handler; with a failure, for its error
/// page.
#[inline]
pub(super) fn start(
    application: Application,
    request: HttpServerRequest,
    endpoint: &dyn HandlerEndpoint,
    groups: PathParams,
    failure: Option<HttpError>,
) -> Started {
    let head_only = *request.method() == http::Method::HEAD;
    let outbox = Arc::new(if head_only {
        Outbox::head_only()
    } else {
        Outbox::default()
    });
    let mut exchange = Exchange::new(application, request, Arc::clone(&outbox));
    if let Some(error) = failure {
        exchange.raise(error);
    }
    Started {
        handler: endpoint.start(exchange, groups),
        outbox,
    }
}
