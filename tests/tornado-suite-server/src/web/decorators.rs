//! `DecoratorTest`: `@addslash` and `@removeslash`.

use tornado_web::prelude::*;

use crate::app::{AppResult, Apps};
use crate::spec::Spec;

pub(super) const APPS: Apps = &[("DecoratorTest", decorator_test)];

fn decorator_test(_: &Spec) -> AppResult {
    let handlers = [
        url("/removeslash/", RemoveSlashHandler),
        url("/addslash", AddSlashHandler),
        // Routes that match everything may see paths that start with two
        // slashes.
        url(r"/+rem.*", RemoveSlashHandler),
        url(r"/+add.*", AddSlashHandler),
    ];
    Ok(Application::new(handlers, Settings::new())?.into())
}

#[derive(Handler)]
struct RemoveSlashHandler(Exchange);

impl RequestHandler for RemoveSlashHandler {
    async fn get(&mut self) -> Result {
        self.removeslash()
    }
}

#[derive(Handler)]
struct AddSlashHandler(Exchange);

impl RequestHandler for AddSlashHandler {
    async fn get(&mut self) -> Result {
        self.addslash()
    }
}
