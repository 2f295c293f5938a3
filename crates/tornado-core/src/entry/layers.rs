//! Tower layers around an application, a group of routes, or a single route.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::{Request, Response};
use tornado_routing::PathParams;
use tower_layer::Layer;
use tower_service::Service;
use tracing::error;

use super::builder::ApplicationBuilder;
use super::service::{connection_of, server_error};
use crate::application::Application;
use crate::axum::TakesAxumBody;
use crate::body::BoxError;
use crate::connection::ConnectionInfo;
use crate::dispatch::{Endpoint, Layered, Mounted, ResponseFuture, ServiceEndpoint};
use crate::log::APPLICATION;
use crate::rule::{Rule, RuleTarget};
use crate::{Body, access_log};

impl Rule {
    /// Puts a tower layer around the route, or around all routes of a
    /// [`nest`](crate::nest), which then share it. The layer added last is the
    /// outermost, as in axum.
    ///
    /// The layer sees the requests for these routes before any hook of their handlers runs, and the
    /// responses after the last one. A response from the layer itself never reaches `prepare`. The
    /// extensions of the request contain a [`ConnectionInfo`] and axum's `ConnectInfo`, with the
    /// client according to the setting [`xheaders`](crate::Settings::xheaders). Bodies are axum's
    /// in both directions, so that axum's own middleware fits.
    ///
    /// An error or a panic of the layer is a 500, and is logged.
    ///
    /// ```
    /// use tornado_testing::TestClient;
    /// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
    /// use tower_http::cors::CorsLayer;
    ///
    /// #[derive(Handler)]
    /// struct Api(Exchange);
    ///
    /// impl RequestHandler for Api {
    ///     async fn get(&mut self) -> Result {
    ///         self.write("data");
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let rule = url("/api", Api).layer(CorsLayer::permissive());
    /// let client = TestClient::new(Application::new([rule], Settings::new()).unwrap());
    /// let response = client.get("/api").await;
    /// assert_eq!(response.header("Access-Control-Allow-Origin").as_deref(), Some("*"));
    /// # });
    /// ```
    #[must_use]
    pub fn layer<L, B>(self, layer: L) -> Rule
    where
        L: Layer<InnerService>,
        L::Service: Service<Request<axum::body::Body>, Response = Response<B>>,
        L::Service: Clone + Send + 'static,
        <L::Service as Service<Request<axum::body::Body>>>::Future: Send + 'static,
        <L::Service as Service<Request<axum::body::Body>>>::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let service = Arc::new(Mounted::new(TakesAxumBody(layer.layer(InnerService(())))));
        Rule {
            target: put_around(self.target, &(service as Arc<dyn ServiceEndpoint>)),
            ..self
        }
    }
}

fn put_around(target: RuleTarget, service: &Arc<dyn ServiceEndpoint>) -> RuleTarget {
    match target {
        RuleTarget::Endpoint(endpoint) => RuleTarget::Endpoint(Endpoint::Layered(Layered {
            service: Arc::clone(service),
            inner: Some(Arc::new(endpoint)),
        })),
        RuleTarget::Rules(rules) => {
            let around = |rule: Rule| Rule {
                target: put_around(rule.target, service),
                ..rule
            };
            RuleTarget::Rules(rules.into_iter().map(around).collect())
        }
    }
}

