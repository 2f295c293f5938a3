//! `StaticFileHandler`: the files of a directory.

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};

use http::HeaderValue;
use time::OffsetDateTime;

use super::hooks::FileVersion;
use super::resolve::{Found, find};
use super::serve::{is_unmodified, whole_seconds};
use super::state::Stat;
use super::{
    FileContent, InheritsStaticFiles, StaticFile, StaticFiles, StaticHandlerArgs, content_type,
    path, serve_file,
};
use crate::handler::OwnFields;
use crate::service::Context as _;
use crate::url_split::is_protocol_relative;
use crate::{
    Exchange, FromExchange, Handler, HttpError, Output as _, RequestHandler, Result, Settings,
    StateNeeds,
};

/// Serves the files of a directory (`tornado.web.StaticFileHandler`).
///
/// The route's pattern has one group, the path of the file. A file has an
/// `Etag`, the SHA-512 of its content, and `Last-Modified`. A client that
/// already has the file gets a 304, and ranges are supported (`Range`). With an
/// argument `v`, as made by [`static_url`](crate::Context::static_url), the
/// client may keep the file for ten years.
///
/// For an application's own files, the setting
/// [`static_path`](crate::Settings::static_path) adds the routes. For others:
///
/// ```
/// use tornado_web::{Application, Settings, StaticFileHandler, url};
/// use tornado_testing::TestClient;
/// # let directory = tempfile::tempdir().unwrap();
/// # std::fs::write(directory.path().join("a.txt"), "hello").unwrap();
/// # let directory = directory.path().to_owned();
///
/// # tornado_testing::block_on(async {
/// // (r"/files/(.*)", StaticFileHandler, dict(path=directory))
/// let rule = url(r"/files/(.*)", move |base| StaticFileHandler::new(base, &directory));
/// let client = TestClient::new(Application::new([rule], Settings::new()).unwrap());
/// let response = client.get("/files/a.txt").await;
/// assert_eq!(response.header("Content-Type"), Some("text/plain"));
/// assert_eq!(client.get("/files/../Cargo.toml").await.status(), 403);
/// # });
/// ```
///
/// No path leads out of the directory, not even through `..` or symbolic links.
/// To change its behaviour, wrap it and implement [`StaticFiles`].
///
/// `B` is what it inherits from. With
/// [`with_base`](StaticFileHandler::with_base), that can be a handler of your
/// own, whose `prepare` then decides who gets the files: Tornado's
/// `class Files(BaseHandler, StaticFileHandler)`.
#[derive(Debug)]
pub struct StaticFileHandler<B = Exchange> {
    // What it knows about the file is in a slot of the exchange, so nothing is
    // lost when it is rebuilt around its base.
    base: B,
}

impl StaticFileHandler {
    /// Serves a directory: `dict(path=..)`.
    #[must_use]
    pub fn new(base: Exchange, path: impl Into<PathBuf>) -> StaticFileHandler {
        StaticFileHandler::with_base(base, path)
    }
}

impl<B: RequestHandler> StaticFileHandler<B> {
    /// Serves a directory, and inherits everything else from a handler of your
    /// own.
    #[must_use]
    pub fn with_base(base: B, path: impl Into<PathBuf>) -> StaticFileHandler<B> {
        StaticFileHandler::of(base, StaticFile::new(path.into(), StaticHandlerArgs::new()))
    }

    /// Serves another directory. It is for a handler that wraps this one and
    /// whose factory receives it made from the settings:
    /// `|files: StaticFileHandler| Downloads(files.path("/srv/files"))`.
    #[must_use]
    pub fn path(mut self, path: impl Into<PathBuf>) -> StaticFileHandler<B> {
        self.static_file_mut().root = path.into();
        self
    }

    /// The file that is served for a directory, such as `index.html`.
    #[must_use]
    pub fn default_filename(mut self, name: impl Into<String>) -> StaticFileHandler<B> {
        let file = self.static_file_mut();
        file.args = std::mem::take(&mut file.args).default_filename(name);
        self
    }

    /// Whether a compressed version next to a file is sent in its place. See
    /// [`StaticHandlerArgs::precompressed`].
    #[must_use]
    pub fn precompressed(mut self, precompressed: bool) -> StaticFileHandler<B> {
        let file = self.static_file_mut();
        file.args = std::mem::take(&mut file.args).precompressed(precompressed);
        self
    }

    /// The directories that symbolic links may lead to, instead of the one that
    /// is served.
    #[must_use]
    pub fn allowed_symlink_directory(
        mut self,
        directories: impl IntoIterator<Item = impl Into<PathBuf>>,
    ) -> StaticFileHandler<B> {
        let file = self.static_file_mut();
        file.args = std::mem::take(&mut file.args).allowed_symlink_directory(directories);
        self
    }
}

impl<B: RequestHandler + FromExchange> FromExchange for StaticFileHandler<B> {
    /// A handler for the settings `static_path` and `static_handler_args`.
    fn from_exchange(exchange: Exchange) -> StaticFileHandler<B> {
        StaticFileHandler::of_settings(B::from_exchange(exchange))
    }

    fn needs(needs: &mut StateNeeds) {
        B::needs(needs);
    }
}

impl<B: RequestHandler> StaticFileHandler<B> {
    fn of_settings(base: B) -> StaticFileHandler<B> {
        let settings = base.settings();
        let root = settings.get_static_path().unwrap_or(Path::new(""));
        let file = StaticFile::new(root.to_owned(), settings.get_static_handler_args());
        StaticFileHandler::of(base, file)
    }

    fn of(mut base: B, file: StaticFile) -> StaticFileHandler<B> {
        base.exchange_mut().insert_slot(file);
        StaticFileHandler { base }
    }
}

