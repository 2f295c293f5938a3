//! `RedirectHandlerTest`, `ErrorHandlerXSRFTest` and others: built-in handlers.

use tornado_web::prelude::*;
use tornado_web::{ErrorHandler, RedirectHandler};

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("RedirectHandlerTest", redirect_handler_test),
    (
        "DefaultHandlerArgumentsTest",
        default_handler_arguments_test,
    ),
    ("ErrorHandlerXSRFTest", |_: &Spec| {
        error_handler_test(Settings::new().xsrf_cookies(true))
    }),
    ("ErrorHandlerCrossOriginTest", |_: &Spec| {
        error_handler_test(Settings::new().cross_origin_protection(true))
    }),
];

fn redirect_handler_test(_: &Spec) -> AppResult {
    let to = |url: &'static str| move |base| RedirectHandler::new(base, url);
    let handlers = [
        url("/src", to("/dst")),
        url("/src2", to("/dst2?foo=bar")),
        url(r"/any/(.*)", to("{0}")),
        url(r"/moved(.*)", to("https://example.com{0}")),
        url(r"/(.*)/target", to("/{0}/destination")),
        url(r"/hostless/(.*)", to("https://{0}")),
        url(r"/schemeonly/(.*)", to("https:{0}")),
        url(r"/(.*?)/(.*?)/(.*)", to("/{1}/{0}/{2}")),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

/// Requests that nothing matches get a 403.
fn default_handler_arguments_test(_: &Spec) -> AppResult {
    let application = Application::builder(Settings::new())
        .default_handler(|base| ErrorHandler::new(base, 403))
        .build()?;
    Ok(application.into())
}

/// An error page requires no token, and does not check the origin of the
/// request.
fn error_handler_test(settings: Settings) -> AppResult {
    let error = url("/error", |base| ErrorHandler::new(base, 417));
    Ok(Application::new([error], settings)?.into())
}
