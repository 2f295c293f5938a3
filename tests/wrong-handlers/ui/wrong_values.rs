// Values that a service can't take.
use tornado_core::{
    Context as _, Exchange, Handler, Input as _, Output as _, RequestHandler, Result,
};

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
        self.write(self.get_argument("name"));
        self.set_header("X-Tags", vec!["a", "b"]);
        self.set_header(7, "b");
        self.application().listen(8888_i64).await?;
        Ok(())
    }
}

fn main() {}
