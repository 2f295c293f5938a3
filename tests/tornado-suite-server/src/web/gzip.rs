//! `GzipTestCase`: compressed responses.

use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("GzipTestCase", gzip_test_case)];

fn gzip_test_case(spec: &Spec) -> AppResult {
    let settings = Settings::new()
        .compress_response(true)
        .static_path(spec.data("static"));
    Ok(Application::new([url("/", GzipHandler)], settings)?.into())
}

#[derive(Handler)]
struct GzipHandler(Exchange);

impl RequestHandler for GzipHandler {
    async fn get(&mut self) -> Result {
        for vary in self.get_arguments("vary")? {
            self.add_header("Vary", vary);
        }
        // Less than 1,024 bytes is not worth it.
        self.write(format!("hello world{}", "!".repeat(1024)));
        Ok(())
    }
}
