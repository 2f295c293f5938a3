// Nobody fills a field of a base, and of a handler of `route`.
use tornado_core::{Application, Exchange, Handler, RequestHandler, Settings, route, url};

struct Db;

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct BaseHandler {
    base: Exchange,
    db: Db,
}

impl RequestHandler for BaseHandler {}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(BaseHandler);

impl RequestHandler for MainHandler {}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct EntryHandler {
    base: Exchange,
    #[given]
    limit: usize,
}

impl RequestHandler for EntryHandler {}

fn main() {
    let rules = [url("/", MainHandler), route::<EntryHandler>("/entry")];
    let _ = Application::new(rules, Settings::new());
}
