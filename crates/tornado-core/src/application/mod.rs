//! `Application`: routes, settings, and what belongs to all requests.

mod access_log;
mod builder;
mod incoming;
mod router;
mod rule;
mod service;
mod slots;
mod start;

use std::fmt;
use std::sync::Arc;

pub use builder::ApplicationBuilder;
pub(crate) use incoming::Incoming;
pub use rule::{Rule, mount, nest, url};

use self::access_log::LogFunction;
use self::router::Router;
use self::slots::ApplicationSlots;
use self::start::StartHooks;
use crate::routing::ReverseError;
use crate::transform::Transforms;
use crate::{Clock, Settings, StartError};

/// A collection of routes with settings: `tornado.web.Application`.
///
/// It is a tower service, so any server and any layer takes it;
/// [`listen`](Self::listen) serves it with the server of this crate. A clone
/// is cheap and is the same application.
///
/// ```
/// use tornado_core::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
/// # #[handler(crate = tornado_core)]
/// struct Story { base: Exchange, db: &'static [&'static str] }
///
/// impl RequestHandler for Story {
///     async fn get(&mut self) -> Result {
///         let text = self.db[0];
///         self.write(text);
///         Ok(())
///     }
/// }
///
/// // Application([url(r"/story", Story, dict(db=db), name="story")])
/// let db = &["Once upon a time"];
/// let app = Application::new(
///     [url(r"/story", move |base| Story { base, db }).name("story")],
///     Settings::new(),
/// )
/// .unwrap();
/// assert_eq!(app.reverse_url::<&str>("story", &[]).unwrap(), "/story");
///
/// # tornado_testing::block_on(async {
/// let client = TestClient::new(app);
/// assert_eq!(client.get("/story").await.text(), "Once upon a time");
/// # });
/// ```
#[derive(Clone)]
pub struct Application(Arc<Shared>);

struct Shared {
    settings: Settings,
    clock: Clock,
    router: Router,
    slots: ApplicationSlots,
    start: StartHooks,
    log_function: LogFunction,
    transforms: Transforms,
}

impl Application {
    /// An application of these routes, tried in their order.
    ///
    /// # Errors
    ///
    /// When a pattern can't be used; the message names it.
    pub fn new(
        handlers: impl IntoIterator<Item = Rule>,
        settings: Settings,
    ) -> Result<Application, StartError> {
        Application::builder(settings).handlers(handlers).build()
    }

    /// An application step by step: with routes for certain hosts, a handler
    /// for what nothing matches, a log function.
    pub fn builder(settings: Settings) -> ApplicationBuilder {
        ApplicationBuilder::new(settings)
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The time as this application sees it.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The URL of the route that has this name (`Application.reverse_url`);
    /// `args` fill the groups of its pattern and are percent-encoded.
    ///
    /// # Errors
    ///
    /// When no route has the name, when there is another number of groups, or
    /// when the pattern can't be reversed.
    ///
    /// ```
    /// use tornado_core::{Application, Exchange, Settings, url};
    /// let book = url(r"/book/([^/]+)", |exchange: Exchange| exchange).name("book");
    /// let app = Application::new([book], Settings::new()).unwrap();
    /// assert_eq!(app.reverse_url("book", &["a b"]).unwrap(), "/book/a%20b");
    /// assert!(app.reverse_url("film", &["a"]).is_err());
    /// ```
    pub fn reverse_url<A: AsRef<str>>(
        &self,
        name: &str,
        args: &[A],
    ) -> Result<String, ReverseError> {
        self.0.router.reverse_url(name, args)
    }

    pub(crate) fn transforms(&self) -> &Transforms {
        &self.0.transforms
    }

    /// What a mixin keeps for the whole application: one value per type, made
    /// by `init` when it is first asked for.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU32, Ordering};
    /// use tornado_core::{Application, Settings};
    ///
    /// let app = Application::new([], Settings::new()).unwrap();
    /// app.slot(|_| AtomicU32::new(1)).fetch_add(1, Ordering::Relaxed);
    /// assert_eq!(app.slot(|_| AtomicU32::new(1)).load(Ordering::Relaxed), 2);
    /// ```
    pub fn slot<T: Send + Sync + 'static>(&self, init: impl FnOnce(&Application) -> T) -> Arc<T> {
        self.0.slots.get_or_init(|| init(self))
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application")
            .field("settings", &self.0.settings)
            .field("router", &self.0.router)
            .finish_non_exhaustive()
    }
}
