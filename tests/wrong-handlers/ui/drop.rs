// A handler with a `Drop` of its own.
use tornado_core::{Exchange, Handler, RequestHandler};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {}

impl Drop for MainHandler {
    fn drop(&mut self) {}
}

fn main() {}
