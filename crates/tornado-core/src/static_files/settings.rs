//! The routes that `static_path` adds, and the URLs that lead to them.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::hooks::FileVersion;
use super::state::Stat;
use super::{StaticFileHandler, StaticFiles, StaticHandlerArgs, version};
use crate::service::Context as _;
use crate::settings::{Given, Setting};
use crate::{
    Application, Error, Exchange, FromExchange, Result, Rule, Settings, StaticUrlOptions, url,
};

crate::settings! {
    /// The settings of static files that have types of their own.
    impl Settings {
        /// How the static files are served.
        static_handler_args: StaticHandlerArgs ("a table of `default_filename`, `allowed_symlink_directory` and `precompressed`") = default "none",
    }
}

impl Setting for StaticHandlerArgs {
    fn read(given: &Given) -> std::result::Result<StaticHandlerArgs, String> {
        given.read().map_err(|error| error.to_string())
    }

    fn show(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl Settings {
    /// The handler of the static files, instead of [`StaticFileHandler`]:
    /// `static_handler_class`. Its factory gets one made from the settings.
    ///
    /// ```
    /// use tornado_web::{Handler, RequestHandler, Settings, StaticFileHandler, StaticFiles};
    ///
    /// #[derive(Handler)]
    /// #[handler(static_files)]
    /// struct Assets(StaticFileHandler);
    ///
    /// impl RequestHandler for Assets {}
    ///
    /// impl StaticFiles for Assets {
    ///     const CACHE_MAX_AGE: u64 = 3600;
    /// }
    ///
    /// let settings = Settings::new().static_path("assets").static_handler_class(Assets);
    /// ```
    #[must_use]
    pub fn static_handler_class<H, F>(self, factory: F) -> Settings
    where
        H: StaticFiles,
        H::Base: FromExchange,
        F: Fn(H::Base) -> H + Send + Sync + 'static,
    {
        self.state(StaticClass::new(factory))
    }
}

/// The setting `static_handler_class`, without its type.
#[derive(Clone)]
pub(crate) struct StaticClass(Arc<dyn AnyClass>);

trait AnyClass: Send + Sync {
    fn rule(self: Arc<Self>, pattern: &str) -> Rule;

    fn static_url(&self, app: &Application, path: &str, include_version: bool) -> Result<String>;
}

struct StaticHandlerClass<H, F> {
    factory: F,
    handler: std::marker::PhantomData<fn() -> H>,
}

impl<H, F> AnyClass for StaticHandlerClass<H, F>
where
    H: StaticFiles,
    H::Base: FromExchange,
    F: Fn(H::Base) -> H + Send + Sync + 'static,
{
    fn rule(self: Arc<Self>, pattern: &str) -> Rule {
        url(pattern, move |base| (self.factory)(base))
    }

    fn static_url(&self, app: &Application, path: &str, include_version: bool) -> Result<String> {
        let settings = app.settings();
        let root = settings
            .get_static_path()
            .ok_or_else(|| Error::msg("`static_path` is not set"))?;
        let compute = || {
            let path = H::get_absolute_path(root, path)?;
            let stat = std::fs::metadata(&path).ok();
            let stat = stat.as_ref().map(Stat::of);
            Ok(version::of::<H>(app, &path, stat))
        };
        let version = FileVersion(include_version.then_some(&compute));
        H::make_static_url(settings, path, &version)
    }
}

impl StaticClass {
    pub(crate) fn new<H, F>(factory: F) -> StaticClass
    where
        H: StaticFiles,
        H::Base: FromExchange,
        F: Fn(H::Base) -> H + Send + Sync + 'static,
    {
        StaticClass(Arc::new(StaticHandlerClass {
            factory,
            handler: std::marker::PhantomData,
        }))
    }

    /// The class from the settings, or Tornado's.
    fn of(settings: &Settings) -> StaticClass {
        let chosen = settings.get_state::<StaticClass>().cloned();
        chosen.unwrap_or_else(|| StaticClass::new(StaticFileHandler::<Exchange>::from_exchange))
    }
}

impl fmt::Debug for StaticClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StaticClass")
    }
}

/// The default of the hook `do_static_url`.
pub(crate) fn static_url(
    exchange: &Exchange,
    path: &str,
    options: &StaticUrlOptions,
) -> Result<String> {
    exchange.require_setting("static_path", "static_url")?;
    let application = exchange.application();
    let class = StaticClass::of(application.settings());
    let url = class
        .0
        .static_url(application, path, options.include_version)?;
    let include_host = options.include_host.unwrap_or_else(|| {
        let class = exchange.outer_class::<Exchange>();
        class.is_some_and(|class| class.include_host(exchange))
    });
    if include_host {
        let request = exchange.request();
        return Ok(format!("{}://{}{url}", request.protocol(), request.host()));
    }
    Ok(url)
}

/// The routes before the application's own, if there is a `static_path`.
pub(crate) fn routes(settings: &mut Settings) -> Vec<Rule> {
    // Once: `static_url` finds it there, and makes none itself.
    let class = StaticClass::of(settings);
    *settings = std::mem::take(settings).state(class.clone());
    if settings.get_static_path().is_none() {
        return Vec::new();
    }
    let mut patterns = vec![r"/(robots\.txt)".to_owned(), r"/(favicon\.ico)".to_owned()];
    let prefix = settings.get_static_url_prefix();
    // Files on another host are never requested here.
    if !prefix.contains("://") {
        patterns.push(format!("{}(.*)", regex_syntax::escape(prefix)));
    }
    patterns
        .iter()
        .map(|pattern| Arc::clone(&class.0).rule(pattern))
        .collect()
}
