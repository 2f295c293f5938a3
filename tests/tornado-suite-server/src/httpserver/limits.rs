//! `MaxHeaderSizeTest`, `IdleTimeoutTest`: limits of a connection.

use std::time::Duration;

use tornado_web::prelude::*;

use super::handlers::HelloWorld;
use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("MaxHeaderSizeTest", max_header_size_test),
    ("IdleTimeoutTest", idle_timeout_test),
];

fn max_header_size_test(_: &Spec) -> AppResult {
    let settings = Settings::new().max_header_size(1024);
    Ok(Application::new([url("/", HelloWorld::new)], settings)?.into())
}

fn idle_timeout_test(_: &Spec) -> AppResult {
    let settings = Settings::new().idle_connection_timeout(Duration::from_millis(100));
    Ok(Application::new([url("/", HelloWorld::new)], settings)?.into())
}
