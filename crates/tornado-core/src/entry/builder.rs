//! `ApplicationBuilder`: building an application step by step.

use super::router::Router;
use crate::access_log::LogFunction;
use crate::application::Application;
use crate::dispatch::Endpoint;
#[cfg(feature = "axum")]
use crate::dispatch::Layered;
use crate::gzip::GZipContentEncoding;
use crate::rule::{Rule, Rules};
use crate::transform::Transforms;
use crate::{
    Exchange, FromExchange, HttpServerRequest, OutputTransform, RequestHandler, Settings,
    SettingsError, StartError, StartErrorKind, StateNeeds, static_files,
};

impl Application {
    /// An application with these routes, tried in order.
    ///
    /// # Errors
    ///
    /// When a pattern or a setting can't be used, or a handler needs a state
    /// that the application was not given; the message names it.
    pub fn new(handlers: impl Rules, settings: Settings) -> Result<Application, StartError> {
        Application::builder(settings).handlers(handlers).build()
    }

    /// Builds an application step by step: with routes for certain hosts, a
    /// handler for requests that nothing matches, a log function.
    pub fn builder(settings: Settings) -> ApplicationBuilder {
        ApplicationBuilder::new(settings)
    }
}

/// Collects the parts of an [`Application`]; see [`Application::builder`].
///
/// ```
/// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// struct NotFound(Exchange);
///
/// impl RequestHandler for NotFound {
///     async fn prepare(&mut self) -> Result {
///         self.set_status(404);
///         self.write("there is no such page");
///         self.finish();
///         Ok(())
///     }
/// }
///
/// # tornado_testing::block_on(async {
/// let app = Application::builder(Settings::new()).default_handler(NotFound).build().unwrap();
/// let client = TestClient::new(app);
/// assert_eq!(client.get("/").await.text(), "there is no such page");
/// # });
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ApplicationBuilder {
    settings: Settings,
    handlers: Vec<Rule>,
    hosts: Vec<(String, Vec<Rule>)>,
    default_host: Option<String>,
    default_handler: Option<DefaultHandler>,
    transforms: Transforms,
    /// The layers around all routes.
    #[cfg(feature = "axum")]
    pub(super) layered: Option<Layered>,
}

/// What answers when nothing matches.
pub(super) struct DefaultHandler(pub(super) Endpoint);

impl std::fmt::Debug for DefaultHandler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DefaultHandler")
    }
}

impl ApplicationBuilder {
    fn new(settings: Settings) -> ApplicationBuilder {
        ApplicationBuilder {
            settings,
            handlers: Vec::new(),
            hosts: Vec::new(),
            default_host: None,
            default_handler: None,
            transforms: Transforms::default(),
            #[cfg(feature = "axum")]
            layered: None,
        }
    }

    /// Adds routes for any host, after the existing ones.
    pub fn handlers(mut self, rules: impl Rules) -> ApplicationBuilder {
        self.handlers.extend(rules);
        self
    }

    /// Adds routes for the hosts that a regular expression matches
    /// (`Application.add_handlers`). They are tried before the routes for any
    /// host, group by group in the order in which they were added.
    pub fn add_handlers(mut self, host_pattern: &str, rules: impl Rules) -> ApplicationBuilder {
        self.hosts
            .push((host_pattern.to_owned(), rules.into_iter().collect()));
        self
    }

    /// The host whose routes are also used when the request's host has none
    /// that match (`default_host`).
    pub fn default_host(mut self, host: impl Into<String>) -> ApplicationBuilder {
        self.default_host = Some(host.into());
        self
    }

    /// The handler for requests that nothing matches, instead of the 404 page
    /// (`default_handler_class`, `default_handler_args`).
    pub fn default_handler<H, F>(mut self, factory: F) -> ApplicationBuilder
    where
        H: RequestHandler,
        H::Base: FromExchange,
        F: Fn(H::Base) -> H + Send + Sync + 'static,
    {
        self.default_handler = Some(DefaultHandler(Endpoint::handler(factory)));
        self
    }

    /// As [`default_handler`](Self::default_handler), for a handler that needs
    /// no factory, as with [`route`](crate::route):
    /// `.default_handler_class::<NotFound>()`.
    pub fn default_handler_class<H: RequestHandler + FromExchange>(mut self) -> ApplicationBuilder {
        self.default_handler = Some(DefaultHandler(Endpoint::class::<H>()));
        self
    }

    /// Gives the application a value of your own, such as a connection pool:
    /// [`Settings::state`].
    pub fn state<T: Send + Sync + 'static>(mut self, value: T) -> ApplicationBuilder {
        self.settings = self.settings.state(value);
        self
    }

    /// Sets a function that is called for each finished request instead of the
    /// access log (`log_function`).
    pub fn log_function(
        mut self,
        log: impl Fn(&Exchange) + Send + Sync + 'static,
    ) -> ApplicationBuilder {
        self.settings = self.settings.state(LogFunction(Box::new(log)));
        self
    }

    /// Adds something that changes responses on their way out
    /// (`Application.add_transform`), after the existing transforms, such as
    /// that of [`compress_response`](crate::Settings::compress_response). See
    /// [`OutputTransform`].
    pub fn add_transform<T: OutputTransform + 'static>(
        mut self,
        factory: impl Fn(&HttpServerRequest) -> T + Send + Sync + 'static,
    ) -> ApplicationBuilder {
        self.transforms.add(factory);
        self
    }

    /// Compiles the patterns and builds the application.
    ///
    /// # Errors
    ///
    /// When a pattern or a setting can't be used, or a handler needs a state
    /// that the application was not given; the message names it.
    pub fn build(mut self) -> Result<Application, StartError> {
        self.settings.prepare().map_err(unusable)?;
        let static_files = static_files::routes(&mut self.settings);
        self.handlers.splice(0..0, static_files);
        if self.settings.get_compress_response() {
            self.transforms.put_first(GZipContentEncoding::new);
        }
        let default = self
            .default_handler
            .map(|DefaultHandler(endpoint)| endpoint);
        let mut needs = StateNeeds::default();
        let by_host = self.hosts.iter().flat_map(|(_, rules)| rules);
        for rule in by_host.chain(&self.handlers) {
            rule.needs(&mut needs);
        }
        if let Some(endpoint) = &default {
            endpoint.needs(&mut needs);
        }
        check_state(&needs, &self.settings)?;
        let router = Router::new(self.handlers, self.hosts, default, self.default_host)?;
        #[cfg(feature = "axum")]
        let router = router.behind(self.layered);
        Ok(Application::assemble(
            self.settings,
            router,
            self.transforms,
        ))
    }
}

/// Reports everything that is missing at once, so that nobody must restart for
/// each.
fn check_state(needs: &StateNeeds, settings: &Settings) -> Result<(), StartError> {
    let missing: Vec<String> = needs
        .iter()
        .filter(|need| !settings.has_state(need.id))
        .map(ToString::to_string)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!(
        "{}: give it to the application, by `.state(..)` of its settings or of its builder",
        missing.join("; ")
    );
    Err(StartError::new(StartErrorKind::State, message))
}

fn unusable(error: SettingsError) -> StartError {
    StartError::new(StartErrorKind::Settings, error.to_string()).with_source(error)
}
