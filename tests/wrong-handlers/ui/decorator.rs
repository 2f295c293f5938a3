// Tornado's decorators.
use tornado_core::{Exchange, Handler, RequestHandler, Result, authenticated, stream_request_body};

#[stream_request_body]
#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    #[authenticated]
    async fn get(&mut self) -> Result {
        Ok(())
    }
}

fn main() {}
