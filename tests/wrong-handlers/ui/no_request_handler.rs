// The derive is there, and `impl RequestHandler` is not.
use tornado_core::{Application, Exchange, Handler, Settings, url};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

fn main() {
    let _ = Application::new([url("/", MainHandler)], Settings::new());
}
