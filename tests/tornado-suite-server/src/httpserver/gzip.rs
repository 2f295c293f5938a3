//! `GzipTest` and others: compressed bodies of requests.

use tornado_web::prelude::*;

use super::handlers::Echo;
use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("GzipBaseTest", gzip_base_test),
    ("GzipUnsupportedTest", gzip_base_test),
    ("GzipTest", gzip_test),
    ("GzipMemoryTest", gzip_memory_test),
];

fn gzip_base_test(_: &Spec) -> AppResult {
    echo(Settings::new())
}

fn gzip_test(_: &Spec) -> AppResult {
    echo(Settings::new().decompress_request(true).max_body_size(100))
}

fn gzip_memory_test(_: &Spec) -> AppResult {
    echo(
        Settings::new()
            .decompress_request(true)
            .max_body_size(1024 * 1024),
    )
}

fn echo(settings: Settings) -> AppResult {
    Ok(Application::new([url("/", Echo::new)], settings)?.into())
}
