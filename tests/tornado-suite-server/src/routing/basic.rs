//! `BasicRouterTestCase`: a router that answers everything itself.

use std::convert::Infallible;

use http::{Request, Response};
use tornado_web::Body;
use tornado_web::prelude::*;
use tower::service_fn;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("BasicRouterTestCase", basic_router_test)];

/// A tower service takes the place of Tornado's router with a message delegate.
fn basic_router_test(_: &Spec) -> AppResult {
    let router = service_fn(|_: Request<Body>| async {
        Ok::<_, Infallible>(Response::new(Body::from("OK")))
    });
    Ok(Application::new([mount(".*", router)], Settings::new())?.into())
}
