//! `RequestEncodingTest`, `GetArgumentErrorTest`: arguments and groups of the
//! path, decoded.

use serde_json::json;
use tornado_web::prelude::*;

use super::simple;
use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("RequestEncodingTest", request_encoding_test),
    ("GetArgumentErrorTest", |_: &Spec| simple(MissingHandler)),
];

fn request_encoding_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/group/(.*)", EchoHandler),
        url("/slashes/([^/]*)/([^/]*)", EchoHandler),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

/// The path as it was sent; its groups and the arguments are decoded.
#[derive(Handler)]
struct EchoHandler(Exchange);

impl RequestHandler for EchoHandler {
    async fn get(&mut self) -> Result {
        let mut arguments = serde_json::Map::new();
        for name in self.request().arguments().names() {
            arguments.insert(name.to_owned(), self.get_arguments(name)?.into());
        }
        self.write(json!({
            "path": self.request().path(),
            "path_args": self.path_args(),
            "args": arguments,
        }));
        Ok(())
    }
}

/// The error says what is missing, for a handler that catches it.
#[derive(Handler)]
struct MissingHandler(Exchange);

impl RequestHandler for MissingHandler {
    async fn get(&mut self) -> Result {
        let Err(error) = self.get_argument("foo") else {
            self.write(json!({}));
            return Ok(());
        };
        let error = error.downcast::<HttpError>()?;
        self.write(json!({
            "arg_name": error.arg_name(),
            "log_message": error.log_message(),
        }));
        Ok(())
    }
}
