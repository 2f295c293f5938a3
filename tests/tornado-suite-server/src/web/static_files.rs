//! `StaticFileTest` and others: the files of a directory.

use std::path::{Path, PathBuf};

use tornado_web::prelude::*;
use tornado_web::{StaticFileHandler, StaticHandlerArgs, StaticUrlOptions};

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("StaticFileTest", static_file_test),
    ("StaticFileSymlinkTest", static_file_symlink_test),
    (
        "StaticFileSymlinkedRootTest",
        static_file_symlinked_root_test,
    ),
    ("StaticDefaultFilenameTest", static_default_filename_test),
    (
        "StaticDefaultFilenameRootTest",
        static_default_filename_root_test,
    ),
    ("StaticFileWithPathTest", static_file_with_path_test),
];

fn static_file_test(spec: &Spec) -> AppResult {
    let handlers = [
        url("/static_url/(.*)", StaticUrlHandler),
        url("/abs_static_url/(.*)", AbsoluteStaticUrlHandler),
        url("/override_static_url/(.*)", OverrideStaticUrlHandler),
        url("/root_static/(.*)", files_of(Path::new("/"))),
    ];
    let settings = Settings::new().static_path(spec.data("static"));
    Ok(Application::new(handlers, settings)?.into())
}

/// `(StaticFileHandler, dict(path=path))`.
fn files_of(path: &Path) -> impl Fn(Exchange) -> StaticFileHandler + Send + Sync + 'static {
    let path = path.to_owned();
    move |base| StaticFileHandler::new(base, &path)
}

#[derive(Handler)]
struct StaticUrlHandler(Exchange);

impl RequestHandler for StaticUrlHandler {
    async fn get(&mut self) -> Result {
        write_static_url(self)
    }
}

/// The same, with a host in all URLs. In Python it inherits `get`, which uses
/// the subclass's attribute; here a base sees only itself, so both call a
/// function.
#[derive(Handler)]
struct AbsoluteStaticUrlHandler(Exchange);

impl RequestHandler for AbsoluteStaticUrlHandler {
    fn include_host(_exchange: &Exchange) -> bool {
        true
    }

    async fn get(&mut self) -> Result {
        write_static_url(self)
    }
}

fn write_static_url(handler: &mut impl RequestHandler) -> Result {
    let path: String = handler.path_args_as()?;
    let with_version = handler.get_argument_or("include_version", "1")? != "0";
    let options = StaticUrlOptions::new().include_version(with_version);
    let url = handler.static_url_with(&path, &options)?;
    handler.write(url);
    Ok(())
}

/// What a call says about the host overrides what the handler says.
#[derive(Handler)]
struct OverrideStaticUrlHandler(Exchange);

/// Python's attribute `include_host` for one request.
struct IncludeHost(bool);

impl RequestHandler for OverrideStaticUrlHandler {
    fn include_host(exchange: &Exchange) -> bool {
        exchange.slot().is_some_and(|IncludeHost(yes)| *yes)
    }

    async fn get(&mut self) -> Result {
        let path: String = self.path_args_as()?;
        // In Python any text is true, even "0".
        let do_include = !self.get_argument("include_host")?.is_empty();
        self.exchange_mut().insert_slot(IncludeHost(!do_include));

        let regular = self.static_url(&path)?;
        let options = StaticUrlOptions::new().include_host(do_include);
        let overridden = self.static_url_with(&path, &options)?;
        let protocol = format!("{}://", self.request().protocol());
        let result = overridden.starts_with(&protocol) == do_include
            && regular.starts_with(&protocol) != do_include;
        self.write(if result { "True" } else { "False" });
        Ok(())
    }
}

/// No link leads out of the directory, unless its target is allowed.
fn static_file_symlink_test(spec: &Spec) -> AppResult {
    let root = spec.fixture("root")?;
    let permissive = |allowed: Vec<PathBuf>| {
        let files = files_of(root);
        move |base| files(base).allowed_symlink_directory(&allowed)
    };
    let with_default = files_of(root);
    let all = ["root", "outside", "outside2"].map(|name| spec.fixture(name).map(Path::to_owned));
    let handlers = [
        url("/default/(.*)", files_of(root)),
        url(
            "/permissive/(.*)",
            permissive(vec![spec.fixture("tmpdir")?.to_owned()]),
        ),
        url(
            "/permissive_list/(.*)",
            permissive(all.into_iter().collect::<std::result::Result<_, _>>()?),
        ),
        url("/default_filename/(.*)", move |base| {
            with_default(base).default_filename("index.html")
        }),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

/// The directory itself may be a link.
fn static_file_symlinked_root_test(spec: &Spec) -> AppResult {
    let handlers = [url("/static/(.*)", files_of(spec.fixture("root")?))];
    Ok(Application::new(handlers, Settings::new())?.into())
}

/// The settings of the next three tests.
fn with_default_filename(spec: &Spec) -> Settings {
    Settings::new()
        .static_path(spec.data("static"))
        .static_handler_args(StaticHandlerArgs::new().default_filename("index.html"))
}

fn static_default_filename_test(spec: &Spec) -> AppResult {
    Ok(Application::new([], with_default_filename(spec))?.into())
}

fn static_default_filename_root_test(spec: &Spec) -> AppResult {
    let settings = with_default_filename(spec).static_url_prefix("/");
    Ok(Application::new([], settings)?.into())
}

fn static_file_with_path_test(spec: &Spec) -> AppResult {
    let handlers = [url("/foo/(.*)", files_of(&spec.data("templates")))];
    Ok(Application::new(handlers, with_default_filename(spec))?.into())
}
