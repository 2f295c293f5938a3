//! `StaticUrlOptions`: what the URL of a static file should include.

/// The options of [`static_url_with`](crate::Context::static_url_with).
#[derive(Clone, Debug)]
pub struct StaticUrlOptions {
    pub(crate) include_version: bool,
    pub(crate) include_host: Option<bool>,
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

    /// Whether the URL includes the version of the file, so that clients can
    /// keep it.
    #[must_use]
    pub const fn include_version(mut self, include: bool) -> StaticUrlOptions {
        self.include_version = include;
        self
    }

    /// Whether the URL includes scheme and host.
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
