//! Using this crate from axum, and axum from this crate.

use std::fmt;
use std::future::Future;
use std::task::{self, Poll};

use axum::Router;
use axum::extract::{FromRequest, FromRequestParts};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use tower_service::Service;
use tracing::error;

use crate::application::missing_state;
use crate::log::APPLICATION;
use crate::{Application, Body, Context as _, Error, Finish, Output as _, RequestHandler, Result};

/// An axum router that contains only the application, to nest, merge or wrap in
/// layers.
///
/// ```
/// use axum::{Router, routing::get};
/// use tornado_web::{Application, Settings};
///
/// let app = Application::new([], Settings::new()).unwrap();
/// let router: Router = Router::new().route("/new", get(|| async { "axum" })).merge(Router::from(app));
/// # tornado_testing::block_on(async {
/// # let app = Application::new([tornado_web::mount(".*", router)], Settings::new()).unwrap();
/// # let client = tornado_testing::TestClient::new(app);
/// # assert_eq!(client.get("/new").await.text(), "axum");
/// # assert!(client.get("/old").await.text().contains("404: Not Found"));
/// # });
/// ```
impl<S: Clone + Send + Sync + 'static> From<Application> for Router<S> {
    fn from(application: Application) -> Router<S> {
        Router::new().fallback_service(application)
    }
}

/// Runs axum's extractors inside a handler.
///
/// ```
/// use axum::extract::Query;
/// use tornado_web::axum::AxumMixin;
/// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct Search(Exchange);
///
/// impl RequestHandler for Search {
///     async fn get(&mut self) -> Result {
///         let Query(pairs): Query<Vec<(String, String)>> = self.extract().await?;
///         self.write(format!("{pairs:?}"));
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let client = TestClient::new(Application::new([url("/", Search)], Settings::new()).unwrap());
/// assert_eq!(client.get("/?a=b").await.text(), r#"[("a", "b")]"#);
/// # });
/// ```
pub trait AxumMixin: RequestHandler {
    /// Runs an extractor on the request, including its body. As in axum, `M` is
    /// always inferred; it distinguishes extractors of the head from those that
    /// also consume the body.
    ///
    /// # Errors
    ///
    /// Ends the request with the extractor's rejection, as axum would.
    fn extract<E, M>(&mut self) -> impl Future<Output = Result<E>> + Send
    where
        E: FromRequest<(), M> + Send,
        E::Rejection: Send,
    {
        self.extract_with_state(&())
    }

    /// As [`extract`](Self::extract), for extractors that need a state.
    ///
    /// # Errors
    ///
    /// As [`extract`](Self::extract).
    fn extract_with_state<E, M, S>(&mut self, state: &S) -> impl Future<Output = Result<E>> + Send
    where
        E: FromRequest<S, M> + Send,
        E::Rejection: Send,
        S: Send + Sync,
    {
        async {
            let request = self.exchange().request();
            let body = axum::body::Body::from(request.body.clone());
            let mut parts = request.parts.clone();
            request.connection().show(&mut parts.extensions);
            // For `AppState`. If this application is mounted in another, that one may be there.
            parts.extensions.insert(self.application().clone());
            let request = Request::from_parts(parts, body);
            match E::from_request(request, state).await {
                Ok(extracted) => Ok(extracted),
                Err(rejection) => Err(reject(self, rejection).await),
            }
        }
    }

    /// Runs an extractor on the head of the request, which is cheaper if the
    /// body does not matter.
    ///
    /// # Errors
    ///
    /// As [`extract`](Self::extract).
    fn extract_parts<E>(&mut self) -> impl Future<Output = Result<E>> + Send
    where
        E: FromRequestParts<()> + Send,
        E::Rejection: Send,
    {
        async {
            let application = self.application().clone();
            let request = self.exchange_mut().request_mut();
            let connection = *request.connection();
            let parts = &mut request.parts;
            connection.show(&mut parts.extensions);
            parts.extensions.insert(application);
            let extracted = E::from_request_parts(parts, &()).await;
            match extracted {
                Ok(extracted) => Ok(extracted),
                Err(rejection) => Err(reject(self, rejection).await),
            }
        }
    }
}

impl<H: RequestHandler> AxumMixin for H {}

/// An extractor for the [state](crate::Settings::state) of the application, in
/// a router that is [mounted](crate::mount) in it and through
/// [`extract`](AxumMixin::extract).
///
/// It is separate from axum's `State`, which is the router's own.
///
/// ```
/// use axum::{Router, routing::get};
/// use tornado_web::axum::AppState;
/// use tornado_web::{Application, Settings, mount};
/// use tornado_testing::TestClient;
///
/// #[derive(Clone)]
/// struct Motto(&'static str);
///
/// async fn motto(AppState(motto): AppState<Motto>) -> &'static str {
///     motto.0
/// }
///
/// # tornado_testing::block_on(async {
/// let router = Router::new().route("/new/motto", get(motto));
/// let settings = Settings::new().state(Motto("to the point"));
/// let client = TestClient::new(Application::new([mount("/new/.*", router)], settings).unwrap());
/// assert_eq!(client.get("/new/motto").await.text(), "to the point");
/// # });
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::exhaustive_structs,
    reason = "an extractor is taken apart by a pattern"
)]
pub struct AppState<T>(pub T);

impl<S: Send + Sync, T: Clone + Send + Sync + 'static> FromRequestParts<S> for AppState<T> {
    type Rejection = MissingState;

    async fn from_request_parts(
        parts: &mut Parts,
        _state: &S,
    ) -> std::result::Result<Self, MissingState> {
        let application = parts.extensions.get::<Application>();
        let state = application.and_then(Application::state::<T>);
        state.cloned().map(AppState).ok_or_else(|| {
            MissingState(match application {
                Some(_) => missing_state::<T>(),
                None => {
                    "no application: `AppState` is for routers that are mounted in one".to_owned()
                }
            })
        })
    }
}

/// Why an [`AppState`] is not available. As a response it is a 500, with the
/// message in the log.
#[derive(Debug)]
pub struct MissingState(String);

impl fmt::Display for MissingState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MissingState {}

impl IntoResponse for MissingState {
    fn into_response(self) -> Response {
        error!(target: APPLICATION, "{self}");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

/// A service for requests with axum's body, which axum's middleware requires.
#[derive(Clone)]
pub(crate) struct TakesAxumBody<S>(pub(crate) S);

impl<S> Service<Request<Body>> for TakesAxumBody<S>
where
    S: Service<Request<axum::body::Body>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(
        &mut self,
        cx: &mut task::Context<'_>,
    ) -> Poll<std::result::Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> S::Future {
        self.0.call(request.map(axum::body::Body::new))
    }
}

/// Turns a rejection into the response, and ends the request.
async fn reject<H: RequestHandler>(handler: &mut H, rejection: impl IntoResponse + Send) -> Error {
    let (head, body) = rejection.into_response().into_parts();
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return error.into(),
    };
    handler.set_status(head.status.as_u16());
    let headers = handler.exchange_mut().response_headers_mut();
    for (name, value) in &head.headers {
        headers.insert(name, value.clone());
    }
    Finish::with_chunk(body).into()
}
