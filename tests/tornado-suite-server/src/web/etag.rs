//! `CacheTest`: `If-None-Match` against a handler's own entity tag.

use http::HeaderValue;
use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("CacheTest", cache_test)];

fn cache_test(_: &Spec) -> AppResult {
    Ok(Application::new([url("/etag/(.*)", EtagHandler)], Settings::new())?.into())
}

/// The tag is the page.
#[derive(Handler)]
struct EtagHandler(Exchange);

impl RequestHandler for EtagHandler {
    async fn get(&mut self) -> Result {
        let computed_etag: String = self.path_args_as()?;
        self.write(computed_etag);
        Ok(())
    }

    fn compute_etag(&self) -> Option<HeaderValue> {
        let tag = self.path_args().first()?.as_deref()?;
        HeaderValue::from_str(tag).ok()
    }
}
