//! Hooks of static files on a handler that would not use them.

use tornado_core::{Handler, RequestHandler, StaticFileHandler, StaticFiles};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct Downloads(StaticFileHandler);

impl RequestHandler for Downloads {}

impl StaticFiles for Downloads {
    fn set_extra_headers(&mut self, _path: &str) {}
}

fn main() {}
