// There is nothing to inherit from.
use tornado_core::Handler;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler {
    title: String,
    limit: usize,
}

fn main() {}