impl<B> Deref for StaticFileHandler<B> {
    type Target = B;

    fn deref(&self) -> &B {
        &self.base
    }
}

impl<B> DerefMut for StaticFileHandler<B> {
    fn deref_mut(&mut self) -> &mut B {
        &mut self.base
    }
}

impl<B: RequestHandler> Handler for StaticFileHandler<B> {
    type Base = B;

    const OWN_FIELDS: OwnFields = OwnFields::Remade;

    fn base(&self) -> &B {
        &self.base
    }

    fn base_mut(&mut self) -> &mut B {
        &mut self.base
    }

    fn exchange(&self) -> &Exchange {
        self.base.exchange()
    }

    fn exchange_mut(&mut self) -> &mut Exchange {
        self.base.exchange_mut()
    }

    fn into_base(self) -> B {
        self.base
    }

    fn around(base: B) -> Option<Self> {
        Some(StaticFileHandler { base })
    }

    fn vacant(exchange: Exchange) -> Option<Self> {
        Some(StaticFileHandler::of_settings(B::vacant(exchange)?))
    }

    fn inherited_get(&mut self) -> impl Future<Output = Result> + Send {
        serve_file(self)
    }

    fn inherited_head(&mut self) -> impl Future<Output = Result> + Send {
        serve_file(self)
    }
}

impl<B: RequestHandler> RequestHandler for StaticFileHandler<B> {
    /// The version in quotes, so that it is the same for every range of the
    /// file.
    fn compute_etag(&self) -> Option<HeaderValue> {
        let version = self.static_file().version.as_deref()?;
        HeaderValue::try_from(format!("\"{version}\"")).ok()
    }
}

impl<B: RequestHandler> InheritsStaticFiles for StaticFileHandler<B> {
    type Files = Self;

    fn files(&self) -> &Self {
        self
    }

    fn files_mut(&mut self) -> &mut Self {
        self
    }

    fn static_file(&self) -> &StaticFile {
        let file = self.exchange().slot();
        file.expect("it was put there when the handler was made")
    }

    fn static_file_mut(&mut self) -> &mut StaticFile {
        let file = self.exchange_mut().slot_mut();
        file.expect("it was put there when the handler was made")
    }
}

impl<B: RequestHandler> StaticFiles for StaticFileHandler<B> {
    const CACHE_MAX_AGE: u64 = 86400 * 365 * 10;

    const MAX_VERSION_CONTENT_SIZE: u64 = 64 * 1024 * 1024;

    fn parse_url_path(&self, url_path: &str) -> Result<String> {
        if std::path::MAIN_SEPARATOR == '/' {
            return Ok(url_path.to_owned());
        }
        Ok(url_path.replace('/', std::path::MAIN_SEPARATOR_STR))
    }

    fn get_absolute_path(root: &Path, path: &str) -> Result<PathBuf> {
        let absolute = path::absolute(root, path)?;
        path::check_in_root(root, &absolute, path)?;
        Ok(absolute)
    }

    async fn validate_absolute_path(
        &mut self,
        root: &Path,
        absolute_path: PathBuf,
    ) -> Result<Option<PathBuf>> {
        path::check_in_root(root, &absolute_path, &self.static_file().path)?;
        let found = find(root, absolute_path, self.static_file(), self.request()).await?;
        match found {
            Found::File(path, stat, sibling) => {
                let file = self.static_file_mut();
                (file.stat, file.sibling) = (Some(stat), sibling);
                Ok(Some(path))
            }
            Found::Directory => {
                let to = format!("{}/", self.request().path());
                // Such an address would be on another host. A backslash in the target has
                // become `%5C`, which makes it no safer.
                if is_protocol_relative(&to.replace("%5C", "\\")) {
                    let error = HttpError::new(403);
                    return Err(error
                        .with_log_message("cannot redirect path with two initial slashes")
                        .into());
                }
                self.redirect_permanent(&to);
                Ok(None)
            }
        }
    }

    fn get_content(
        absolute_path: &Path,
        start: Option<u64>,
        end: Option<u64>,
    ) -> Result<FileContent> {
        Ok(FileContent::open(absolute_path, start, end)?)
    }

    fn get_content_version(_absolute_path: &Path) -> Result<Option<String>> {
        Ok(None)
    }

    fn get_content_size(&self) -> Result<u64> {
        Ok(stat(self.static_file())?.size)
    }

    fn get_modified_time(&self) -> Result<Option<OffsetDateTime>> {
        let modified = stat(self.static_file())?.modified;
        Ok(modified.map(|time| whole_seconds(time.into())))
    }

    fn get_content_type(&self) -> String {
        content_type::guess(&self.static_file().absolute_path).to_owned()
    }

    fn set_extra_headers(&mut self, _path: &str) {}

    fn get_cache_time(
        &self,
        _path: &str,
        _modified: Option<OffsetDateTime>,
        _mime_type: &str,
    ) -> u64 {
        if self.request().arguments().contains("v") {
            Self::CACHE_MAX_AGE
        } else {
            0
        }
    }

    fn should_return_304(&self) -> bool {
        is_unmodified(self, self.static_file().modified)
    }

    fn make_static_url(
        settings: &Settings,
        path: &str,
        version: &FileVersion<'_>,
    ) -> Result<String> {
        let mut url = format!("{}{path}", settings.get_static_url_prefix());
        if let Some(version) = version.get()? {
            url.push_str("?v=");
            url.push_str(&version);
        }
        Ok(url)
    }
}

/// What is known about the file. A handler with its own
/// `validate_absolute_path` has not examined it yet.
fn stat(file: &StaticFile) -> Result<Stat> {
    match file.content() {
        (_, Some(stat)) => Ok(stat),
        (path, None) => Ok(Stat::of(&std::fs::metadata(path)?)),
    }
}
