// What is not a list of routes, and what can't be mounted.
use tornado_core::{Application, Exchange, Handler, RequestHandler, Settings, mount, nest, url};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {}

fn main() {
    let _ = Application::new([("/", MainHandler)], Settings::new());
    let _ = Application::new(vec![("/", MainHandler, "home")], Settings::new());
    let _ = Application::new(url("/", MainHandler), Settings::new());
    let _ = Application::new([], Settings::new());
    let _ = nest("/api/.*", MainHandler);
    let _ = mount("/", MainHandler);
}
