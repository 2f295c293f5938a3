//! `WSGIContainerTestCase`: an application next to something else.

use std::convert::Infallible;

use http::{Request, Response};
use tornado_web::Body;
use tornado_web::prelude::*;
use tower::service_fn;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("WSGIContainerTestCase", wsgi_container_test)];

/// Any tower service takes the place of a WSGI application in Python.
fn wsgi_container_test(_: &Spec) -> AppResult {
    let tornado = Application::new(
        [url("/tornado/test", TestHandler).name("tornado")],
        Settings::new(),
    )?;
    let wsgi = service_fn(|_: Request<Body>| async {
        Ok::<_, Infallible>(Response::new(Body::from("WSGI")))
    });
    let router = [mount("/tornado.*", tornado), mount("/wsgi", wsgi)];
    Ok(Application::new(router, Settings::new())?.into())
}

#[derive(Handler)]
struct TestHandler(Exchange);

impl RequestHandler for TestHandler {
    async fn get(&mut self) -> Result {
        let url = self.reverse_url("tornado", ())?;
        self.write(url);
        Ok(())
    }
}
