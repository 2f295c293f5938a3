// As Python has it: `class MainHandler(RequestHandler):`.
use tornado_core::{Handler, RequestHandler};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(RequestHandler);

impl RequestHandler for MainHandler {}

fn main() {}
