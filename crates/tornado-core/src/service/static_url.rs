//! `StaticUrls`: who makes the URLs of static files.

use std::sync::Arc;

use crate::application::Application;
use crate::error::Result;

/// What static files put into the settings when the application is built, so
/// that `static_url` need not know them. The arguments are the path, and whether
/// the URL is to have the version of the file.
pub(crate) struct StaticUrls(Arc<MakeUrl>);

type MakeUrl = dyn Fn(&Application, &str, bool) -> Result<String> + Send + Sync;

impl StaticUrls {
    pub(crate) fn new(
        make: impl Fn(&Application, &str, bool) -> Result<String> + Send + Sync + 'static,
    ) -> StaticUrls {
        StaticUrls(Arc::new(make))
    }

    pub(super) fn make(
        &self,
        app: &Application,
        path: &str,
        include_version: bool,
    ) -> Result<String> {
        (self.0)(app, path, include_version)
    }
}

/// What [`static_url_with`](crate::Context::static_url_with) can be told.
#[derive(Clone, Debug)]
pub struct StaticUrlOptions {
    pub(super) include_version: bool,
    pub(super) include_host: Option<bool>,
}

impl StaticUrlOptions {
    /// A version, and a host if the handler's
    /// [`include_host`](crate::RequestHandler::include_host) says so.
    #[must_use]
    pub const fn new() -> StaticUrlOptions {
        StaticUrlOptions {
            include_version: true,
            include_host: None,
        }
    }

    /// Whether the URL has the version of the file, so that clients may keep it.
    #[must_use]
    pub const fn include_version(mut self, include: bool) -> StaticUrlOptions {
        self.include_version = include;
        self
    }

    /// Whether the URL has scheme and host.
    #[must_use]
    pub const fn include_host(mut self, include: bool) -> StaticUrlOptions {
        self.include_host = Some(include);
        self
    }
}

impl Default for StaticUrlOptions {
    fn default() -> StaticUrlOptions {
        StaticUrlOptions::new()
    }
}
