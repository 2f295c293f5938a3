// What is held across an `await` can't move to another thread.
use std::rc::Rc;

use tornado_core::{Exchange, Handler, Output, RequestHandler, Result};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        let shared = Rc::new(1);
        self.flush().await?;
        drop(shared);
        Ok(())
    }
}

fn main() {}
