// Values that a service can't take.
use tornado_core::{Context as _, Exchange, Handler, Output as _, RequestHandler, Result};

struct Entry {
    title: String,
}

#[derive(Handler)]
#[handler(crate = tornado_core)]
struct MainHandler(Exchange);

impl RequestHandler for MainHandler {
    async fn get(&mut self) -> Result {
        let entry = Entry { title: "Rust".to_owned() };
        self.write(&entry);
        self.write(7);
        let url = self.reverse_url("entry", entry)?;
        self.redirect(&url);
        Ok(())
    }
}

fn main() {}
