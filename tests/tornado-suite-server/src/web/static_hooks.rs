//! `StaticFileMultiRootTest`, `CustomStaticFileTest`: custom static file
//! handlers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use time::OffsetDateTime;
use tornado_web::prelude::*;
use tornado_web::{
    FileContent, FileVersion, InheritsStaticFiles as _, StaticFileHandler, StaticFiles,
};

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("StaticFileMultiRootTest", static_file_multi_root_test),
    ("CustomStaticFileTest", custom_static_file_test),
];

fn static_file_multi_root_test(spec: &Spec) -> AppResult {
    let roots: Arc<[PathBuf]> = [
        spec.fixture("root1")?.to_owned(),
        spec.fixture("root2")?.to_owned(),
    ]
    .into();
    let handler = url("/multi/(.*)", move |files: StaticFileHandler| {
        MultiRootStaticFileHandler {
            base: files.path(&roots[0]),
            roots: Arc::clone(&roots),
        }
    });
    Ok(Application::new([handler], Settings::new())?.into())
}

/// Looks for a file in several directories. Each is checked separately: a link
/// from one into another leads out of the first.
#[derive(Handler)]
#[handler(static_files)]
struct MultiRootStaticFileHandler {
    base: StaticFileHandler,
    roots: Arc<[PathBuf]>,
}

impl RequestHandler for MultiRootStaticFileHandler {}

impl StaticFiles for MultiRootStaticFileHandler {
    async fn validate_absolute_path(
        &mut self,
        root: &Path,
        absolute_path: PathBuf,
    ) -> Result<Option<PathBuf>> {
        let path = self.static_file().path().to_owned();
        for root in Arc::clone(&self.roots).iter() {
            let candidate = Self::get_absolute_path(root, &path)?;
            if candidate.exists() {
                return self
                    .files_mut()
                    .validate_absolute_path(root, candidate)
                    .await;
            }
        }
        self.files_mut()
            .validate_absolute_path(root, absolute_path)
            .await
    }
}

fn custom_static_file_test(_: &Spec) -> AppResult {
    let settings = Settings::new()
        .static_path("dummy")
        .static_handler_class(MyStaticFileHandler);
    let handlers = [url("/static_url/(.*)", StaticUrlHandler)];
    Ok(Application::new(handlers, settings)?.into())
}

/// Files that are not on disk, with the version before the extension:
/// `/static/foo.42.txt`.
#[derive(Handler)]
#[handler(static_files)]
struct MyStaticFileHandler(StaticFileHandler);

/// The place of its only file.
const PLACE: &str = "CustomStaticFileTest:foo.txt";

impl RequestHandler for MyStaticFileHandler {}

impl StaticFiles for MyStaticFileHandler {
    fn make_static_url(
        _settings: &Settings,
        path: &str,
        version: &FileVersion<'_>,
    ) -> Result<String> {
        let (before, after) = split_at_dot(path)?;
        let version = version.get()?.unwrap_or_default();
        Ok(format!("/static/{before}.{version}.{after}"))
    }

    fn parse_url_path(&self, url_path: &str) -> Result<String> {
        let (before, extension) = split_at_dot(url_path)?;
        let (name, _version) = split_at_dot(before)?;
        Ok(format!("{name}.{extension}"))
    }

    fn get_absolute_path(_root: &Path, path: &str) -> Result<PathBuf> {
        Ok(format!("CustomStaticFileTest:{path}").into())
    }

    async fn validate_absolute_path(
        &mut self,
        _root: &Path,
        absolute_path: PathBuf,
    ) -> Result<Option<PathBuf>> {
        Ok(Some(absolute_path))
    }

    fn get_content(path: &Path, start: Option<u64>, end: Option<u64>) -> Result<FileContent> {
        assert_eq!((start, end), (None, None));
        expect_the_file(path)?;
        Ok("bar".into())
    }

    fn get_content_size(&self) -> Result<u64> {
        expect_the_file(self.static_file().absolute_path())?;
        Ok(3)
    }

    fn get_modified_time(&self) -> Result<Option<OffsetDateTime>> {
        Ok(None)
    }

    fn get_content_version(_absolute_path: &Path) -> Result<Option<String>> {
        Ok(Some("42".to_owned()))
    }
}

fn expect_the_file(path: &Path) -> Result {
    if path == Path::new(PLACE) {
        return Ok(());
    }
    Err(Error::msg(format!("unexpected path {}", path.display())))
}

fn split_at_dot(path: &str) -> Result<(&str, &str)> {
    path.rsplit_once('.')
        .ok_or_else(|| Error::msg(format!("there is no dot in {path}")))
}

#[derive(Handler)]
struct StaticUrlHandler(Exchange);

impl RequestHandler for StaticUrlHandler {
    async fn get(&mut self) -> Result {
        let path: String = self.path_args_as()?;
        let url = self.static_url(&path)?;
        self.write(url);
        Ok(())
    }
}
