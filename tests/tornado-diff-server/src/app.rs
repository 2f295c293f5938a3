//! The routes and settings of the contract.

use tornado_web::StartError;
use tornado_web::prelude::*;

use crate::{cookies, errors, files, input, output, redirects, text};

const COOKIE_SECRET: &str = "diff-secret-0123456789";
const MAX_BODY_SIZE: usize = 64 * 1024;

pub(crate) fn application(compress: bool) -> Result<Application, StartError> {
    let settings = Settings::new()
        .cookie_secret(COOKIE_SECRET)
        .xsrf_cookies(true)
        .login_url("/login")
        .max_body_size(MAX_BODY_SIZE)
        .head_from_get(false)
        .compress_response(compress);
    Application::builder(settings)
        .handlers(input::routes())
        .handlers(cookies::routes())
        .handlers(redirects::routes())
        .handlers(files::routes())
        .handlers(output::routes())
        .handlers(errors::routes())
        .handlers(text::routes())
        .add_handlers(r"example\.com", [input::host("example")])
        .build()
}
