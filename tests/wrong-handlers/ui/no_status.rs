// Errors that are no `std::error::Error` need a status.
use std::error::Error;

use tornado_core::{Exchange, Handler, RequestHandler, Result};

fn boxed() -> Result<(), Box<dyn Error + Send + Sync>> {
    Ok(())
}

fn any() -> anyhow::Result<()> {
    Ok(())
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        boxed()?;
        any()?;
        Ok(())
    }
}

fn main() {}
