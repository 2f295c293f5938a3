//! `RuleRouterTest`: nested rules, by host and by path.

use std::convert::Infallible;

use http::{Request, Response};
use tornado_web::prelude::*;
use tornado_web::routing::HostMatches;
use tornado_web::{Body, Rule};
use tower::service_fn;

use super::handlers::named;
use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("RuleRouterTest", rule_router_test)];

fn rule_router_test(_: &Spec) -> AppResult {
    let ok = service_fn(|_: Request<Body>| async {
        Ok::<_, Infallible>(Response::new(Body::from("OK")))
    });
    let example = HostMatches::new(r"www\.example\.com")?;
    let handlers = [
        Rule::new(
            example,
            [named("/first_handler", "second_handler").name("second_handler")],
        ),
        nest(
            "/.*handler",
            [named("/nested_handler", "nested_handler").name("nested_handler")],
        ),
        named("/first_handler", "first_handler").name("first_handler"),
        mount("/request_callable", ok),
        mount("/connection_delegate", ok),
    ];
    let application = Application::builder(Settings::new()).add_handlers(".*", handlers);
    Ok(application.build()?.into())
}
