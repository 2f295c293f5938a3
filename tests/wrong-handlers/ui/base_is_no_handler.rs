// The first field is something else.
use tornado_core::{Handler, RequestHandler};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(String);

impl RequestHandler for MainHandler {}

fn main() {}
