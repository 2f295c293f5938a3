//! `StaticFiles`: the hooks of static file handlers.

use std::fmt;

use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::{FileContent, StaticFile};
use crate::{AsyncHook, Handler, RequestHandler, Result, Settings};

/// The hooks of a handler that serves static files, for handlers that wrap
/// [`StaticFileHandler`](crate::StaticFileHandler): Tornado's "Subclassing
/// notes".
///
/// As with [`RequestHandler`], a hook that is left out is inherited from what
/// the handler wraps. `#[handler(static_files)]` on the struct makes it serve
/// the files with these hooks; if it is missing, the compiler asks for it.
///
/// Tornado's class methods have no `self` here either, since
/// [`static_url`](crate::Context::static_url) works without a request for the
/// file.
///
/// ```
/// use time::OffsetDateTime;
/// use tornado_web::{Application, Handler, Output, RequestHandler, Settings, StaticFileHandler, StaticFiles, url};
/// use tornado_testing::TestClient;
/// # let directory = tempfile::tempdir().unwrap();
/// # std::fs::write(directory.path().join("a.txt"), "hello").unwrap();
/// # let directory = directory.path().to_owned();
///
/// #[derive(Handler)]
/// #[handler(static_files)]
/// struct Downloads(StaticFileHandler); // class Downloads(StaticFileHandler):
///
/// impl RequestHandler for Downloads {}
///
/// impl StaticFiles for Downloads {
///     fn set_extra_headers(&mut self, _path: &str) {
///         self.set_header("Content-Disposition", "attachment");
///     }
///
///     fn get_cache_time(&self, _path: &str, _modified: Option<OffsetDateTime>, mime_type: &str) -> u64 {
///         if mime_type.starts_with("text/") { 60 } else { 3600 }
///     }
/// }
///
/// let rule = url(r"/files/(.*)", move |files: StaticFileHandler| Downloads(files.path(&directory)));
/// # tornado_testing::block_on(async {
/// let client = TestClient::new(Application::new([rule], Settings::new()).unwrap());
/// let response = client.get("/files/a.txt").await;
/// assert_eq!(response.header("Content-Disposition"), Some("attachment"));
/// assert_eq!(response.header("Cache-Control"), Some("max-age=60"));
/// # });
/// ```
pub trait StaticFiles: RequestHandler + InheritsStaticFiles {
    /// How long a file with a version may be kept, in seconds: ten years.
    const CACHE_MAX_AGE: u64 = <Self::Files as StaticFiles>::CACHE_MAX_AGE;

    /// The largest content whose version is computed, in bytes: 64 MiB.
    /// Anything larger has no version, and so no `Etag`.
    const MAX_VERSION_CONTENT_SIZE: u64 = <Self::Files as StaticFiles>::MAX_VERSION_CONTENT_SIZE;

    /// Turns the path in the URL into the path of a file: the inverse of
    /// [`make_static_url`](Self::make_static_url).
    ///
    /// # Errors
    ///
    /// Ends the request with the status of the error.
    fn parse_url_path(&self, url_path: &str) -> Result<String> {
        self.files().parse_url_path(url_path)
    }

    /// The location of a file: by default its path within the root. It need not
    /// be on disk, if the other hooks can handle it.
    ///
    /// # Errors
    ///
    /// A 403 for a path that leads out of the root.
    fn get_absolute_path(root: &Path, path: &str) -> Result<PathBuf> {
        <Self::Files as StaticFiles>::get_absolute_path(root, path)
    }

    /// Checks that the file exists and may be served, and returns its real
    /// location. `None` after a redirect, which it makes for a directory.
    ///
    /// # Errors
    ///
    /// A 404 if nothing is there; a 403 if it is not a file, or is outside the
    /// root.
    fn validate_absolute_path(
        &mut self,
        root: &Path,
        absolute_path: PathBuf,
    ) -> impl AsyncHook<Result<Option<PathBuf>>> + Send {
        self.files_mut().validate_absolute_path(root, absolute_path)
    }

    /// The content, or the part from `start` up to but excluding `end`. It may
    /// block on a disk or a database, since it is called on one of tokio's
    /// threads for that purpose.
    ///
    /// # Errors
    ///
    /// Ends the request with the status of the error.
    fn get_content(
        absolute_path: &Path,
        start: Option<u64>,
        end: Option<u64>,
    ) -> Result<FileContent> {
        <Self::Files as StaticFiles>::get_content(absolute_path, start, end)
    }

