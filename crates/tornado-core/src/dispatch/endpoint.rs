//! `Endpoint`: what a route leads to, with its types erased.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use http::{Request, Response, StatusCode};
use tornado_routing::PathParams;
use tower_service::Service;
use tracing::error;

use super::driver::drive;
use super::outcome::{HandlerFuture, Outcome, bare};
use super::response_future::ServiceFuture;
use crate::body::BoxError;
use crate::handler::MethodSet;
use crate::log::APPLICATION;
use crate::{Body, Exchange, RequestHandler};

/// A handler class or a mounted service.
pub(crate) enum Endpoint {
    Handler(Arc<dyn HandlerEndpoint>),
    Service(Box<dyn ServiceEndpoint>),
}

/// A handler class with its factory: `(Handler, initialize arguments)`.
pub(crate) trait HandlerEndpoint: Send + Sync {
    /// Makes the handler and the future that runs it.
    fn start(&self, exchange: Exchange, groups: PathParams) -> HandlerFuture;

    /// Whether it wants the body piece by piece.
    fn streams_request_body(&self) -> bool;
}

struct Class<F> {
    factory: F,
    methods: MethodSet,
}

impl Endpoint {
    pub(crate) fn handler<H, F>(factory: F) -> Endpoint
    where
        H: RequestHandler,
        H::Base: From<Exchange>,
        F: Fn(H::Base) -> H + Send + Sync + 'static,
    {
        Endpoint::Handler(Arc::new(
            Class {
                factory,
                methods: MethodSet::of::<H>(),
            }
            .typed::<H>(),
        ))
    }

    pub(crate) fn service<S, B>(service: S) -> Endpoint
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Endpoint::Service(Box::new(Mounted(Mutex::new(service))))
    }
}

impl<F> Class<F> {
    fn typed<H>(self) -> Typed<H, F> {
        Typed {
            class: self,
            handler: std::marker::PhantomData,
        }
    }
}

/// `Class` and the handler that its factory makes, which `F` alone does not
/// name.
struct Typed<H, F> {
    class: Class<F>,
    handler: std::marker::PhantomData<fn() -> H>,
}

impl<H, F> HandlerEndpoint for Typed<H, F>
where
    H: RequestHandler,
    H::Base: From<Exchange>,
    F: Fn(H::Base) -> H + Send + Sync + 'static,
{
    fn start(&self, exchange: Exchange, groups: PathParams) -> HandlerFuture {
        // In Tornado an exception here cuts the connection without an answer.
        let made = catch_unwind(AssertUnwindSafe(|| {
            (self.class.factory)(H::Base::from(exchange))
        }));
        match made {
            Ok(handler) => Box::pin(drive(handler, self.class.methods, groups)),
            Err(_) => {
                error!(target: APPLICATION, "Uncaught panic in the factory of {}", std::any::type_name::<H>());
                Box::pin(std::future::ready(Outcome::Response(bare(
                    StatusCode::INTERNAL_SERVER_ERROR,
                ))))
            }
        }
    }

    fn streams_request_body(&self) -> bool {
        H::STREAM_REQUEST_BODY
    }
}

/// Any tower service: an axum router, another application.
pub(crate) trait ServiceEndpoint: Send + Sync {
    fn call(&self, request: Request<Body>) -> ServiceFuture;
}

/// Tower services are `&mut self` and need not be `Sync`; each call works on a
/// clone, as tower asks for.
struct Mounted<S>(Mutex<S>);

impl<S, B> ServiceEndpoint for Mounted<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn call(&self, request: Request<Body>) -> ServiceFuture {
        let mut service = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone();
        Box::pin(async move {
            std::future::poll_fn(|cx| service.poll_ready(cx))
                .await
                .map_err(Into::into)?;
            let response = service.call(request).await.map_err(Into::into)?;
            Ok(response.map(Body::new))
        })
    }
}
