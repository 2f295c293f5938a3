// A field marked `#[default]` whose type has none.
use tornado_core::{Exchange, Handler, RequestHandler};

struct Steps;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler {
    base: Exchange,
    #[default]
    steps: Steps,
}

impl RequestHandler for MainHandler {}

fn main() {}