    /// The version of the content, for the `Etag` and for URLs. `None`, the
    /// default, stands for the SHA-512 of the result of
    /// [`get_content`](Self::get_content); the empty text means no version. It
    /// is called again when the file's size or time has changed.
    ///
    /// # Errors
    ///
    /// An error is logged, and the file has no version.
    fn get_content_version(absolute_path: &Path) -> Result<Option<String>> {
        <Self::Files as StaticFiles>::get_content_version(absolute_path)
    }

    /// The size of the whole content, in bytes.
    ///
    /// # Errors
    ///
    /// Ends the request with the status of the error.
    fn get_content_size(&self) -> Result<u64> {
        self.files().get_content_size()
    }

    /// When the content was last changed, if known.
    ///
    /// # Errors
    ///
    /// Ends the request with the status of the error.
    fn get_modified_time(&self) -> Result<Option<OffsetDateTime>> {
        self.files().get_modified_time()
    }

    /// The media type, by default according to the name of the file. If empty,
    /// the one of the default headers is kept.
    fn get_content_type(&self) -> String {
        self.files().get_content_type()
    }

    /// Sets additional headers, or changes those that are set.
    fn set_extra_headers(&mut self, path: &str) {
        self.files_mut().set_extra_headers(path);
    }

    /// How long a client may keep the file without asking again, in seconds; 0
    /// leaves it to the client. The default is ten years for a URL that has a
    /// version.
    fn get_cache_time(&self, path: &str, modified: Option<OffsetDateTime>, mime_type: &str) -> u64 {
        self.files().get_cache_time(path, modified, mime_type)
    }

    /// Whether the client already has the file, according to its
    /// `If-None-Match` or `If-Modified-Since`.
    fn should_return_304(&self) -> bool {
        self.files().should_return_304()
    }

    /// The URL of a file: by default its path after `static_url_prefix`, and
    /// `?v=` with its version.
    ///
    /// # Errors
    ///
    /// As for [`static_url`](crate::Context::static_url).
    fn make_static_url(
        settings: &Settings,
        path: &str,
        version: &FileVersion<'_>,
    ) -> Result<String> {
        <Self::Files as StaticFiles>::make_static_url(settings, path, version)
    }
}

/// How a handler reaches the static file handler that it inherits from:
/// `#[handler(static_files)]` implements it.
///
/// ```
/// use tornado_web::{Handler, InheritsStaticFiles, RequestHandler, StaticFileHandler, StaticFiles};
///
/// #[derive(Handler)]
/// #[handler(static_files)]
/// struct Downloads(StaticFileHandler);
///
/// impl RequestHandler for Downloads {}
///
/// impl StaticFiles for Downloads {
///     fn get_content_type(&self) -> String {
///         match self.static_file().path() {
///             "LICENSE" => "text/plain".to_owned(),
///             _ => self.files().get_content_type(), // super().get_content_type()
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not serve static files",
    label = "lacks `#[handler(static_files)]`",
    note = "put `#[handler(static_files)]` beside `#[derive(Handler)]`; the base must be `StaticFileHandler`, \
            or a handler that has the same"
)]
pub trait InheritsStaticFiles: Handler {
    /// What it inherits its hooks from.
    type Files: StaticFiles;

    /// What it inherits from, for `super().hook()`.
    fn files(&self) -> &Self::Files;

    /// What it inherits from, for `super().hook()`.
    fn files_mut(&mut self) -> &mut Self::Files;

    /// The file of the request.
    fn static_file(&self) -> &StaticFile;

    /// The file of the request.
    #[doc(hidden)]
    fn static_file_mut(&mut self) -> &mut StaticFile;
}

/// The version of a file, computed on demand.
pub struct FileVersion<'a>(pub(super) Option<&'a dyn Fn() -> Result<Option<String>>>);

impl FileVersion<'_> {
    /// The version; `None` if the file has none or can't be read, or if the URL
    /// should not include it (`include_version=False`).
    ///
    /// # Errors
    ///
    /// When the path leads out of the root.
    pub fn get(&self) -> Result<Option<String>> {
        self.0.map_or(Ok(None), |compute| compute())
    }
}

impl fmt::Debug for FileVersion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted = self.0.is_some();
        f.debug_struct("FileVersion")
            .field("wanted", &wanted)
            .finish()
    }
}
