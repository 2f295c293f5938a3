//! The applications of `tornado/test/web_test.py`.

mod arguments;
mod auth_redirect;
mod cancellation;
mod connection;
mod content_length;
mod cookies;
mod cross_origin;
mod decorators;
mod errors;
mod etag;
mod gzip;
mod headers;
mod locales;
mod methods;
mod redirects;
mod routing;
mod static_files;
mod static_hooks;
mod streaming;
mod templates;
mod wsgi_safe;
mod xsrf;

use tornado_web::{FromExchange, prelude::*};

use crate::app::{AppResult, Apps};

pub(crate) const APPS: &[Apps] = &[
    arguments::APPS,
    auth_redirect::APPS,
    cancellation::APPS,
    connection::APPS,
    content_length::APPS,
    cookies::APPS,
    cross_origin::APPS,
    decorators::APPS,
    errors::APPS,
    etag::APPS,
    gzip::APPS,
    headers::APPS,
    locales::APPS,
    methods::APPS,
    redirects::APPS,
    routing::APPS,
    static_files::APPS,
    static_hooks::APPS,
    streaming::APPS,
    templates::APPS,
    wsgi_safe::APPS,
    xsrf::APPS,
];

/// `SimpleHandlerTestCase`: an application with one handler, at `/`.
fn simple<H, F>(handler: F) -> AppResult
where
    H: RequestHandler,
    H::Base: FromExchange,
    F: Fn(H::Base) -> H + Send + Sync + 'static,
{
    Ok(Application::new([url("/", handler)], Settings::new())?.into())
}
