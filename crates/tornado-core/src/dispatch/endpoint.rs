//! `Endpoint`: what a route leads to, with its types erased.

#[cfg(feature = "axum")]
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use http::{Method, Request, Response, StatusCode, header};
use tornado_routing::PathParams;
use tower_service::Service;
use tracing::error;

use super::class::{Factory, route_to};
use super::driver::drive;
use super::outcome::{HandlerFuture, Outcome, bare, catch_panic, panic_error};
use super::response_future::ServiceFuture;
use crate::body::BoxError;
use crate::exchange::RouteClass;
use crate::handler::{MethodChoice, MethodSet};
use crate::log::APPLICATION;
use crate::{Body, Exchange, FromExchange, HttpError, RequestHandler, StateNeeds};

/// A handler class or a mounted service, with or without a layer around it.
pub(crate) enum Endpoint {
    Handler(Arc<dyn HandlerEndpoint>),
    Service(Box<dyn ServiceEndpoint>),
    #[cfg(feature = "axum")]
    Layered(Layered),
}

/// A tower layer, made into a service, and what it wraps.
#[cfg(feature = "axum")]
pub(crate) struct Layered {
    pub(crate) service: Arc<dyn ServiceEndpoint>,
    /// `None` means all routes of the application.
    pub(crate) inner: Option<Arc<Endpoint>>,
}

#[cfg(feature = "axum")]
impl fmt::Debug for Layered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layered").finish_non_exhaustive()
    }
}

/// A handler class with its factory: `(Handler, initialize arguments)`.
pub(crate) trait HandlerEndpoint: Send + Sync {
    /// Makes the handler and the future that runs it.
    fn start(&self, exchange: Exchange, groups: PathParams) -> HandlerFuture;

    /// Whether it takes the body piece by piece.
    fn streams_request_body(&self) -> bool;

    /// What it does with the body of a request with this method.
    fn need_of_body(&self, method: &Method, head_from_get: bool) -> BodyNeed;

    /// Adds what it needs from the application's state.
    fn needs(&self, needs: &mut StateNeeds);
}

/// What a handler does with a body.
#[derive(Debug)]
pub(crate) enum BodyNeed {
    Read,
    /// It answers without the body.
    Leave,
    /// It answers with this error.
    Refuse(Box<HttpError>),
}

impl Endpoint {
    pub(crate) fn handler<H, F>(factory: F) -> Endpoint
    where
        H: RequestHandler,
        H::Base: FromExchange,
        F: Fn(H::Base) -> H + Send + Sync + 'static,
    {
        let factory = Arc::new(factory);
        let again = Arc::clone(&factory);
        let again = Factory(Box::new(move |base| again(base)));
        Endpoint::made_by(
            move |exchange| factory(H::Base::from_exchange(exchange)),
            Some(again),
            <H::Base as FromExchange>::needs,
        )
    }

    /// A handler class whose factory also makes its bases.
    pub(crate) fn from_exchange<H, F>(factory: F) -> Endpoint
    where
        H: RequestHandler,
        F: Fn(Exchange) -> H + Send + Sync + 'static,
    {
        Endpoint::made_by(factory, None, |_| ())
    }

    /// A handler class that needs no factory.
    pub(crate) fn class<H: RequestHandler + FromExchange>() -> Endpoint {
        Endpoint::made_by(H::from_exchange, None, <H as FromExchange>::needs)
    }

    fn made_by<H, F>(make: F, factory: Option<Factory<H>>, needs: fn(&mut StateNeeds)) -> Endpoint
    where
        H: RequestHandler,
        F: Fn(Exchange) -> H + Send + Sync + 'static,
    {
        Endpoint::Handler(Arc::new(HandlerClass {
            make,
            route: Arc::new(route_to(factory)),
            needs,
            methods: MethodSet::of::<H>(),
            handler: PhantomData,
        }))
    }

    /// Adds what it needs from the application's state.
    pub(crate) fn needs(&self, needs: &mut StateNeeds) {
        match self {
            Endpoint::Handler(handler) => handler.needs(needs),
            #[cfg(feature = "axum")]
            Endpoint::Layered(Layered { inner, .. }) => {
                if let Some(inner) = inner {
                    inner.needs(needs);
                }
            }
            Endpoint::Service(_) => {}
        }
    }

    pub(crate) fn service<S, B>(service: S) -> Endpoint
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Endpoint::Service(Box::new(Mounted::new(service)))
    }
}

/// A handler type, and a factory that makes it from an exchange.
struct HandlerClass<H, F> {
    make: F,
    route: Arc<RouteClass>,
    needs: fn(&mut StateNeeds),
    methods: MethodSet,
    handler: PhantomData<fn() -> H>,
}

impl<H, F> HandlerEndpoint for HandlerClass<H, F>
where
    H: RequestHandler,
    F: Fn(Exchange) -> H + Send + Sync + 'static,
{
    fn start(&self, mut exchange: Exchange, groups: PathParams) -> HandlerFuture {
        exchange.set_route(Arc::clone(&self.route));
        // In Tornado, an exception here cuts the connection without an answer.
        let made = catch_unwind(AssertUnwindSafe(|| (self.make)(exchange)));
        match made {
            Ok(handler) => {
                // It is made in place: moving it there would copy all of it, and it is
                // large.
                let place = Box::new_uninit();
                let future = Box::write(place, drive(handler, self.methods, groups));
                Box::into_pin(future)
            }
            Err(panic) => {
                let (handler, error) = (std::any::type_name::<H>(), panic_error(&*panic));
                error!(target: APPLICATION, "Uncaught panic in the factory of {handler}: {}", error.report());
                Box::pin(std::future::ready(Outcome::Response(bare(
                    StatusCode::INTERNAL_SERVER_ERROR,
                ))))
            }
        }
    }

    fn streams_request_body(&self) -> bool {
        H::STREAM_REQUEST_BODY
    }

    fn need_of_body(&self, method: &Method, head_from_get: bool) -> BodyNeed {
        match self.methods.choice(method, head_from_get) {
            MethodChoice::Call | MethodChoice::CallGet | MethodChoice::CallCustom => BodyNeed::Read,
            MethodChoice::Unsupported => BodyNeed::Leave,
            // Everything happens in `prepare`, as in the page for requests without a
            // route.
            MethodChoice::Unimplemented if self.methods.is_empty() => BodyNeed::Leave,
            MethodChoice::Unimplemented => {
                let allow = self.methods.allow(head_from_get);
                let error = HttpError::new(405).with_header(header::ALLOW, allow);
                BodyNeed::Refuse(Box::new(error))
            }
        }
    }

    fn needs(&self, needs: &mut StateNeeds) {
        needs.of_route::<H>();
        (self.needs)(needs);
    }
}

/// Any tower service: an axum router, another application.
pub(crate) trait ServiceEndpoint: Send + Sync {
    fn call(&self, request: Request<Body>) -> ServiceFuture;
}

/// Tower services take `&mut self` and need not be `Sync`. Each call works on a
/// clone, as tower requires.
pub(crate) struct Mounted<S>(Mutex<S>);

impl<S> Mounted<S> {
    pub(crate) fn new(service: S) -> Mounted<S> {
        Mounted(Mutex::new(service))
    }
}

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
        let answer = async move {
            std::future::poll_fn(|cx| service.poll_ready(cx))
                .await
                .map_err(Into::into)?;
            let response = service.call(request).await.map_err(Into::into)?;
            Ok(response.map(Body::new))
        };
        // A panic would otherwise end the connection without an answer or a
        // line in the log.
        Box::pin(async move { catch_panic(async { Ok(answer.await) }).await? })
    }
}
