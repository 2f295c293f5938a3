//! `Incoming`: a request whose body is still arriving.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::request::Parts;
use tornado_routing::PathParams;

use crate::application::Application;
use crate::connection::ConnectionInfo;
use crate::dispatch::{HandlerEndpoint, Started, refuse};
use crate::request::{Budget, HttpServerRequest, IncomingBody, ReadError, Refusal, Share};
use crate::{Body, Exchange, HttpError};

/// What is known once the head has arrived, including the route.
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
    /// Waits for the body and starts the handler, as Tornado does.
    pub(crate) async fn read(mut self) -> Started {
        let settings = self.application.settings();
        let body = IncomingBody::new(self.body, &mut self.parts.headers, settings);
        let of_connection = self.parts.extensions.remove::<Arc<Budget>>();
        let of_all = Arc::clone(self.application.bodies());
        let mut share = Share::of(of_connection.into_iter().chain([of_all]));
        let (body, too_large) = match body.whole(&mut share).await {
            Ok(body) => (body, None),
            Err(error @ (ReadError::TooLarge(_) | ReadError::Bomb(_) | ReadError::Full)) => {
                (Bytes::new(), Some(error))
            }
            Err(error) => return refuse(Refusal::of(&error, &self.connection)),
        };
        let mut request = HttpServerRequest::new(self.parts, body, self.connection, self.start);
        request.keep(share);
        let mut exchange = Exchange::new(self.application, request);
        if let Some(error) = too_large {
            // An error page from a handler that has seen nothing of the body.
            exchange.close_connection();
            exchange.raise(error.into_http());
        }
        start(exchange, &*self.endpoint, self.groups)
    }

    /// Starts a handler that answers from the head alone.
    pub(super) fn leave(self, error: Option<HttpError>) -> Started {
        let request = HttpServerRequest::new(self.parts, Bytes::new(), self.connection, self.start);
        let mut exchange = Exchange::new(self.application, request);
        exchange.close_connection();
        if let Some(error) = error {
            exchange.raise(error);
        }
        start(exchange, &*self.endpoint, self.groups)
    }

    /// Starts a handler that asks for its body itself.
    pub(super) fn stream(mut self) -> Started {
        let settings = self.application.settings();
        let body = IncomingBody::new(self.body, &mut self.parts.headers, settings);
        let request = HttpServerRequest::new(self.parts, Bytes::new(), self.connection, self.start);
        let mut exchange = Exchange::new(self.application, request);
        exchange.set_incoming(body);
        start(exchange, &*self.endpoint, self.groups)
    }
}

/// Makes the handler of an exchange and starts it.
#[inline]
pub(super) fn start(
    exchange: Exchange,
    endpoint: &dyn HandlerEndpoint,
    groups: PathParams,
) -> Started {
    let outbox = Arc::clone(exchange.outbox());
    Started {
        handler: endpoint.start(exchange, groups),
        outbox,
    }
}
