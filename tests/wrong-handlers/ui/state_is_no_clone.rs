// A state is cloned into the field.
use tornado_core::{Exchange, Handler, RequestHandler};

struct Db;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler {
    base: Exchange,
    #[state]
    db: Db,
}

impl RequestHandler for MainHandler {}

fn main() {}
