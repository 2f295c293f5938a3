//! `InvalidOutputContentLengthTest`: an invalid length.

use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[(
    "InvalidOutputContentLengthTest",
    invalid_content_length_test,
)];

fn invalid_content_length_test(_: &Spec) -> AppResult {
    Ok(Application::new([url("/", ContentLengthHandler)], Settings::new())?.into())
}

#[derive(Handler)]
struct ContentLengthHandler(Exchange);

impl RequestHandler for ContentLengthHandler {
    async fn get(&mut self) -> Result {
        let test = self.request().headers().get("X-Test");
        let length = match test.map(|value| value.as_bytes()) {
            Some(b"normal") => "10",
            Some(b"alphabetic") => "foo",
            Some(b"leading plus") => "+10",
            Some(b"underscore") => "1_0",
            _ => return Err(HttpError::new(400).into()),
        };
        self.set_header("Content-Length", length);
        self.write("1234567890");
        Ok(())
    }
}
