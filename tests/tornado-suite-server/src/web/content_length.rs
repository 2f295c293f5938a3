//! `IncorrectContentLengthTest`: a body whose length differs from its header.

use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::events;
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("IncorrectContentLengthTest", incorrect_content_length_test)];

fn incorrect_content_length_test(_: &Spec) -> AppResult {
    let handlers = [url("/high", TooHigh), url("/low", TooLow)];
    Ok(Application::new(handlers, Settings::new())?.into())
}

/// What both report to the test: the error that ended the request.
#[derive(Handler)]
struct ReportingHandler(Exchange);

impl RequestHandler for ReportingHandler {
    fn log_exception(&self, error: &Error) {
        events::set("server_error", error.to_string());
        self.base().log_exception(error);
    }
}

#[derive(Handler)]
struct TooHigh(ReportingHandler);

impl RequestHandler for TooHigh {
    async fn get(&mut self) -> Result {
        self.set_header("Content-Length", 42);
        self.write("ok");
        Ok(())
    }
}

#[derive(Handler)]
struct TooLow(ReportingHandler);

impl RequestHandler for TooLow {
    async fn get(&mut self) -> Result {
        self.set_header("Content-Length", 2);
        self.write("hello");
        Ok(())
    }
}
