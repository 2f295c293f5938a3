//! Hooks that run once, when an application starts.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::Application;
use crate::error::{Error, Result, StartError, StartErrorKind};
use crate::settings::Settings;

/// The future of a hook that a mixin registers.
pub type HookFuture<'a> = Pin<Box<dyn Future<Output = Result> + Send + 'a>>;

/// A start hook, which receives the application.
type StartHook = Arc<dyn Fn(Application) -> HookFuture<'static> + Send + Sync>;

/// The start hooks that mixins have put into the settings, in order.
#[derive(Clone, Default)]
struct Registered(Vec<StartHook>);

/// Runs a function when an application starts, in every program that links the
/// crate: `fn(Application) -> HookFuture<'static>`. It runs before the hooks of
/// [`Settings::on_start`]; if it returns an error, the application does not
/// start.
///
/// This is for crates that are configured through settings alone, and so have
/// no other place to register a hook.
///
/// ```
/// use tornado_web::{Application, HookFuture, Settings, on_start};
///
/// on_start! { open }
///
/// fn open(application: Application) -> HookFuture<'static> {
///     Box::pin(async move {
///         match application.settings().get::<String>("database")? {
///             Some(_) => Err(tornado_web::Error::msg("no database")),
///             None => Ok(()),
///         }
///     })
/// }
///
/// # tornado_testing::block_on(async {
/// let start = async |settings| Application::new([], settings).unwrap().start().await;
/// assert!(start(Settings::new()).await.is_ok());
/// assert!(start(Settings::new().set("database", "sqlite:x")).await.is_err());
/// # });
/// ```
#[macro_export]
macro_rules! on_start {
    ($hook:path) => {
        $crate::settings::submit! { $crate::LinkedStart($hook) }
    };
}

/// A start hook of a crate that the program links.
#[derive(Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "`on_start!` makes it in other crates"
)]
pub struct LinkedStart(pub fn(Application) -> HookFuture<'static>);

inventory::collect!(LinkedStart);

impl Settings {
    /// Runs `hook` once when the application starts: before
    /// [`listen`](Application::listen) accepts the first connection, or when
    /// [`start`](Application::start) is called.
    ///
    /// ```
    /// # tornado_testing::block_on(async {
    /// use tornado_web::{Application, Settings, StartErrorKind};
    ///
    /// let settings = Settings::new().on_start(|app| {
    ///     Box::pin(async move {
    ///         app.state_or_init(|_| "made at the start".to_owned());
    ///         Ok(())
    ///     })
    /// });
    /// Application::new([], settings).unwrap().start().await.unwrap();
    ///
    /// let broken = Settings::new().on_start(|_| Box::pin(async { Err(tornado_web::Error::msg("no database")) }));
    /// let error = Application::new([], broken).unwrap().start().await.unwrap_err();
    /// assert_eq!(error.kind(), StartErrorKind::Hook);
    /// # });
    /// ```
    #[must_use]
    pub fn on_start<F>(self, hook: F) -> Settings
    where
        F: Fn(Application) -> HookFuture<'static> + Send + Sync + 'static,
    {
        let mut hooks = self.get_state::<Registered>().cloned().unwrap_or_default();
        hooks.0.push(Arc::new(hook));
        self.state(hooks)
    }
}

impl Application {
    /// Runs the start hooks, once. [`listen`](Self::listen) calls it; under
    /// another server, call it before the first request.
    ///
    /// # Errors
    ///
    /// The error of the first hook that fails.
    pub async fn start(&self) -> Result<(), StartError> {
        let run = async || {
            self.settings().warn_of_mistakes();
            let hooks = self
                .settings()
                .get_state::<Registered>()
                .cloned()
                .unwrap_or_default();
            for LinkedStart(hook) in inventory::iter::<LinkedStart> {
                hook(self.clone()).await?;
            }
            for hook in hooks.0 {
                hook(self.clone()).await?;
            }
            Ok(())
        };
        self.0
            .started
            .get_or_try_init(run)
            .await
            .copied()
            .map_err(|error: Error| {
                let message = format!("the application can't start: {error}");
                StartError::new(StartErrorKind::Hook, message).with_source(error)
            })
    }
}
