//! What runs once when an application starts.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::Application;
use crate::error::{Error, Result, StartError, StartErrorKind};
use crate::settings::Settings;

/// The future of a hook that a mixin registers.
pub type HookFuture<'a> = Pin<Box<dyn Future<Output = Result> + Send + 'a>>;

/// A hook for the start; it gets the application.
type StartHook = Arc<dyn Fn(Application) -> HookFuture<'static> + Send + Sync>;

/// The hooks that a mixin has put into the settings, in the order they came.
#[derive(Clone, Default)]
struct Registered(Vec<StartHook>);

impl Settings {
    /// Runs `hook` once when the application starts: before
    /// [`listen`](Application::listen) takes the first connection, or when
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
    /// Runs what waits for the start, once. [`listen`](Self::listen) calls it;
    /// under another server, call it before the first request.
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
            for start in Settings::starts() {
                start(self.clone()).await?;
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
