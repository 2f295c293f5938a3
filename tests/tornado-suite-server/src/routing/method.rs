//! `HTTPMethodRouterTestCase`: a router that checks the method.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::Method;
use tornado_web::Rule;
use tornado_web::prelude::*;
use tornado_web::routing::{MatchError, Matcher, PathParams, RequestHead};

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("HTTPMethodRouterTestCase", http_method_router_test)];

/// What was posted, by path.
type Resources = Arc<Mutex<HashMap<String, Bytes>>>;

fn http_method_router_test(_: &Spec) -> AppResult {
    let (get, post) = {
        let resources = Resources::default();
        (Arc::clone(&resources), resources)
    };
    let get = move |base| GetResource {
        base,
        resources: Arc::clone(&get),
    };
    let post = move |base| PostResource {
        base,
        resources: Arc::clone(&post),
    };
    let handlers = [
        Rule::new(MethodMatches(Method::GET), [url("(.*)", get)]),
        url("(.*)", post),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

/// Matches requests with one method.
struct MethodMatches(Method);

impl Matcher for MethodMatches {
    fn matches(&self, request: &RequestHead<'_>) -> Result<Option<PathParams>, MatchError> {
        Ok((*request.method() == self.0).then(PathParams::new))
    }
}

#[derive(Handler)]
struct GetResource {
    base: Exchange,
    resources: Resources,
}

impl RequestHandler for GetResource {
    async fn get(&mut self) -> Result {
        let path: String = self.path_args_as()?;
        let resources = Arc::clone(&self.resources);
        let resources = resources.lock().unwrap_or_else(PoisonError::into_inner);
        match resources.get(&path) {
            Some(resource) => self.write(resource.clone()),
            None => return Err(HttpError::new(404).into()),
        }
        Ok(())
    }
}

#[derive(Handler)]
struct PostResource {
    base: Exchange,
    resources: Resources,
}

impl RequestHandler for PostResource {
    async fn post(&mut self) -> Result {
        let path: String = self.path_args_as()?;
        let body = self.request().body().clone();
        let mut resources = self
            .resources
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        resources.insert(path, body);
        Ok(())
    }
}
