//! `Application`: routes, settings, and what all requests share.

mod made;
mod start;

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::OnceCell;
use tornado_routing::ReverseError;
use tracing::warn;

pub use start::{HookFuture, LinkedStart};

use self::made::MadeStates;
use crate::clock::Clock;
use crate::log::APPLICATION;
use crate::request::Budget;
use crate::settings::Settings;
use crate::transform::Transforms;
use crate::url_args::UrlArgs;

/// A collection of routes with settings: `tornado.web.Application`.
///
/// It is a tower service, so it works with any server and any layer;
/// [`listen`](Self::listen) serves it with the server of this crate. A clone is
/// cheap and refers to the same application.
///
/// ```
/// use tornado_web::{Application, Exchange, Handler, Output, RequestHandler, Result, Settings, url};
/// use tornado_testing::TestClient;
///
/// #[derive(Handler)]
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
/// assert_eq!(app.reverse_url("story", ()).unwrap(), "/story");
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
    routes: Box<dyn Routes>,
    made: MadeStates,
    /// Filled once the start hooks have run.
    started: OnceCell<()>,
    transforms: Transforms,
    stopping: AtomicBool,
    over: AtomicBool,
    bodies: Arc<Budget>,
}

/// The routes, for code that needs only their names. The code that finds a
/// request's route knows the concrete type.
pub(crate) trait Routes: Any + fmt::Debug + Send + Sync {
    fn reverse_url(&self, name: &str, args: &[&str]) -> Result<String, ReverseError>;

    /// Probable mistakes in the list of routes, for the log.
    fn complaints(&self) -> &[String];
}

impl Application {
    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The clock of this application.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The URL of the route with this name (`Application.reverse_url`). `args`
    /// fill the groups of its pattern and are percent-encoded.
    ///
    /// # Errors
    ///
    /// When no route has the name, the number of groups differs, or the pattern
    /// can't be reversed.
    ///
    /// ```
    /// use tornado_web::{Application, Exchange, Settings, url};
    /// let book = url(r"/book/([^/]+)", |exchange: Exchange| exchange).name("book");
    /// let app = Application::new([book], Settings::new()).unwrap();
    /// assert_eq!(app.reverse_url("book", "a b").unwrap(), "/book/a%20b");
    /// assert!(app.reverse_url("film", "a").is_err());
    /// ```
    pub fn reverse_url(&self, name: &str, args: impl UrlArgs) -> Result<String, ReverseError> {
        let args = args.into_texts();
        let args: Vec<&str> = args.iter().map(|text| &**text).collect();
        self.0.routes.reverse_url(name, &args)
    }

    pub(crate) fn assemble(
        settings: Settings,
        routes: impl Routes,
        transforms: Transforms,
    ) -> Application {
        let bodies = Budget::new(settings.get_max_bodies_size());
        Application(Arc::new(Shared {
            settings,
            clock: Clock::default(),
            routes: Box::new(routes),
            made: MadeStates::default(),
            started: OnceCell::new(),
            transforms,
            stopping: AtomicBool::new(false),
            over: AtomicBool::new(false),
            bodies,
        }))
    }

    /// Whether its server has been asked to stop and has not ended yet. A
    /// health page can use it to tell a load balancer whether this process
    /// takes requests. The setting
    /// [`shutdown_delay`](crate::Settings::shutdown_delay) says how long the
    /// server goes on accepting them.
    ///
    /// ```
    /// use tornado_web::{Context, Exchange, Handler, Output, RequestHandler, Result};
    ///
    /// #[derive(Handler)]
    /// struct Readiness(Exchange);
    ///
    /// impl RequestHandler for Readiness {
    ///     async fn get(&mut self) -> Result {
    ///         if self.application().is_stopping() {
    ///             self.set_status(503);
    ///         }
    ///         Ok(())
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }

    pub(crate) fn set_stopping(&self, stopping: bool) {
        self.0.stopping.store(stopping, Ordering::Relaxed);
        if !stopping {
            self.0.over.store(false, Ordering::Relaxed);
        }
    }

    /// Whether the time to finish is over, so that nothing waits any longer.
    pub(crate) fn is_over(&self) -> bool {
        self.0.over.load(Ordering::Relaxed)
    }

    pub(crate) fn set_over(&self) {
        self.0.over.store(true, Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn routes(&self) -> &dyn Any {
        &*self.0.routes
    }

    /// The memory that all bodies together may use.
    pub(crate) fn bodies(&self) -> &Arc<Budget> {
        &self.0.bodies
    }

    /// Logs probable mistakes in the routes and the settings.
    pub(crate) fn warn_of_mistakes(&self) {
        for complaint in self.0.routes.complaints() {
            warn!(target: APPLICATION, "{complaint}");
        }
        self.settings().warn_of_weak_secret();
        let paths = [
            ("static_path", self.settings().get_static_path()),
            #[cfg(feature = "templates")]
            ("template_path", self.settings().get_template_path()),
        ];
        for (setting, path) in paths {
            if let Some(path) = path.filter(|path| !path.is_dir()) {
                let path = path.display();
                warn!(target: APPLICATION, "{setting} \"{path}\" is no directory");
            }
        }
    }

    pub(crate) fn transforms(&self) -> &Transforms {
        &self.0.transforms
    }

    /// A value that a mixin keeps for the whole application: the
    /// [state](crate::Settings::state) of this type, or else one that `init`
    /// makes on first use. Only this method finds a value made that way.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU32, Ordering};
    /// use tornado_web::{Application, Settings};
    ///
    /// let app = Application::new([], Settings::new()).unwrap();
    /// app.state_or_init(|_| AtomicU32::new(1)).fetch_add(1, Ordering::Relaxed);
    /// assert_eq!(app.state_or_init(|_| AtomicU32::new(1)).load(Ordering::Relaxed), 2);
    /// ```
    pub fn state_or_init<T: Send + Sync + 'static>(
        &self,
        init: impl FnOnce(&Application) -> T,
    ) -> Arc<T> {
        match self.0.settings.share_state() {
            Some(given) => given,
            None => self.0.made.get_or_init(|| init(self)),
        }
    }

    /// The value that was passed to [`Settings::state`] or
    /// [`ApplicationBuilder::state`](crate::ApplicationBuilder::state).
    ///
    /// ```
    /// use tornado_web::{Application, Settings};
    ///
    /// struct Motto(&'static str);
    /// let app = Application::builder(Settings::new()).state(Motto("to the point")).build().unwrap();
    /// assert_eq!(app.state::<Motto>().unwrap().0, "to the point");
    /// assert!(app.state::<String>().is_none());
    /// ```
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.settings.get_state()
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application")
            .field("settings", &self.0.settings)
            .field("routes", &self.0.routes)
            .finish_non_exhaustive()
    }
}

/// The message for code that asks for a state that the application was not
/// given.
pub(crate) fn missing_state<T>() -> String {
    format!(
        "no state of type `{}`: give it to the application with `.state(..)`",
        std::any::type_name::<T>()
    )
}
