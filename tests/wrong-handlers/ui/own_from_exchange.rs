// The derive is told that there is one, and there is none.
use tornado_core::{Application, Exchange, Handler, RequestHandler, Settings, url};

#[derive(Handler)]
#[handler(crate = tornado_core, own_from_exchange)]
struct BaseHandler(Exchange);

impl RequestHandler for BaseHandler {}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(BaseHandler);

impl RequestHandler for MainHandler {}

fn main() {
    let _ = Application::new([url("/", MainHandler)], Settings::new());
}
