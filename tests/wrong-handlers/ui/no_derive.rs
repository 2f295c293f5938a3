// The derive is forgotten.
use tornado_core::{Application, Exchange, RequestHandler, Result, Settings, url};

struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        Ok(())
    }
}

fn main() {
    let _ = Application::new([url("/", MainHandler)], Settings::new());
}
