// What Python's handlers override, and is not a hook.
use tornado_core::{Exchange, Handler, Output, RequestHandler, Result};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    fn initialize(&mut self, title: String) {
        drop(title);
    }

    async fn del(&mut self) -> Result {
        Ok(())
    }

    fn write(&mut self, text: &str) {
        Output::write(self, text.to_uppercase());
    }

    async fn on_message(&mut self, message: String) -> Result {
        drop(message);
        Ok(())
    }
}

fn main() {}
