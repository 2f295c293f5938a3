//! `Application` as a tower service.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use tornado_routing::PathParams;
use tower_service::Service;
use tracing::{Instrument as _, error, info};

use super::incoming::{Incoming, start};
use super::router::Router;
use crate::access_log;
use crate::application::Application;
use crate::body::BoxError;
use crate::body_arguments::has_too_many;
use crate::builtin::UndecidedHandler;
use crate::connection::ConnectionInfo;
use crate::dispatch::{
    BodyNeed, Endpoint, HandlerEndpoint, ResponseFuture, ServiceEndpoint, refuse,
};
use crate::log::{self, APPLICATION, GENERAL};
use crate::request::{HttpServerRequest, Refusal};
use crate::request_id::{self, RequestId};
use crate::{Body, Exchange};

impl<B> Service<Request<B>> for Application
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    /// Answers a request. The client is taken from a [`ConnectionInfo`] in the
    /// request's extensions, or from axum's `ConnectInfo`.
    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        let connection = connection_of(&request);
        self.handle(request, connection)
    }
}

impl Application {
    #[inline]
    fn router(&self) -> &Router {
        let router = self.routes().downcast_ref();
        router.expect("every application is made by its builder")
    }

    /// Answers a request that has arrived on this connection.
    pub(crate) fn handle<B>(
        &self,
        request: Request<B>,
        connection: ConnectionInfo,
    ) -> ResponseFuture
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        self.handle_parts(parts, body, connection)
    }

    /// As `handle`, for a request in its parts.
    #[inline]
    pub(crate) fn handle_parts<B>(
        &self,
        parts: Parts,
        body: B,
        connection: ConnectionInfo,
    ) -> ResponseFuture
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        log::enable_for(|| self.settings().get_logging());
        if self.settings().get_request_ids() {
            self.answer_with_id(parts, body, connection)
        } else {
            self.answer(parts, body, connection)
        }
    }

    /// As above, with the id of the request around all of it and in the
    /// response.
    #[cold]
    fn answer_with_id<B>(
        &self,
        mut parts: Parts,
        body: B,
        connection: ConnectionInfo,
    ) -> ResponseFuture
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let id = RequestId::of(&parts.headers, &parts.extensions, &connection);
        let span = id.span();
        parts.extensions.insert(id.clone());
        let response = span.in_scope(|| self.answer(parts, body, connection));
        let within = span.clone();
        let response = async move {
            let Ok(mut response) = response.await;
            let headers = response.headers_mut();
            // A handler may have set a different one.
            let header = headers.entry(request_id::HEADER);
            header.or_insert_with(|| id.header_value());
            response.map(|body| body.within(span))
        };
        ResponseFuture::boxed(response.instrument(within))
    }

    // Most applications have no ids, and get here directly.
    #[inline(always)]
    fn answer<B>(&self, parts: Parts, body: B, connection: ConnectionInfo) -> ResponseFuture
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let begun = Instant::now();
        #[cfg(feature = "axum")]
        if let Some(layered) = &self.router().layered {
            let request = Request::from_parts(parts, body);
            return self.answer_by_layer(layered, PathParams::new(), request, connection, begun);
        }
        self.find_and_answer(parts, body, connection, begun)
    }

    /// Answers a request that has passed what is around all routes.
    #[inline(always)]
    pub(super) fn find_and_answer<B>(
        &self,
        parts: Parts,
        body: B,
        connection: ConnectionInfo,
        begun: Instant,
    ) -> ResponseFuture
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        if let Some(query) = parts.uri.query()
            && has_too_many(query.as_bytes(), &self.settings().get_parse_body_config())
        {
            let remote_ip = connection.remote_ip();
            info!(target: GENERAL, "Malformed HTTP message from {remote_ip}: too many fields in the query");
            return ResponseFuture::running(refuse(Refusal::BadRequest));
        }
        let undecided;
        let (endpoint, groups) = match self.router().find(&parts) {
            Ok(found) => found,
            Err(error) => {
                undecided = UndecidedHandler::endpoint(error);
                (&undecided, PathParams::new())
            }
        };
        self.answer_at(endpoint, groups, parts, body, connection, begun)
    }

    /// Answers a request whose route has been found.
    #[inline(always)]
    pub(super) fn answer_at<B>(
        &self,
        endpoint: &Endpoint,
        groups: PathParams,
        parts: Parts,
        body: B,
        connection: ConnectionInfo,
        begun: Instant,
    ) -> ResponseFuture
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        match endpoint {
            Endpoint::Handler(endpoint) => {
                #[cfg(feature = "tower-cookies")]
                let parts = {
                    let mut parts = parts;
                    crate::jar::show(&mut parts);
                    parts
                };
                self.handle_at(endpoint, groups, parts, body, connection, begun)
            }
            Endpoint::Service(service) => {
                let request = Request::from_parts(parts, body);
                self.answer_by_service(&**service, request, connection, begun)
            }
            #[cfg(feature = "axum")]
            Endpoint::Layered(layered) => {
                let request = Request::from_parts(parts, body);
                self.answer_by_layer(layered, groups, request, connection, begun)
            }
        }
    }

    #[inline(always)]
    fn handle_at<B>(
        &self,
        endpoint: &Arc<dyn HandlerEndpoint>,
        groups: PathParams,
        parts: Parts,
        body: B,
        connection: ConnectionInfo,
        begun: Instant,
    ) -> ResponseFuture
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        if body.is_end_stream() {
            let request = HttpServerRequest::new(parts, Bytes::new(), connection, begun);
            let exchange = Exchange::new(self.clone(), request);
            return ResponseFuture::running(start(exchange, &**endpoint, groups));
        }
        let streams = endpoint.streams_request_body();
        let small = body
            .size_hint()
            .exact()
            .is_some_and(|size| size <= SMALL_BODY);
        let head_from_get = self.settings().get_head_from_get();
        let need = if streams || small {
            BodyNeed::Read
        } else {
            endpoint.need_of_body(&parts.method, head_from_get)
        };
        let incoming = Incoming {
            application: self.clone(),
            endpoint: Arc::clone(endpoint),
            groups,
            parts,
            body: Body::new(body),
            connection,
            start: begun,
        };
        match need {
            _ if streams => ResponseFuture::running(incoming.stream()),
            BodyNeed::Read => ResponseFuture::reading(incoming.read()),
            BodyNeed::Leave => ResponseFuture::running(incoming.leave(None)),
            BodyNeed::Refuse(error) => ResponseFuture::running(incoming.leave(Some(*error))),
        }
    }

    fn answer_by_service<B>(
        &self,
        service: &dyn ServiceEndpoint,
        request: Request<B>,
        connection: ConnectionInfo,
        begun: Instant,
    ) -> ResponseFuture
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let mut request = request.map(Body::new);
        let extensions = request.extensions_mut();
        connection.show(extensions);
        extensions.insert(self.clone());
        let response = service.call(request);
        ResponseFuture::boxed(async move {
            let response = response.await.unwrap_or_else(|error| {
                error!(target: APPLICATION, "A mounted service failed for {method} {uri}: {error}");
                server_error()
            });
            let uri = uri.path_and_query().map_or("", |p| p.as_str());
            let status = response.status().as_u16();
            access_log::line(status, &method, uri, &connection, || begun.elapsed());
            response
        })
    }
}

/// The response when what should have answered has failed.
pub(super) fn server_error() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// A body up to this size is read even if nobody asks for it, so that the
/// connection can be kept.
const SMALL_BODY: u64 = 64 * 1024;

pub(super) fn connection_of<B>(request: &Request<B>) -> ConnectionInfo {
    let extensions = request.extensions();
    let connection = extensions.get::<ConnectionInfo>().copied();
    #[cfg(feature = "axum")]
    let connection = connection.or_else(|| ConnectionInfo::of_axum(extensions));
    connection.unwrap_or_default()
}
