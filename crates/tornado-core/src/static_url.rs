//! `StaticUrlOptions`: what the URL of a static file is to have.

/// What [`static_url_with`](crate::Context::static_url_with) can be told.
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
