// What can be raised is a status.
use tornado_core::{Exchange, Handler, RequestHandler, Result, raise};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        raise!("no such page")
    }
}

fn main() {}
