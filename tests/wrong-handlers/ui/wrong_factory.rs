// The factory makes a handler of something that is not its base.
use tornado_core::{Application, Exchange, Handler, RequestHandler, Settings, url};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct BaseHandler(Exchange);

impl RequestHandler for BaseHandler {}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(BaseHandler);

impl RequestHandler for MainHandler {}

fn make(exchange: Exchange) -> MainHandler {
    MainHandler(BaseHandler(exchange))
}

fn not_a_handler(exchange: Exchange) -> String {
    format!("{exchange:?}")
}

fn main() {
    let _ = Application::new([url("/", make)], Settings::new());
    let _ = Application::new([url("/", not_a_handler)], Settings::new());
    let _ = Application::new([url("/", "MainHandler")], Settings::new());
}
