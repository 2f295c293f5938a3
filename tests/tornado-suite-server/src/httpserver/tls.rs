//! `SSLTest`, `SSLXHeaderTest`: HTTPS, with the certificate of the tests.

use tornado_web::SslOptions;
use tornado_web::prelude::*;

use super::handlers::HelloWorld;
use super::x_headers::XHeaders;
use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("SSLTest", ssl_test), ("SSLXHeaderTest", ssl_x_header_test)];

fn ssl_test(spec: &Spec) -> AppResult {
    let handlers = [url("/", HelloWorld::over_tls)];
    let settings = Settings::new().ssl_options(certificate(spec));
    Ok(Application::new(handlers, settings)?.into())
}

fn ssl_x_header_test(spec: &Spec) -> AppResult {
    let settings = Settings::new()
        .ssl_options(certificate(spec))
        .xheaders(true);
    Ok(Application::new([url("/", XHeaders::new)], settings)?.into())
}

fn certificate(spec: &Spec) -> SslOptions {
    SslOptions::new(spec.data("test.crt"), spec.data("test.key"))
}
