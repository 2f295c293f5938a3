//! `ClearHeaderTest`, `Header204Test`, `Header304Test` and others: headers of
//! the response.

use tornado_web::prelude::*;

use super::simple;
use crate::app::Apps;
use crate::spec::Spec;

pub(super) const APPS: Apps = &[
    ("ClearHeaderTest", |_: &Spec| simple(ClearHeaderHandler)),
    ("Header204Test", |_: &Spec| simple(Header204Handler)),
    ("Header204viaHTTPErrorTest", |_: &Spec| {
        simple(Header204ViaErrorHandler)
    }),
    ("Header304Test", |_: &Spec| simple(Header304Handler)),
    ("DateHeaderTest", |_: &Spec| simple(DateHeaderHandler)),
];

#[derive(Handler)]
struct ClearHeaderHandler(Exchange);

impl RequestHandler for ClearHeaderHandler {
    async fn get(&mut self) -> Result {
        self.set_header("h1", "foo");
        self.set_header("h2", "bar");
        self.clear_header("h1");
        self.clear_header("nonexistent");
        self.add_header("Set-Cookie", "a=b");
        self.add_header("Set-Cookie", "c=d");
        self.clear_header("Set-Cookie");
        Ok(())
    }
}

#[derive(Handler)]
struct Header204Handler(Exchange);

impl RequestHandler for Header204Handler {
    async fn get(&mut self) -> Result {
        self.set_status(204);
        self.finish();
        Ok(())
    }
}

#[derive(Handler)]
struct Header204ViaErrorHandler(Exchange);

impl RequestHandler for Header204ViaErrorHandler {
    async fn get(&mut self) -> Result {
        Err(HttpError::new(204).into())
    }
}

/// The second time, the client has the page: it gets a 304 without the headers
/// that describe the body.
#[derive(Handler)]
struct Header304Handler(Exchange);

impl RequestHandler for Header304Handler {
    async fn get(&mut self) -> Result {
        self.set_header("Content-Language", "en_US");
        self.write("hello");
        Ok(())
    }
}

#[derive(Handler)]
struct DateHeaderHandler(Exchange);

impl RequestHandler for DateHeaderHandler {
    async fn get(&mut self) -> Result {
        self.write("hello");
        Ok(())
    }
}
