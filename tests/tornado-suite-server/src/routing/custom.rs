//! `CustomRouterTestCase`: one router in front of two applications.

use tornado_web::Rule;
use tornado_web::prelude::*;

use super::handlers::named;
use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("CustomRouterTestCase", custom_router_test)];

/// In Tornado both applications ask the router for URLs. Here they have the
/// names of the router's routes themselves.
fn custom_router_test(_: &Spec) -> AppResult {
    let names = || {
        [
            named("/first_handler", "first_handler").name("first_handler"),
            named("/second_handler", "second_handler").name("second_handler"),
        ]
    };
    let application = |app_name: &str, rules: Vec<Rule>| {
        Application::builder(Settings::new().set("app_name", app_name))
            .handlers(rules)
            .handlers(names())
            .build()
    };
    let app1 = application("app1", vec![])?;
    let app2 = application(
        "app2",
        vec![named("/first_handler_second_app", "first_handler")],
    )?;
    let router = [
        mount("/first_handler", app1),
        mount("/second_handler", app2.clone()),
        mount("/first_handler_second_app", app2),
    ];
    Ok(Application::new(router, Settings::new())?.into())
}
