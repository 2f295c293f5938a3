//! `GzipBaseTest`, `GzipUnsupportedTest`: compressed bodies of requests.

use tornado_web::prelude::*;

use super::handlers::Echo;
use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("GzipBaseTest", gzip_base_test),
    ("GzipUnsupportedTest", gzip_base_test),
];

fn gzip_base_test(_: &Spec) -> AppResult {
    Ok(Application::new([url("/", Echo::new)], Settings::new())?.into())
}
