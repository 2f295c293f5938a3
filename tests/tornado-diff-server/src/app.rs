//! The routes and settings of the contract.

use std::path::Path;

use tornado_web::StartError;
use tornado_web::prelude::*;

use crate::{cookies, errors, input, output, redirects, static_files, text};

const COOKIE_SECRET: &str = "diff-secret-0123456789";
const MAX_BODY_SIZE: usize = 64 * 1024;

pub(crate) fn application(files: &Path, compress: bool) -> Result<Application, StartError> {
    let settings = Settings::new()
        .cookie_secret(COOKIE_SECRET)
        .xsrf_cookies(true)
        .login_url("/login")
        .max_body_size(MAX_BODY_SIZE)
        .compress_response(compress)
        .head_from_get(false);
    Application::builder(settings)
        .handlers(input::routes())
        .handlers(cookies::routes())
        .handlers(redirects::routes())
        .handlers(output::routes())
        .handlers(errors::routes())
        .handlers(text::routes())
        .handlers(static_files::routes(files))
        .add_handlers(r"example\.com", [input::host("example")])
        .build()
}