impl ApplicationBuilder {
    /// Puts a tower layer around the whole application: around all routes,
    /// static files, and the page for requests without a route. The layer added
    /// last is the outermost. [`Rule::layer`] says what a layer sees, and what
    /// becomes of its error.
    ///
    /// ```
    /// use axum::{extract::Request, middleware::{Next, from_fn}, response::Response};
    /// use tornado_testing::TestClient;
    /// use tornado_web::{Application, Settings};
    ///
    /// async fn no_sniff(request: Request, next: Next) -> Response {
    ///     let mut response = next.run(request).await;
    ///     let value = "nosniff".parse().unwrap();
    ///     response.headers_mut().insert("X-Content-Type-Options", value);
    ///     response
    /// }
    ///
    /// # tornado_testing::block_on(async {
    /// let app = Application::builder(Settings::new()).layer(from_fn(no_sniff)).build().unwrap();
    /// let response = TestClient::new(app).get("/nothing").await;
    /// assert_eq!(response.header("X-Content-Type-Options").as_deref(), Some("nosniff"));
    /// # });
    /// ```
    pub fn layer<L, B>(mut self, layer: L) -> ApplicationBuilder
    where
        L: Layer<InnerService>,
        L::Service: Service<Request<axum::body::Body>, Response = Response<B>>,
        L::Service: Clone + Send + 'static,
        <L::Service as Service<Request<axum::body::Body>>>::Future: Send + 'static,
        <L::Service as Service<Request<axum::body::Body>>>::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let behind = self.layered.take();
        self.layered = Some(Layered {
            service: Arc::new(Mounted::new(TakesAxumBody(layer.layer(InnerService(()))))),
            inner: behind.map(|layered| Arc::new(Endpoint::Layered(layered))),
        });
        self
    }
}

/// The service that the layers of an application wrap: the path to the handler.
///
/// It finds that path in the extensions of the request, so a layer that makes
/// its own request must pass them on.
#[derive(Clone, Debug)]
pub struct InnerService(());

/// The path to the handler, stored in the extensions of a request.
#[derive(Clone)]
struct WayOn {
    application: Application,
    /// `None` means all routes.
    to: Option<Arc<Endpoint>>,
    groups: PathParams,
    begun: Instant,
    /// Whether it was taken: then code further in writes the access log.
    taken: Arc<AtomicBool>,
}

impl<B> Service<Request<B>> for InnerService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<axum::body::Body>;
    type Error = Infallible;
    type Future = InnerFuture;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> InnerFuture {
        let response = on_its_way(request);
        Box::pin(async move { Ok(response.await?.map(axum::body::Body::new)) })
    }
}

/// Answers a request that has passed through a layer.
fn on_its_way<B>(mut request: Request<B>) -> ResponseFuture
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let Some(way) = request.extensions_mut().remove::<WayOn>() else {
        error!(target: APPLICATION, "A layer has dropped the extensions of the request, which lead to its handler");
        return ResponseFuture::boxed(std::future::ready(server_error()));
    };
    way.taken.store(true, Ordering::Relaxed);
    let connection = connection_of(&request);
    let (parts, body) = request.into_parts();
    let application = &way.application;
    match &way.to {
        None => application.find_and_answer(parts, body, connection, way.begun),
        Some(endpoint) => {
            application.answer_at(endpoint, way.groups, parts, body, connection, way.begun)
        }
    }
}

type InnerFuture =
    Pin<Box<dyn Future<Output = Result<Response<axum::body::Body>, Infallible>> + Send>>;

impl Application {
    /// Answers a request through a layer.
    #[cold]
    pub(super) fn answer_by_layer<B>(
        &self,
        layered: &Layered,
        groups: PathParams,
        mut request: Request<B>,
        connection: ConnectionInfo,
        begun: Instant,
    ) -> ResponseFuture
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let taken = Arc::new(AtomicBool::new(false));
        let way = WayOn {
            application: self.clone(),
            to: layered.inner.clone(),
            groups,
            begun,
            taken: Arc::clone(&taken),
        };
        let extensions = request.extensions_mut();
        extensions.insert(way);
        extensions.insert(self.clone());
        connection.show(extensions);
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let response = layered.service.call(request.map(Body::new));
        ResponseFuture::boxed(async move {
            let response = response.await.unwrap_or_else(|error| {
                error!(target: APPLICATION, "A layer failed for {method} {uri}: {error}");
                server_error()
            });
            if !taken.load(Ordering::Relaxed) {
                let uri = uri.path_and_query().map_or("", |p| p.as_str());
                let status = response.status().as_u16();
                access_log::line(status, &method, uri, &connection, || begun.elapsed());
            }
            response
        })
    }
}
