// What is a dict in Python.
use tornado_core::{Context as _, Exchange, Handler, Output as _, RequestHandler, Result, Settings};

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        let title = self.settings()["title"];
        self.write(title);
        let photo = self.request().files()["photo"][0];
        self.write(photo);
        Ok(())
    }
}

fn main() {
    let mut settings = Settings::new();
    settings["debug"] = true;
}
