// Hooks with another signature than the trait's.
use tornado_core::{Exchange, Handler, RequestHandler, Result};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self, slug: String) -> Result {
        drop(slug);
        Ok(())
    }

    fn post(&mut self) -> Result {
        Ok(())
    }

    async fn put(&mut self) {}
}

fn main() {}
